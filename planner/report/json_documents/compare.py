"""`harvest.compare/1`: the scenarios with their plans, as the contract has them, and what was found beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from planner.analysis.comparison import (
    Compared,
    Comparison,
    Grid,
    LotDifference,
    ScenarioOrigin,
    Sweep,
    SweepPoint,
    Waiting,
)
from planner.analysis.marginal_value import Marginal, MarginalStaircase, Rung
from planner.report.json_documents.parts import (
    BenefitJson,
    ProblemJson,
    StatusWord,
    benefit_document,
    problem_documents,
)
from planner.report.json_documents.plan import PlanJson, plan_document
from planner.report.json_documents.values import Day, Money, Quantity, Rate, TypedDict, in_cents, iso, one_of

DECIMALS = Decimal("0.0000000001")  # ten of a rate: more than any law has


class LotDifferenceJson(TypedDict):
    """A lot that the scenario does not sell as the household as given does."""

    lot_id: str
    symbol: str
    quantity_as_given: Quantity
    quantity: Quantity
    date_as_given: Day | None
    date: Day | None


def _difference(one: LotDifference) -> LotDifferenceJson:
    return {
        "lot_id": one.lot_id,
        "symbol": one.symbol,
        "quantity_as_given": one.quantity_as_given,
        "quantity": one.quantity_here,
        "date_as_given": iso(one.day_as_given),
        "date": iso(one.day_here),
    }


class ScenarioJson(TypedDict):
    """A scenario. Without a plan it has null and its input errors; `apart` says why it is not compared."""

    name: str
    plan: PlanJson | None
    origin: Annotated[str, one_of(*ScenarioOrigin)]
    what: str
    by_rule: bool
    apart: str | None
    turnover: Money
    windows_opened: int
    disallowed_loss: Money
    differences: list[LotDifferenceJson]
    refusals: list[ProblemJson]


def _scenario(each: Compared) -> ScenarioJson:
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


class WaitingJson(TypedDict):
    """The plan's sales made next January instead."""

    now: Money
    in_january: Money
    expires: Money


def _waiting(waiting: Waiting | None) -> WaitingJson | None:
    if waiting is None:
        return None
    return {
        "now": in_cents(waiting.now),
        "in_january": in_cents(waiting.in_january),
        "expires": in_cents(waiting.expires),
    }


RungJson = TypedDict(  # `from` is no name that a class could give a field
    "RungJson",
    {
        "from": Money,
        "to": Money | None,
        "income_tax_saved": Rate,
        "niit_saved": Rate,
        "state_tax_saved": Rate,
        "edges_saved": Rate,
        "jump": Money,
        "tax_saved": Rate,
        "carried": Rate,
        "carryover_value": Rate,
        "deferred_tax": Rate,
        "worth": Rate,
        "why": str,
    },
)


class StaircaseJson(TypedDict):
    """What the next dollars are worth, and how many the plan takes."""

    plan_at: Money
    rungs: list[RungJson]


class MarginalJson(TypedDict):
    """The staircases of losses and gains by character."""

    short_loss: StaircaseJson
    long_loss: StaircaseJson
    short_gain: StaircaseJson
    long_gain: StaircaseJson


def _marginal(marginal: Marginal | None) -> MarginalJson | None:
    """Dollars along each staircase, and per dollar on a rung: fractions of a dollar."""
    if marginal is None:
        return None
    return {
        "short_loss": _staircase(marginal.short_loss),
        "long_loss": _staircase(marginal.long_loss),
        "short_gain": _staircase(marginal.short_gain),
        "long_gain": _staircase(marginal.long_gain),
    }


def _staircase(stairs: MarginalStaircase) -> StaircaseJson:
    return {"plan_at": in_cents(stairs.plan_at), "rungs": [_rung(rung) for rung in stairs.rungs]}


def _rung(rung: Rung) -> RungJson:
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


def _rate(rate: Decimal) -> Decimal:
    return rate.quantize(DECIMALS).normalize()


class SweepPointJson(TypedDict):
    """The best plan at one value of the key; null, and the input errors, where there is none."""

    value: Decimal
    status: StatusWord | None
    benefit: BenefitJson | None
    sales: int
    turnover: Money
    total_tax: Money | None
    credits: Money | None
    agi: Money | None
    refusals: list[ProblemJson]


def _point(point: SweepPoint) -> SweepPointJson:
    return {
        "value": point.value,
        "status": point.status and point.status.value,
        "benefit": benefit_document(point.benefit) if point.benefit else None,
        "sales": point.sales,
        "turnover": in_cents(point.proceeds),
        "total_tax": in_cents(point.total_tax),
        "credits": in_cents(point.credits),
        "agi": in_cents(point.agi),
        "refusals": problem_documents(point.problems),
    }


class SweepJson(TypedDict):
    """A key at many values. `comparable`: it changes only what the plan may do."""

    key: str
    as_given: Decimal | None
    comparable: bool
    points: list[SweepPointJson]


def _swept(sweep: Sweep) -> SweepJson:
    return {
        "key": sweep.key,
        "as_given": _finite(sweep.as_given),
        "comparable": sweep.comparable,
        "points": [_point(point) for point in sweep.points],
    }


class GridRowJson(TypedDict):
    """One value of the first key, and the second key's sweep under it."""

    value: Decimal
    sweep: SweepJson


class GridJson(TypedDict):
    """Two keys moved together."""

    key: str
    as_given: Decimal | None
    rows: list[GridRowJson]


def _grid(grid: Grid | None) -> GridJson | None:
    if grid is None:
        return None
    return {
        "key": grid.key,
        "as_given": _finite(grid.as_given),
        "rows": [{"value": value, "sweep": _swept(sweep)} for value, sweep in grid.rows],
    }


def _finite(number: Decimal | None) -> Decimal | None:
    """JSON has no infinity: a key that is `inf` is null."""
    return number if number is not None and number.is_finite() else None


class CompareJson(TypedDict):
    """The scenarios, the household as given first."""

    schema: Literal["harvest.compare/1"]
    scenarios: list[ScenarioJson]
    best: str | None
    naive_gap: Money | None
    listed_gap: Money | None
    waiting: WaitingJson | None
    marginal: MarginalJson | None
    sweep: SweepJson | None
    grid: GridJson | None


def compare_document(comparison: Comparison) -> CompareJson:
    return {
        "schema": "harvest.compare/1",
        "scenarios": [_scenario(each) for each in comparison.scenarios],
        "best": comparison.best,
        "naive_gap": in_cents(comparison.naive_gap),
        "listed_gap": in_cents(comparison.listed_gap),
        "waiting": _waiting(comparison.waiting),
        "marginal": _marginal(comparison.marginal),
        "sweep": _swept(comparison.sweep) if comparison.sweep else None,
        "grid": _grid(comparison.grid),
    }
