"""`harvest.explain/1`: an explanation as JSON. Differences are signed: below zero is worth less than the plan."""

from __future__ import annotations

from decimal import Decimal

from planner.analysis.explanation import DollarSegment, Explanation, LotExplained, OtherDay, Washing, WhatIf, Worth
from planner.ledger.results import Disposition
from planner.report.json_documents.plan import (
    Document,
    cautions_document,
    in_cents,
    iso,
    sale_document,
    window_document,
)
from planner.report.screens.worksheets import worksheet_documents

MILLIONTH = Decimal("0.000001")


def explain_document(explanation: Explanation, *, tax: bool) -> Document:
    """The whole explanation; `worksheets` only where the tax is asked about."""
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
        "worksheets": worksheet_documents(plan) if tax else None,
    }


def _lot(explained: LotExplained) -> Document:
    lot = explained.holding.lot
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
        "sale": None if explained.sale is None else sale_document(explained.sale),
        "in_order": _stretch(explained.in_order, explained.worth_in_order),
        "on_top": _stretch(explained.on_top, explained.worth_on_top),
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
        "break_even": explained.break_even
        and {"sold_at": explained.break_even.sold_at, "kept_at": explained.break_even.kept_at},
        "unfinished": explained.unfinished,
        "frees": in_cents(explained.frees),
        "sources": [{"law": source.law, "says": source.says} for source in explained.sources],
    }


def _stretch(stretch: DollarSegment | None, worth: Worth | None) -> Document | None:
    """`from` and `to` count the lot's dollars of gain or loss; `per_dollar` is to the millionth."""
    if stretch is None or worth is None:
        return None
    return {
        "after": stretch.after,
        "steps": [
            {
                "from": in_cents(step.rung.start),
                "to": in_cents(step.rung.end),
                "does": step.rung.why,
                "tax_saved": in_cents(step.tax_saved),
                "carried": in_cents(step.carried),
                "per_dollar": {
                    "income_tax": _rate(step.rung.income_tax_saved),
                    "niit": _rate(step.rung.niit_saved),
                    "state_tax": _rate(step.rung.state_tax_saved),
                    "edges": _rate(step.rung.edges_saved),
                    "carried": _rate(step.rung.carried),
                    "carryover_value": _rate(step.rung.carryover_value),
                    "deferred_tax": _rate(step.rung.deferred_tax),
                    "worth": _rate(step.rung.worth),
                },
            }
            for step in stretch.steps
        ],
        "tax_saved": in_cents(worth.tax_saved),
        "carryover_value": in_cents(worth.carryover_value),
        "deferred_tax": in_cents(worth.deferred_tax),
        "trading_cost": in_cents(worth.trading_cost),
        "total": in_cents(worth.total),
    }


def _rate(per_dollar: Decimal) -> Decimal:
    return per_dollar.quantize(MILLIONTH)


def _washing(washing: Washing | None) -> Document | None:
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


def _other_day(other: OtherDay) -> Document:
    return {
        "date": iso(other.day),
        "character": other.character.value,
        "difference": in_cents(other.difference),
        "disallowed_loss": in_cents(other.disallowed_loss),
    }


def _what_if(what: WhatIf) -> Document:
    return {
        "change": what.change.value,
        "difference": in_cents(what.difference),
        "sells": what.sells,
        "no_plan": what.no_plan or None,
    }


def _sold(sale: Disposition) -> Document:
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
