"""The plain model to be measured against: one continuous variable a lot, in PuLP, solved by CBC.

    python benchmarks/straightforward.py FOLDER [--tuned]

It is what a competent programmer would write first: read the lots with pandas, give each loser a variable between 0
and 1 (the fraction sold), and model the same objective exactly: netting of short and long, the $3,000 limit, the
ordinary and the 0/15/20 schedules with the smaller of the two computations, the tax on net investment income, the
carryover and the deferral. Kinked functions of one sum get an ordered ladder of binaries, choices a big M.

It leaves out, and so is given less to do than `harvest plan`: wash sales, whole shares, waiting for another day,
collectibles, states, the verification in exact cents, and any explanation.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pulp

AS_OF = pd.Timestamp("2026-12-08")

# 2026, married filing jointly: Rev. Proc. 2025-32; 26 U.S.C. §§ 1(h), 1211(b), 1411.
STANDARD_DEDUCTION = 32_200
ORDINARY = [
    (0, 0.10),
    (24_800, 0.12),
    (100_800, 0.22),
    (211_400, 0.24),
    (403_550, 0.32),
    (512_450, 0.35),
    (768_700, 0.37),
]
PREFERENTIAL = [(0, 0.0), (98_900, 0.15), (613_700, 0.20)]
LOSS_LIMIT = 3_000
NIIT_RATE, NIIT_THRESHOLD = 0.038, 250_000

# The contract's default assumptions.
FUTURE_RATE, DISCOUNT_RATE, YEARS_TO_SALE, YEARS_TO_USE_CARRYOVER = 0.15, 0.05, 10, 3
DEFERRAL_RATE = FUTURE_RATE / (1 + DISCOUNT_RATE) ** YEARS_TO_SALE
STOCK_COST = 0.0002


def schedule_tax(taxable: float, brackets: list[tuple[int, float]]) -> float:
    tax = 0.0
    for (lower, rate), (upper, _) in pairwise([*brackets, (float("inf"), 0.0)]):
        tax += rate * max(0.0, min(taxable, upper) - lower)
    return tax


@dataclass(frozen=True)
class Household:
    """K = ordinary income less deduction, Q = qualified dividends, and what the year holds so far."""

    ordinary_income: float
    qualified_dividends: float
    investment_income: float
    short_term: float
    long_term: float
    carryover_rate: float

    @property
    def k(self) -> float:
        return self.ordinary_income - STANDARD_DEDUCTION

    def niit(self, capital: float) -> float:
        """`capital`: the year's net gain, or the loss allowed against other income."""
        reached = self.investment_income + self.qualified_dividends + capital
        above = self.ordinary_income + self.qualified_dividends + capital - NIIT_THRESHOLD
        return NIIT_RATE * max(0.0, min(reached, above))

    def carryover(self, total: float) -> float:
        used = min(LOSS_LIMIT, max(0.0, self.k + self.qualified_dividends))
        return max(0.0, -total - used)

    def cost(self, short: float, long: float) -> float:
        """This year's tax less the value of the carryover, at given net gains: what the model below must agree with."""
        total = short + long
        capital = max(total, -LOSS_LIMIT)
        taxed_as_ordinary = min(max(short, 0.0), total) if total >= 0 else capital
        taxable = self.k + self.qualified_dividends + capital
        ordinary = self.k + taxed_as_ordinary
        by_schedule = schedule_tax(taxable, ORDINARY)
        stacked = schedule_tax(ordinary, ORDINARY) - schedule_tax(ordinary, PREFERENTIAL)
        stacked += schedule_tax(taxable, PREFERENTIAL)
        return min(by_schedule, stacked) + self.niit(capital) - self.carryover_rate * self.carryover(total)


