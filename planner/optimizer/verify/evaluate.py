"""The plan recomputed in exact cents from lots and law. It has never seen the model, and the model never sees it.

Everything printed about a plan comes from `evaluate`: each sale's proceeds, basis and gain, what § 1091 disallows,
the year's tax as worksheets, and the benefit. `evaluate` of no sales is the baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from planner.domain.plan import Benefit
from planner.domain.sale_costs import SaleCosts
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from planner.optimizer.verify.setting import Setting
from planner.optimizer.verify.wash_matching import after_wash_sales
from rules.liability import Liability, liability
from rules.terms import ZERO, Character, Gains, to_cents


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A plan's exact consequences. `benefit.bound` is not set here (it is the solver's to say)."""

    sales: tuple[SaleFigures, ...]
    year: Liability
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class SaleTotals:
    """What sales add up to: recognized gains of the year, basis given up (less is negative) and the cost of trading, in
    dollars. `put_off` is the net loss of sales put off to next year, gains negative."""

    gains: Gains = field(default_factory=Gains)
    basis_given_up: Decimal = ZERO
    trading_cost: Decimal = ZERO
    put_off: Decimal = ZERO

    def changed(self, out: SaleTotals, into: SaleTotals) -> SaleTotals:
        """These totals with some sales taken out and others put in."""
        return SaleTotals(
            self.gains - out.gains + into.gains,
            self.basis_given_up - out.basis_given_up + into.basis_given_up,
            self.trading_cost - out.trading_cost + into.trading_cost,
            self.put_off - out.put_off + into.put_off,
        )


NOTHING_SOLD = SaleTotals()


def evaluate(setting: Setting, orders: Sequence[Order], baseline: Liability | None = None) -> Evaluation:
    """What these orders come to. `baseline` is the year without them, computed here when not given."""
    sales = after_wash_sales(setting, [figures(order) for order in orders])
    if baseline is None:
        baseline = liability(setting.facts, setting.taken)
    year, benefit = judge(setting, baseline, totals(setting, sales))
    return Evaluation(tuple(sales), year, benefit)


def totals(setting: Setting, sales: Iterable[SaleFigures]) -> SaleTotals:
    """The sums of a plan's sales that its benefit depends on."""
    sales = list(sales)
    if not sales:
        return NOTHING_SOLD
    costs = SaleCosts(setting.assumptions, setting.first_day)
    year = setting.facts.law.year
    return SaleTotals(
        recognized(sale for sale in sales if sale.order.sold.year == year),
        sum((sale.permanently_lost - sale.recognized_gain for sale in sales), ZERO),
        sum((_cost(costs, sale) for sale in sales), ZERO),
        -sum((sale.recognized_gain for sale in sales if sale.order.sold.year > year), ZERO),
    )


def _cost(costs: SaleCosts, sale: SaleFigures) -> Decimal:
    order = sale.order
    return sale.proceeds * costs.rate(order.holding.lot.asset_class, order.sold) + costs.charge


def judge(setting: Setting, baseline: Liability, sums: SaleTotals) -> tuple[Liability, Benefit]:
    """The year with these sums, and the contract's objective against the baseline, each part to the cent."""
    year = liability(setting.facts, setting.taken + sums.gains)
    carried = year.carryover_short + year.carryover_long
    carried_anyway = baseline.carryover_short + baseline.carryover_long
    assumptions = setting.assumptions
    return year, Benefit(
        tax_saved=baseline.total_tax - year.total_tax,
        carryover_value=to_cents(
            worth_next_year(setting, carried + sums.put_off) - setting.carryover.of(carried_anyway)
        ),
        deferred_tax=to_cents(assumptions.deferral_rate * (sums.basis_given_up + setting.given_up)),
        trading_cost=to_cents(sums.trading_cost),
        bound=ZERO,
    )


def worth_next_year(setting: Setting, net: Decimal) -> Decimal:
    """What is carried into next year is worth, netted there with what January brings: V(N). Below zero it is a gain,
    taxed a year on."""
    if net >= 0:
        return setting.carryover.of(net)
    assumptions = setting.assumptions
    return net * assumptions.future_rate / (1 + assumptions.discount_rate)


def recognized(sales: Iterable[SaleFigures]) -> Gains:
    """The gains and losses these sales bring into the year's netting."""
    short = long = collectibles = disallowed = ZERO
    for sale in sales:
        gain = sale.recognized_gain
        disallowed += sale.disallowed_loss - sale.moved
        if sale.character is Character.SHORT:
            short += gain
        else:
            long += gain
            if sale.collectible:
                collectibles += gain
    return Gains(short, long, collectibles, disallowed)
