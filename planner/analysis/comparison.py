"""Scenarios side by side: what each comes to, which is best of those that may be compared, and which lots differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from planner.analysis.marginal_value import Marginal
from planner.analysis.totals import SalesTotal, total_of
from planner.domain.errors import ExitCode, Problem
from planner.domain.plan import Benefit, Plan, Sale, Status
from rules.terms import CENT, ZERO

Day = date

AS_GIVEN = "as given"
NAIVE = "losers until gains are zero"
JANUARY = "wait for January"


class ScenarioOrigin(StrEnum):
    """Where a scenario comes from: the household itself, its `[scenarios.*]`, the set that every household gets, or
    a list of sales."""

    AS_GIVEN = "as_given"
    HOUSEHOLD = "household"
    BUILT_IN = "built_in"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class LotDifference:
    """A lot that two plans do not sell alike. Quantities and days are None, or zero, where a plan keeps the lot."""

    lot_id: str
    symbol: str
    quantity_as_given: Decimal
    quantity_here: Decimal
    day_as_given: Day | None
    day_here: Day | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One scenario: what it changes, in a sentence, and the plan it leads to, or the input errors why there is none.

    `by_rule`: its sales were chosen by a rule of thumb, not searched for. `apart` says why its net benefit
    cannot be compared with the household's as given (other income, another law, a constraint not kept); empty where it
    can. `differences` are the lots it does not sell as the household as given does. `in_january`: of the row that
    waits, which sells nothing this year, the net benefit of the plan's sales in January."""

    name: str
    origin: ScenarioOrigin
    what: str
    plan: Plan | None
    problems: tuple[Problem, ...] = ()
    exit_code: ExitCode = ExitCode.DONE
    by_rule: bool = False
    apart: str = ""
    differences: tuple[LotDifference, ...] = ()
    in_january: Decimal | None = None

    @property
    def worth(self) -> Decimal | None:
        """Its net benefit, this year's or of waiting January's; None without a plan."""
        total = self.plan.benefit.total if self.plan is not None else None
        return total if self.in_january is None else self.in_january

    @property
    def sales(self) -> SalesTotal:
        """The sums over its sales: lots, turnover (`proceeds`), disallowed losses. Nothing where there is no plan."""
        return total_of(self.plan.sales if self.plan else ())

    @property
    def carried(self) -> Decimal:
        """The loss it carries into next year, short and long together; zero without a plan."""
        return self.plan.planned.carryover_short + self.plan.planned.carryover_long if self.plan else ZERO

    @property
    def windows_opened(self) -> int:
        """How many securities it sells at a loss that no one may buy back for 30 days. § 1091(a)."""
        return len({sale.symbol for sale in self.plan.sales if sale.rebuy_on is not None}) if self.plan else 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """The plan's sales made next January instead, by the household's own assumptions: dollars of `Benefit.total`.

    A loss realized in January is worth what a loss carried into that year is. `expires` is what is permanently lost
    when the year ends; below zero where waiting is worth more."""

    now: Decimal
    in_january: Decimal

    @property
    def expires(self) -> Decimal:
        return self.now - self.in_january


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """The best plan at one value of the key; `benefit` and `status` None, and the input errors, where there is none.

    `total_tax` is the year's tax with the plan, `proceeds` the plan's turnover, both dollars; `credits` what reduces
    the tax, `agi` the year's adjusted gross income, both with the plan.
    """

    value: Decimal
    benefit: Benefit | None
    status: Status | None
    sales: int
    proceeds: Decimal
    total_tax: Decimal | None
    problems: tuple[Problem, ...] = ()
    credits: Decimal | None = None
    agi: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """The key (`plan.max_turnover`), what it is in the household as given (None: not written), and the points in order.

    `comparable`: the key changes only what the plan may do, so that net benefits may be compared with one another.
    """

    key: str
    as_given: Decimal | None
    points: tuple[SweepPoint, ...]
    comparable: bool

    @property
    def values(self) -> tuple[Decimal, ...]:
        return tuple(point.value for point in self.points)


