"""`harvest.explain/1`: an explanation as JSON. Differences are signed: below zero is worth less than the plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from planner.analysis.explanation import (
    Decision,
    DollarSegment,
    Explanation,
    ExplanationStep,
    LotExplained,
    OtherDay,
    Supposition,
    Washing,
    WhatIf,
    Worth,
)
from planner.analysis.marginal_value import Rung
from planner.analysis.totals import worksheet_changes
from planner.domain.plan import Plan
from planner.ledger.results import Disposition
from planner.report.json_documents.parts import (
    CautionJson,
    SaleJson,
    StatusWord,
    WindowJson,
    cautions_document,
    sale_document,
    window_document,
)
from planner.report.json_documents.values import (
    AssetClassWord,
    CharacterWord,
    Day,
    LineAmount,
    Money,
    Quantity,
    Rate,
    TypedDict,
    in_cents,
    iso,
    line_amount,
    one_of,
)

MILLIONTH = Decimal("0.000001")


class PerDollarJson(TypedDict):
    """What one dollar does, to the millionth."""

    income_tax: Rate
    niit: Rate
    state_tax: Rate
    edges: Rate
    carried: Rate
    carryover_value: Rate
    deferred_tax: Rate
    worth: Rate


def _per_dollar(rung: Rung) -> PerDollarJson:
    return {
        "income_tax": _rate(rung.income_tax_saved),
        "niit": _rate(rung.niit_saved),
        "state_tax": _rate(rung.state_tax_saved),
        "edges": _rate(rung.edges_saved),
        "carried": _rate(rung.carried),
        "carryover_value": _rate(rung.carryover_value),
        "deferred_tax": _rate(rung.deferred_tax),
        "worth": _rate(rung.worth),
    }


def _rate(per_dollar: Decimal) -> Decimal:
    return per_dollar.quantize(MILLIONTH)


StepJson = TypedDict(  # `from` is no name that a class could give a field
    "StepJson",
    {
        "from": Money,
        "to": Money | None,
        "does": str,
        "tax_saved": Money,
        "carried": Money,
        "per_dollar": PerDollarJson,
    },
)


def _step(step: ExplanationStep) -> StepJson:
    return {
        "from": in_cents(step.rung.start),
        "to": in_cents(step.rung.end),
        "does": step.rung.why,
        "tax_saved": in_cents(step.tax_saved),
        "carried": in_cents(step.carried),
        "per_dollar": _per_dollar(step.rung),
    }


class SegmentJson(TypedDict):
    """A lot's dollars of gain or loss, laid end to end after `after` other sales, and what they add up to."""

    after: int
    steps: list[StepJson]
    tax_saved: Money
    carryover_value: Money
    deferred_tax: Money
    trading_cost: Money
    total: Money


def _segment(segment: DollarSegment | None, worth: Worth | None) -> SegmentJson | None:
    if segment is None or worth is None:
        return None
    return {
        "after": segment.after,
        "steps": [_step(step) for step in segment.steps],
        "tax_saved": in_cents(worth.tax_saved),
        "carryover_value": in_cents(worth.carryover_value),
        "deferred_tax": in_cents(worth.deferred_tax),
        "trading_cost": in_cents(worth.trading_cost),
        "total": in_cents(worth.total),
    }


class MatchedJson(TypedDict):
    """A purchase that replaces shares of the lot. § 1091(b), (d)."""

    account: str
    symbol: str
    date: Day
    quantity: Quantity
    disallowed_loss: Money
    permanently_lost: bool
    rule: str


class WashingJson(TypedDict):
    """What buying the security back would cost."""

    first: Day
    last: Day
    safe_on: Day
    quantity: Quantity
    disallowed_loss: Money
    costs: Money
    costs_in_an_ira: Money


def _washing(washing: Washing | None) -> WashingJson | None:
    if washing is None:
        return None
    return {
        "first": iso(washing.first),
        "last": iso(washing.last),
        "safe_on": iso(washing.safe_on),
        "quantity": washing.quantity,
        "disallowed_loss": in_cents(washing.disallowed_loss),
        "costs": in_cents(washing.costs),
        "costs_in_an_ira": in_cents(washing.costs_in_an_ira),
    }


class OtherDayJson(TypedDict):
    """The same lot sold on another day."""

    date: Day
    character: CharacterWord
    difference: Money
    disallowed_loss: Money


def _other_day(other: OtherDay) -> OtherDayJson:
    return {
        "date": iso(other.day),
        "character": other.character.value,
        "difference": in_cents(other.difference),
        "disallowed_loss": in_cents(other.disallowed_loss),
    }


class WhatIfJson(TypedDict):
    """Everything planned again under one change; null where no such plan exists."""

    change: Annotated[str, one_of(*Supposition)]
    difference: Money | None
    sells: Quantity
    no_plan: str | None


def _what_if(what: WhatIf) -> WhatIfJson:
    return {
        "change": what.change.value,
        "difference": in_cents(what.difference),
        "sells": what.sells,
        "no_plan": what.no_plan or None,
    }


class BreakEvenJson(TypedDict):
    """Two prices: at the one some of the lot is sold, at the other none of it."""

    sold_at: Decimal
    kept_at: Decimal


class SourceJson(TypedDict):
    """A place in the law."""

    law: str
    says: str


