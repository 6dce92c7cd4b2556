"""`harvest.compare/1`: the scenarios with their plans, as the contract has them, and what was found beside them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from planner.analysis.comparison import Compared, Comparison, LotDifference, Sweep, SweepPoint, Waiting
from planner.analysis.marginal_value import Marginal, MarginalStaircase, Rung
from planner.domain.errors import Problem
from planner.report.json_documents.plan import Document, benefit_document, in_cents, plan_document

RATE = Decimal("0.0000000001")  # ten decimals of a rate: more than any law has


def compare_document(comparison: Comparison) -> Document:
    """The household as given first. A scenario without a plan has null and its refusals instead."""
    return {
        "schema": "harvest.compare/1",
        "scenarios": [_scenario(each) for each in comparison.scenarios],
        "best": comparison.best,
        "naive_gap": in_cents(comparison.naive_gap),
        **({"listed_gap": in_cents(comparison.listed_gap)} if comparison.listed_gap is not None else {}),
        "waiting": _waiting(comparison.waiting),
        "marginal": _marginal(comparison.marginal),
        "sweep": _sweep(comparison.sweep),
    }


def _scenario(each: Compared) -> Document:
    return {
        "name": each.name,
        "plan": plan_document(each.plan) if each.plan is not None else None,
        "origin": each.origin.value,
        "what": each.what,
        "by_rule": each.by_rule,
        "apart": each.apart or None,
        "turnover": in_cents(each.sales.proceeds),
        "windows_opened": each.windows_opened,
        "disallowed_loss": in_cents(each.sales.disallowed_loss),
        "differences": [_difference(one) for one in each.differences],
        "refusals": problem_documents(each.problems),
    }


def _difference(one: LotDifference) -> Document:
    return {
        "lot_id": one.lot_id,
        "symbol": one.symbol,
        "quantity_as_given": one.quantity_as_given,
        "quantity": one.quantity_here,
        "date_as_given": one.day_as_given and one.day_as_given.isoformat(),
        "date": one.day_here and one.day_here.isoformat(),
    }


def problem_documents(problems: Iterable[Problem]) -> list[Document]:
    return [{"where": each.where, "what": each.what, "remedy": each.remedy} for each in problems]


def _waiting(waiting: Waiting | None) -> Document | None:
    if waiting is None:
        return None
    return {
        "now": in_cents(waiting.now),
        "in_january": in_cents(waiting.in_january),
        "expires": in_cents(waiting.expires),
    }


def _marginal(marginal: Marginal | None) -> Document | None:
    """Dollars along each staircase, and per dollar on a rung: fractions of a dollar."""
    if marginal is None:
        return None
    stairs = (*marginal.losses, *marginal.gains)
    return {f"{each.character.value}_{each.side.value}": staircase_document(each) for each in stairs}


def staircase_document(stairs: MarginalStaircase) -> Document:
    return {"plan_at": in_cents(stairs.plan_at), "rungs": [rung_document(rung) for rung in stairs.rungs]}


def rung_document(rung: Rung) -> Document:
    return {
        "from": in_cents(rung.start),
        "to": in_cents(rung.end),
        "income_tax_saved": _rate(rung.income_tax_saved),
        "niit_saved": _rate(rung.niit_saved),
        "state_tax_saved": _rate(rung.state_tax_saved),
        "edges_saved": _rate(rung.edges_saved),
        "jump": in_cents(rung.jump),
        "tax_saved": _rate(rung.tax_saved),
        "carried": _rate(rung.carried),
        "carryover_value": _rate(rung.carryover_value),
        "deferred_tax": _rate(rung.deferred_tax),
        "worth": _rate(rung.worth),
        "why": rung.why,
    }


def _sweep(sweep: Sweep | None) -> Document | None:
    if sweep is None:
        return None
    return {
        "key": sweep.key,
        "as_given": sweep.as_given if sweep.as_given is not None and sweep.as_given.is_finite() else None,
        "comparable": sweep.comparable,
        "points": [_point(point) for point in sweep.points],
    }


def _point(point: SweepPoint) -> Document:
    benefit = point.benefit
    return {
        "value": point.value,
        "status": point.status and point.status.value,
        "benefit": benefit_document(benefit) if benefit is not None else None,
        "sales": point.sales,
        "turnover": in_cents(point.proceeds),
        "total_tax": in_cents(point.total_tax),
        "credits": in_cents(point.credits),
        "agi": in_cents(point.agi),
        "refusals": problem_documents(point.problems),
    }


def _rate(rate: Decimal) -> Decimal:
    return rate.quantize(RATE).normalize()
