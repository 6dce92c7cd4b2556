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
    Supposition,
    Worth,
)
from planner.analysis.marginal_value import Rung
from planner.analysis.totals import LineChange, worksheet_changes
from planner.domain.plan import Plan
from planner.ledger.results import Disposition
from planner.report.json_documents.parts import (
    CautionJson,
    SaleJson,
    StatusWord,
    WindowJson,
)
from planner.report.json_documents.values import (
    AssetClassWord,
    CharacterWord,
    Day,
    LineAmount,
    Money,
    Quantity,
    RateInMillionths,
    TypedDict,
    filled,
    line_amount,
    one_of,
)


class PerDollarJson(TypedDict):
    """What one dollar does, to the millionth."""

    income_tax: RateInMillionths
    niit: RateInMillionths
    state_tax: RateInMillionths
    edges: RateInMillionths
    carried: RateInMillionths
    carryover_value: RateInMillionths
    deferred_tax: RateInMillionths
    worth: RateInMillionths


def _per_dollar(rung: Rung) -> PerDollarJson:
    return filled(
        PerDollarJson,
        rung,
        income_tax=rung.income_tax_saved,
        niit=rung.niit_saved,
        state_tax=rung.state_tax_saved,
        edges=rung.edges_saved,
    )


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
    rung = step.rung
    ends = {"from": rung.start, "to": rung.end}
    return filled(StepJson, step, **ends, does=rung.why, per_dollar=_per_dollar(rung))


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
    return filled(SegmentJson, worth, after=segment.after, steps=[_step(step) for step in segment.steps])


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


class OtherDayJson(TypedDict):
    """The same lot sold on another day."""

    date: Day
    character: CharacterWord
    difference: Money
    disallowed_loss: Money


class WhatIfJson(TypedDict):
    """Everything planned again under one change; null where no such plan exists."""

    change: Annotated[str, one_of(*Supposition)]
    difference: Money | None
    sells: Quantity
    no_plan: str | None


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
    lot = explained.holding.lot
    return filled(
        ExplainedJson,
        explained,
        lot_id=lot.lot_id,
        account=lot.account,
        symbol=lot.symbol,
        asset_class=lot.asset_class,
        quantity=lot.quantity,
        acquired=lot.acquired,
        basis=lot.basis,
        price=explained.holding.price,
        rest=explained.rest or None,
        in_order=_segment(explained.in_order, explained.worth_in_order),
        on_top=_segment(explained.on_top, explained.worth_on_top),
        replaced_by=[filled(MatchedJson, match, date=match.bought) for match in explained.matched],
        other_days=[filled(OtherDayJson, other, date=other.day) for other in explained.other_days],
        long_term_on=explained.turns_long_term,
        what_ifs=[filled(WhatIfJson, what, no_plan=what.no_plan or None) for what in explained.what_ifs],
    )


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
    return filled(SoldJson, sale, id=sale.disposition_id, date=sale.sold)


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
        filled(WorksheetChangeJson, sheet, lines=[_line(line) for line in sheet.lines])
        for sheet in worksheet_changes(plan)
    ]


def _line(line: LineChange) -> LineChangeJson:
    amounts = {key: line_amount(getattr(line, key), line.unit) for key in ("baseline", "planned", "difference")}
    return filled(LineChangeJson, line, **amounts)


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
    return filled(
        ExplainJson,
        explanation,
        schema="harvest.explain/1",
        tax_year=plan.tax_year,
        as_of=plan.as_of,
        scenario=plan.scenario,
        status=plan.status,
        total=plan.benefit.total,
        bound=plan.benefit.bound,
        lots=[_lot(lot) for lot in explanation.lots],
        more_lots=explanation.more,
        sold_this_year=[_sold(disposition) for disposition in explanation.sold],
        worksheets=_worksheets(plan) if tax else None,
    )