def read(folder: Path) -> tuple[Household, pd.DataFrame]:
    said = tomllib.loads((folder / "household.toml").read_text("utf-8"))
    person = said["taxpayer"]
    if person["filing_status"] != "married_jointly" or person["tax_year"] != 2026 or person.get("state"):
        sys.exit("this plain model knows a joint return of 2026 without state tax, and no other")
    years = said.get("assumptions", {}).get("years_to_use_carryover", YEARS_TO_USE_CARRYOVER)
    household = Household(
        ordinary_income=person["ordinary_income"],
        qualified_dividends=person["qualified_dividends"],
        investment_income=person["net_investment_income"],
        short_term=said["realized"]["short_term"] - said["carryover"]["short_term"],
        long_term=said["realized"]["long_term"] - said["carryover"]["long_term"],
        carryover_rate=FUTURE_RATE / (1 + DISCOUNT_RATE) ** years,
    )
    files = [folder / account["lots"] for account in said["accounts"]]
    lots = pd.concat([pd.read_csv(file, parse_dates=["acquired"], keep_default_na=False) for file in files])
    lots["proceeds"] = lots["quantity"] * lots["price"]
    lots["gain"] = lots["proceeds"] - lots["basis"]
    lots["long"] = lots["acquired"] + pd.DateOffset(years=1) < AS_OF
    return household, lots


class Program:
    """A PuLP problem with the two tools it needs: a kinked function of one sum, and the smaller of two amounts."""

    def __init__(self) -> None:
        self.problem = pulp.LpProblem("straightforward", pulp.LpMinimize)
        self.named = 0

    def variable(self, low: float, high: float, category: str = "Continuous") -> pulp.LpVariable:
        self.named += 1
        return self.problem.add_variable(f"v{self.named}", low, high, category)

    def kinked(
        self,
        x: pulp.LpAffineExpression,
        low: float,
        high: float,
        kinks: list[float],
        f: Callable[[float], float],
        *,
        minimised: bool = False,
    ) -> pulp.LpAffineExpression:
        """f(x), exactly: x climbs a ladder of steps, each begun only when the one below is full.

        Where the objective presses a convex f down, the cheap steps come first by themselves: no binaries.
        """
        steps = [low, *sorted({kink for kink in kinks if low < kink < high}), high]
        slopes = [(f(top) - f(bottom)) / (top - bottom) for bottom, top in pairwise(steps)]
        climbed = [self.variable(0, top - bottom) for bottom, top in pairwise(steps)]
        self.problem += x == low + pulp.lpSum(climbed)
        if not (minimised and slopes == sorted(slopes)):
            for lower, upper in pairwise(climbed):
                full = self.variable(0, 1, "Binary")
                self.problem += lower >= lower.upBound * full
                self.problem += upper <= upper.upBound * full
        return f(low) + pulp.lpSum(slope * step for slope, step in zip(slopes, climbed, strict=True))

    def smaller(
        self, a: pulp.LpAffineExpression, b: pulp.LpAffineExpression, low: float, high: float, big: float
    ) -> pulp.LpVariable:
        """min(a, b), exactly; `big` bounds their difference."""
        least, second = self.variable(low, high), self.variable(0, 1, "Binary")
        self.problem += least <= a
        self.problem += least <= b
        self.problem += least >= a - big * second
        self.problem += least >= b - big * (1 - second)
        return least


