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
)
from planner.analysis.marginal_value import Marginal, MarginalStaircase, Rung
from planner.report.json_documents.parts import BenefitJson, ProblemJson, StatusWord
from planner.report.json_documents.plan import PlanJson, plan_document
from planner.report.json_documents.values import Day, Money, Quantity, Rate, TypedDict, filled, one_of


class LotDifferenceJson(TypedDict):
    """A lot that the scenario does not sell as the household as given does."""

    lot_id: str
    symbol: str
    quantity_as_given: Quantity
    quantity: Quantity
    date_as_given: Day | None
    date: Day | None


def _difference(one: LotDifference) -> LotDifferenceJson:
    return filled(LotDifferenceJson, one, quantity=one.quantity_here, date_as_given=one.day_as_given, date=one.day_here)


class ScenarioJson(TypedDict):
    """A scenario. Without a plan it has null and its input errors; `apart` says why it is not compared; `in_january` is
    the net benefit of waiting, whose plan sells nothing this year."""

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
    in_january: Money | None
    refusals: list[ProblemJson]


def _scenario(each: Compared) -> ScenarioJson:
    return filled(
        ScenarioJson,
        each,
        plan=plan_document(each.plan) if each.plan is not None else None,
        apart=each.apart or None,
        turnover=each.sales.proceeds,
        disallowed_loss=each.sales.disallowed_loss,
        differences=[_difference(one) for one in each.differences],
        refusals=each.problems,
    )


class WaitingJson(TypedDict):
    """The plan's sales made next January instead."""

    now: Money
    in_january: Money
    expires: Money


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
    stairs = {key: _staircase(getattr(marginal, key)) for key in MarginalJson.__annotations__}
    return filled(MarginalJson, **stairs)


def _staircase(stairs: MarginalStaircase) -> StaircaseJson:
    return filled(StaircaseJson, stairs, rungs=[_rung(rung) for rung in stairs.rungs])


def _rung(rung: Rung) -> RungJson:
    return filled(RungJson, rung, **{"from": rung.start, "to": rung.end})


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
    return filled(SweepPointJson, point, turnover=point.proceeds, refusals=point.problems)


class SweepJson(TypedDict):
    """A key at many values. `comparable`: it changes only what the plan may do."""

    key: str
    as_given: Decimal | None
    comparable: bool
    points: list[SweepPointJson]


def _swept(sweep: Sweep) -> SweepJson:
    return filled(SweepJson, sweep, as_given=_finite(sweep.as_given), points=[_point(point) for point in sweep.points])


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
    rows = [filled(GridRowJson, value=value, sweep=_swept(sweep)) for value, sweep in grid.rows]
    return filled(GridJson, grid, as_given=_finite(grid.as_given), rows=rows)


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
    return filled(
        CompareJson,
        comparison,
        schema="harvest.compare/1",
        scenarios=[_scenario(each) for each in comparison.scenarios],
        marginal=_marginal(comparison.marginal),
        sweep=_swept(comparison.sweep) if comparison.sweep else None,
        grid=_grid(comparison.grid),
    )