@dataclass(frozen=True, slots=True)
class Grid:
    """Two keys moved together: for each value of `key` (None as given: not written) the other key's sweep under it."""

    key: str
    as_given: Decimal | None
    values: tuple[Decimal, ...]
    sweeps: tuple[Sweep, ...]

    @property
    def rows(self) -> tuple[tuple[Decimal, Sweep], ...]:
        return tuple(zip(self.values, self.sweeps, strict=True))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All scenarios, the household as given first. `best` is the name of the one worth most among those comparable.

    `naive_gap` is by how many dollars the household's plan is worth more than the rule most people follow, `listed_gap`
    by how many more than a list of sales. Each is None where the household as given has no plan, or it was not asked
    for.
    """

    scenarios: tuple[Compared, ...]
    best: str | None = None
    naive_gap: Decimal | None = None
    listed_gap: Decimal | None = None
    waiting: Waiting | None = None
    marginal: Marginal | None = None
    sweep: Sweep | None = None
    grid: Grid | None = None

    @property
    def as_given(self) -> Compared:
        return self.scenarios[0]

    @property
    def rules(self) -> tuple[Compared, ...]:
        """The rules of thumb, whatever they break: each with a plan."""
        return tuple(
            each
            for each in self.scenarios
            if each.by_rule and each.origin is ScenarioOrigin.BUILT_IN and each.name != JANUARY and each.plan
        )

    @property
    def naive_is_comparable(self) -> bool:
        """Whether the rule most people follow keeps the household's constraints."""
        return not any(each.name == NAIVE and each.apart for each in self.rules)

    @property
    def best_rule(self) -> Compared | None:
        """Of the rules that keep the household's constraints the one worth most; None where none does."""
        lawful = [each for each in self.rules if not each.apart]
        return max(lawful, key=_worth, default=None)

    def more_than(self, other: Compared) -> Decimal:
        """By how much the household's plan is worth more than this one; below zero where it is worth less."""
        return _worth(self.as_given) - _worth(other)

    @property
    def worth_more(self) -> tuple[Compared, ...]:
        """The rules that are worth more than the household's plan, and break a constraint for it."""
        if self.as_given.plan is None:
            return ()
        return tuple(each for each in self.rules if each.apart and self.more_than(each) < 0)


def _worth(each: Compared) -> Decimal:
    return each.worth or ZERO


def best_of(scenarios: Sequence[Compared]) -> str | None:
    """The name of the scenario worth most this year among those that may be compared; of equals the first.

    Equal is what differs by no more than rounding: a cent for each lot that is sold.
    """
    worth = [(each.plan, each.name) for each in scenarios if each.plan is not None and not each.apart]
    most = max((plan.benefit.total for plan, _ in worth), default=ZERO)
    return next((name for plan, name in worth if plan.benefit.total >= most - CENT * len(plan.sales)), None)


@dataclass(frozen=True, slots=True)
class Since:
    """What a plan has become since an earlier one: both net benefits, in dollars, and the lots not sold alike."""

    earlier: Decimal
    now: Decimal
    lots: tuple[LotDifference, ...]

    @property
    def more(self) -> Decimal:
        """By how much it is worth more than before; below zero where it is worth less."""
        return self.now - self.earlier


def since(earlier: Plan, now: Plan) -> Since:
    """The later plan beside the earlier one."""
    return Since(earlier.benefit.total, now.benefit.total, lot_differences(earlier, now))


def lot_differences(as_given: Plan, here: Plan) -> tuple[LotDifference, ...]:
    """The lots that two plans do not sell alike: another quantity, another day, or in one of them not at all."""
    ours, theirs = _by_lot(as_given), _by_lot(here)
    found = []
    for lot_id in dict.fromkeys((*ours, *theirs)):
        one, other = ours.get(lot_id), theirs.get(lot_id)
        difference = LotDifference(
            lot_id=lot_id,
            symbol=(one or theirs[lot_id]).symbol,
            quantity_as_given=one.quantity if one else ZERO,
            quantity_here=other.quantity if other else ZERO,
            day_as_given=one.date if one else None,
            day_here=other.date if other else None,
        )
        if (one and (one.quantity, one.date)) != (other and (other.quantity, other.date)):
            found.append(difference)
    return tuple(found)


def _by_lot(plan: Plan) -> dict[str, Sale]:
    return {sale.lot_id: sale for sale in plan.sales}
