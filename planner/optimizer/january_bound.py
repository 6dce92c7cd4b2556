"""What no plan is worth more than, where sales may be put off to January.

Next year nets what is carried, C, with January's net loss n, and N = C + n is worth W(N). For any price π a dollar,
W(N) <= π N + sup (W - π N), so that no plan is worth more than

    sup over N of (W(N) - π N) + π C0 - V(C0) + Σ w + the best plan of this year whose carried losses are worth π
    each, and in which to sell a lot costs besides what it would be worth in January, w = max(0, (π - φ) loss - costs).

A lot is sold this year or put off, in parts if need be, which is why its worth in January is a cost of selling it now.
Wash sales of January are left out, which only raises the bound; of the limits, the one that January would overrun most
has a price of its own. The best price is near that of the last dollar: the bound is convex in π, and a few are tried.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from planner.domain.carryover_value import CarryoverValue
from planner.domain.case import Case
from planner.domain.plan_limits import SumOf
from planner.domain.sale_costs import SaleCosts
from planner.domain.trading_days import first_session
from planner.optimizer.candidates import Candidate
from planner.optimizer.verify.evaluate import Evaluation, worth_next_year
from planner.optimizer.verify.setting import Setting
from rules.liability import Liability
from rules.terms import CENT, ZERO

# What no plan of this year is worth more than, where carried losses are worth so much each and to sell all of a lot
# costs so many dollars more; near enough where it comes near the third. None where the law has too many pieces.
Certified = Callable[[CarryoverValue, Mapping[str, Decimal], Decimal], Decimal | None]

REFINED = 6  # times that the best price is looked for between its neighbors
FINEST = Decimal("0.0001")  # of a dollar, between two prices
NEAR = Decimal("0.10")  # dollars at which a bound is as good as it need be
INFINITY = Decimal("Infinity")


def january_bound(
    case: Case,
    setting: Setting,
    baseline: Liability,
    candidates: Sequence[Candidate],
    plan: Evaluation,
    certified: Certified,
    deadline: float,
) -> Decimal:
    """The least bound over the prices that are tried, infinite where there is none. Near the plan's worth is near
    enough, and so is what there is at the deadline, on the monotonic clock."""
    total = plan.benefit.total
    duties = case.household.plan_limits.duties
    lots = {c.lot_id: c for c in reversed(candidates) if c.lot_id not in duties}  # each on its first day
    carried = baseline.carryover_short + baseline.carryover_long
    losses = -sum((lot.whole.gain for lot in {c.lot_id: c for c in candidates}.values() if lot.whole.gain < 0), ZERO)
    gains = sum((lot.whole.gain for lot in lots.values() if lot.whole.gain > 0), ZERO)
    corners = _corners(setting.carryover, -gains, carried + losses + abs(_taken(setting)))
    found: dict[Decimal, Decimal] = {}

    def at(price: Decimal) -> Decimal:
        if price not in found:
            worth = {lot_id: max(worth_in_january(setting, lot, price), ZERO) for lot_id, lot in lots.items()}
            room, uses = _rent(case, lots, worth)
            worth = {lot_id: max(worth[lot_id] - uses.get(lot_id, ZERO), ZERO) for lot_id in lots}
            more = {lot_id: worth[lot_id] + uses.get(lot_id, ZERO) for lot_id in lots}
            over = max(worth_next_year(setting, n) - price * n for n in corners)
            anyway = price * carried - setting.carryover.of(carried)
            beside = sum(worth.values()) + room + over + anyway
            best = certified(CarryoverValue(((None, price),)), more, total - beside)
            if best is None:
                return INFINITY
            found[price] = best + beside
        return found[price]

    def enough() -> bool:
        return bool(found) and (min(found.values()) - total <= NEAR or time.monotonic() > deadline)

    low, high = ZERO, max(setting.carryover.next_dollar(ZERO), _of_a_gain(setting))
    for price in dict.fromkeys((_of_the_next_dollar(setting, plan), *_prices(setting, low, high), low, high)):
        if not enough():
            at(price)
    for _ in range(REFINED):
        prices = sorted(found)
        n = min(range(len(prices)), key=lambda i: found[prices[i]], default=0)
        around = prices[max(n - 1, 0) : n + 2]
        for left, right in pairwise(around):
            if not enough() and right - left > FINEST:
                at((left + right) / 2)
    bound = min(found.values(), default=INFINITY)
    return bound.quantize(CENT, rounding=ROUND_CEILING) if bound.is_finite() else INFINITY


def crude_bound(setting: Setting, candidates: Sequence[Candidate], bound: Decimal) -> Decimal:
    """What no plan is worth more than where there is no certificate: the bound of this year's, and each lot sold in
    January besides, a dollar of loss at the most that it can be worth there."""
    most = max(setting.carryover.next_dollar(ZERO), _of_a_gain(setting))
    lots = {candidate.lot_id: candidate for candidate in candidates}.values()
    worths = (worth_in_january(setting, lot, most if lot.whole.gain < 0 else ZERO) for lot in lots)
    return (bound + sum((worth for worth in worths if worth > 0), ZERO)).quantize(CENT, rounding=ROUND_CEILING)


def _rent(
    case: Case, lots: Mapping[str, Candidate], worth: Mapping[str, Decimal]
) -> tuple[Decimal, Mapping[str, Decimal]]:
    """A price for what January uses of a limit, where all that is worth selling there would not fit into it: what the
    room that there is costs in all, and what each lot's use of it costs, sold this year or then. A share of a lot uses
    a share of a count, which is less than it does."""
    best: tuple[Decimal, Decimal, Mapping[str, Decimal]] = ZERO, ZERO, {}
    for limit in case.household.plan_limits.sums:
        if limit.at_least:
            continue
        uses = {
            lot_id: lot.whole.proceeds if limit.of is SumOf.PROCEEDS else Decimal(1)
            for lot_id, lot in lots.items()
            if limit.where.covers(lot.holding.lot) and lot.whole.proceeds > 0
        }
        wanted = sorted((i for i in uses if worth[i] > 0), key=lambda i: worth[i] / uses[i], reverse=True)
        used = ZERO
        for lot_id in wanted:
            used += uses[lot_id]
            if used > limit.amount:
                rent = worth[lot_id] / uses[lot_id]
                spared = sum((worth[i] for i in wanted), ZERO) - rent * limit.amount
                spared -= sum((max(worth[i] - rent * uses[i], ZERO) for i in wanted), ZERO)
                if spared > best[0]:
                    best = spared, rent * limit.amount, {i: rent * use for i, use in uses.items()}
                break
    return best[1], best[2]


def worth_in_january(setting: Setting, lot: Candidate, price: Decimal) -> Decimal:
    """What selling all of a lot in January is worth, unwashed, where a dollar of loss is worth so much there."""
    day = first_session(setting.facts.law.year, lot.holding.lot.asset_class)
    costs = SaleCosts(setting.assumptions, setting.first_day)
    trading = lot.whole.proceeds * costs.rate(lot.holding.lot.asset_class, day)
    return (setting.assumptions.deferral_rate - price) * lot.whole.gain - trading


def _of_a_gain(setting: Setting) -> Decimal:
    return setting.assumptions.future_rate / (1 + setting.assumptions.discount_rate)


def _taken(setting: Setting) -> Decimal:
    """How much more than the plan's own losses may be carried: what is taken already."""
    carryover = setting.facts.carryover
    taken = setting.taken
    return abs(taken.short_term) + abs(taken.long_term) + carryover.short_term + carryover.long_term


def _corners(carryover: CarryoverValue, low: Decimal, high: Decimal) -> list[Decimal]:
    """Where W bends between two ends, and the ends."""
    ends, begins = {low, ZERO, high}, ZERO
    for dollars, _ in carryover.layers:
        begins += dollars or ZERO
        ends.add(min(begins, high))
    return sorted(ends)


def _of_the_next_dollar(setting: Setting, plan: Evaluation) -> Decimal:
    """What one more dollar of loss would be worth in January, beside this plan."""
    put_off = sum((s.recognized_gain for s in plan.sales if s.order.sold.year > setting.facts.law.year), ZERO)
    net = plan.year.carryover_short + plan.year.carryover_long - put_off
    return setting.carryover.next_dollar(net) if net >= 0 else _of_a_gain(setting)


def _prices(setting: Setting, low: Decimal, high: Decimal) -> Iterator[Decimal]:
    """Prices worth trying first: what a dollar costs later, and what it is worth at a few places of the schedule."""
    for price in (setting.assumptions.deferral_rate, _of_a_gain(setting)):
        if low <= price <= high:
            yield price
    rates = sorted({rate for _, rate in setting.carryover.layers})
    yield from rates[:: max(1, len(rates) // 6)]