def plan(household: Household, lots: pd.DataFrame, *, tuned: bool) -> tuple[float, int]:
    """The benefit of the best plan in dollars, and how many lots it sells from."""
    losers = lots[lots["gain"] < 0]
    program = Program()
    sold = [program.problem.add_variable(f"x{number}", 0, 1) for number in range(len(losers))]
    rows = list(zip(sold, losers["gain"], losers["proceeds"], losers["long"], strict=True))

    short_low = household.short_term + losers.loc[~losers["long"], "gain"].sum()
    long_low = household.long_term + losers.loc[losers["long"], "gain"].sum()
    short, long = program.variable(short_low, household.short_term), program.variable(long_low, household.long_term)
    program.problem += short == household.short_term + pulp.lpSum(g * x for x, g, _, is_long in rows if not is_long)
    program.problem += long == household.long_term + pulp.lpSum(g * x for x, g, _, is_long in rows if is_long)
    total, low, high = short + long, short_low + long_low, household.short_term + household.long_term
    reach = max(abs(low), abs(high), abs(short_low), abs(household.short_term)) + LOSS_LIMIT

    # The part of the gain taxed as ordinary income: the net short-term gain to the extent there is a net gain at all,
    # or the loss allowed.
    net_short = program.kinked(short, short_low, household.short_term, [0.0], lambda s: max(s, 0.0))
    net_gain = program.kinked(total, low, high, [0.0], lambda t: max(t, 0.0))
    allowed = program.kinked(total, low, high, [-LOSS_LIMIT, 0.0], lambda t: max(min(t, 0.0), -LOSS_LIMIT))
    short_gain = program.smaller(net_short, net_gain, 0.0, reach, reach)
    ordinary = household.k + short_gain + allowed

    # The smaller of: everything by the ordinary schedule; or the preferential part stacked upon the ordinary part.
    base = household.k + household.qualified_dividends
    taxable_low, taxable_high = base - LOSS_LIMIT, base + max(high, 0.0)
    taxable = base + net_gain + allowed
    ordinary_kinks = [float(kink) for kink, _ in ORDINARY]
    preferential_kinks = [float(kink) for kink, _ in PREFERENTIAL]
    by_schedule = program.kinked(
        taxable, taxable_low, taxable_high, ordinary_kinks, lambda y: schedule_tax(y, ORDINARY), minimised=True
    )
    on_top = program.kinked(
        taxable, taxable_low, taxable_high, preferential_kinks, lambda y: schedule_tax(y, PREFERENTIAL), minimised=True
    )
    beneath = program.kinked(
        ordinary,
        household.k - LOSS_LIMIT,
        household.k + max(household.short_term, 0.0),
        ordinary_kinks + preferential_kinks,
        lambda o: schedule_tax(o, ORDINARY) - schedule_tax(o, PREFERENTIAL),
    )
    most = schedule_tax(taxable_high, ORDINARY)
    income_tax = program.smaller(by_schedule, beneath + on_top, 0.0, 2 * most, 2 * most)

    # What depends on the total alone: the tax on investment income, and the carryover's value.
    used = min(LOSS_LIMIT, max(0.0, base))
    niit_kinks = [-household.investment_income - household.qualified_dividends]
    niit_kinks += [NIIT_THRESHOLD - household.ordinary_income - household.qualified_dividends]
    of_total = program.kinked(
        total,
        low,
        high,
        [-LOSS_LIMIT, 0.0, -used, *niit_kinks],
        lambda t: household.niit(max(t, -LOSS_LIMIT)) - household.carryover_rate * household.carryover(t),
    )
    to_sell = pulp.lpSum((DEFERRAL_RATE * -gain + STOCK_COST * proceeds) * x for x, gain, proceeds, _ in rows)
    program.problem += income_tax + of_total + to_sell

    # Without its feasibility pump CBC is several times as fast here: a peer that no one writes first, but a fair one.
    options = ["feas off"] if tuned else []
    program.problem.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0.0, gapAbs=0.005, options=options))
    if program.problem.sol_status != pulp.LpSolutionOptimal:
        sys.exit("CBC found no proven optimum")
    nothing_sold = household.cost(household.short_term, household.long_term)
    planned = household.cost(short.value(), long.value()) + to_sell.value()
    modelled = program.problem.objective.value()
    if abs(modelled - planned) > 1.0:
        sys.exit(f"the plain model contradicts itself: {modelled:,.2f} modelled, {planned:,.2f} computed")
    return nothing_sold - planned, sum(1 for x in sold if x.value() > 1e-9)


def main() -> None:
    household, lots = read(Path(sys.argv[1]))
    benefit, count = plan(household, lots, tuned="--tuned" in sys.argv[2:])
    print(json.dumps({"total": round(benefit, 2), "sales": count}))


if __name__ == "__main__":
    main()