class ExplainedJson(TypedDict):
    """A lot: what becomes of it and why. What does not apply is null or empty."""

    lot_id: str
    account: str
    symbol: str
    asset_class: AssetClassWord
    quantity: Quantity
    acquired: Day | None
    basis: Money | None
    price: Decimal | None
    decision: Annotated[str, one_of(*Decision)]
    reason: str
    rest: str | None
    until: Day | None
    sale: SaleJson | None
    in_order: SegmentJson | None
    on_top: SegmentJson | None
    replaced_by: list[MatchedJson]
    washing: WashingJson | None
    other_days: list[OtherDayJson]
    long_term_on: Day | None
    what_ifs: list[WhatIfJson]
    break_even: BreakEvenJson | None
    unfinished: bool
    frees: Money
    sources: list[SourceJson]


def _lot(explained: LotExplained) -> ExplainedJson:
    lot, between = explained.holding.lot, explained.break_even
    return {
        "lot_id": lot.lot_id,
        "account": lot.account,
        "symbol": lot.symbol,
        "asset_class": lot.asset_class.value,
        "quantity": lot.quantity,
        "acquired": iso(lot.acquired),
        "basis": in_cents(lot.basis),
        "price": explained.holding.price,
        "decision": explained.decision.value,
        "reason": explained.reason,
        "rest": explained.rest or None,
        "until": iso(explained.until),
        "sale": sale_document(explained.sale) if explained.sale else None,
        "in_order": _segment(explained.in_order, explained.worth_in_order),
        "on_top": _segment(explained.on_top, explained.worth_on_top),
        "replaced_by": [
            {
                "account": match.account,
                "symbol": match.symbol,
                "date": iso(match.bought),
                "quantity": match.quantity,
                "disallowed_loss": in_cents(match.disallowed_loss),
                "permanently_lost": match.permanently_lost,
                "rule": match.rule,
            }
            for match in explained.matched
        ],
        "washing": _washing(explained.washing),
        "other_days": [_other_day(day) for day in explained.other_days],
        "long_term_on": iso(explained.turns_long_term),
        "what_ifs": [_what_if(what) for what in explained.what_ifs],
        "break_even": {"sold_at": between.sold_at, "kept_at": between.kept_at} if between else None,
        "unfinished": explained.unfinished,
        "frees": in_cents(explained.frees),
        "sources": [{"law": source.law, "says": source.says} for source in explained.sources],
    }


class SoldJson(TypedDict):
    """A sale of the year so far."""

    id: str
    date: Day
    account: str
    symbol: str
    quantity: Quantity
    gain_before_wash: Money
    disallowed_loss: Money
    recognized: Money


def _sold(sale: Disposition) -> SoldJson:
    return {
        "id": sale.disposition_id,
        "date": iso(sale.sold),
        "account": sale.account,
        "symbol": sale.symbol,
        "quantity": sale.quantity,
        "gain_before_wash": in_cents(sale.gain_before_wash),
        "disallowed_loss": in_cents(sale.disallowed_loss),
        "recognized": in_cents(sale.recognized),
    }


class LineChangeJson(TypedDict):
    """A line of a worksheet without the plan and with it; null where it is left blank."""

    number: str
    label: str
    baseline: LineAmount | None
    planned: LineAmount | None
    difference: LineAmount | None


class WorksheetChangeJson(TypedDict):
    """A worksheet of the year, line by line."""

    name: str
    source: str
    lines: list[LineChangeJson]


def _worksheets(plan: Plan) -> list[WorksheetChangeJson]:
    return [
        {
            "name": sheet.name,
            "source": sheet.source,
            "lines": [
                {
                    "number": line.number,
                    "label": line.label,
                    "baseline": line_amount(line.baseline, line.unit),
                    "planned": line_amount(line.planned, line.unit),
                    "difference": line_amount(line.difference, line.unit),
                }
                for line in sheet.lines
            ],
        }
        for sheet in worksheet_changes(plan)
    ]


class ExplainJson(TypedDict):
    """Why lots are sold or not. `worksheets` only where the tax is asked about."""

    schema: Literal["harvest.explain/1"]
    tax_year: int
    as_of: Day
    scenario: str | None
    status: StatusWord
    total: Money
    bound: Money
    asked: str | None
    lots: list[ExplainedJson]
    more_lots: list[str]
    windows: list[WindowJson]
    sold_this_year: list[SoldJson]
    cautions: list[CautionJson]
    worksheets: list[WorksheetChangeJson] | None


def explain_document(explanation: Explanation, *, tax: bool) -> ExplainJson:
    plan = explanation.plan
    return {
        "schema": "harvest.explain/1",
        "tax_year": plan.tax_year,
        "as_of": iso(plan.as_of),
        "scenario": plan.scenario,
        "status": plan.status.value,
        "total": in_cents(plan.benefit.total),
        "bound": in_cents(plan.benefit.bound),
        "asked": explanation.asked,
        "lots": [_lot(lot) for lot in explanation.lots],
        "more_lots": list(explanation.more),
        "windows": [window_document(window) for window in explanation.windows],
        "sold_this_year": [_sold(disposition) for disposition in explanation.sold],
        "cautions": cautions_document(explanation.cautions),
        "worksheets": _worksheets(plan) if tax else None,
    }
