"""Which winners to give to charity: the most long-term gain for the dollars that are to be given. § 170(e)(1)(A).

A gift counts at its value, and its gain is never taxed; cash given instead counts the same and leaves the gain. So the
best gift of so many dollars is the one with the most gain in it: a knapsack of shares. It takes nothing from the sales
at a loss, which are of other lots; where winners may be sold too, `joint_giving` weighs both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from planner.domain.case import Case
from planner.domain.giving import GivenLot, Giving
from planner.domain.portfolio import Holding
from planner.domain.sellable import Sellable
from planner.optimizer.verify.evaluate import Evaluation, recognized
from planner.optimizer.verify.setting import Setting
from rules.assets import in_collectibles_group
from rules.edge_figures import figures, holds, joint_or_others
from rules.gifts import APPRAISAL_FROM, LimitedGift, deduction_base, limited_gift
from rules.holding_period import character_of_sale
from rules.liability import Liability, TaxReturn, liability
from rules.terms import CENT, ZERO, AssetClass, Character, Gains, to_cents

NOT_GIVEN = frozenset({AssetClass.OPTION, AssetClass.COLLECTIBLE})  # § 170(e)(1)(B)(i)
FINEST = {True: Decimal("0.000001"), False: Decimal(1)}  # by whether the account sells fractions
SATOSHI = Decimal("0.00000001")
MOST_LOTS, ENOUGH_LOTS, ENOUGH_TIMES = 300, 40, 3
MOST_STEPS = 50_000  # of the search; then the best found is taken


Gift = tuple[GivenLot, ...]


@dataclass(frozen=True, slots=True)
class Winner:
    """A lot that may be given, in units of `step`: what each is worth, and the gain in it."""

    holding: Holding
    step: Decimal
    steps: int
    value: Decimal
    gain: Decimal

    @property
    def rate(self) -> Decimal:
        return self.gain / self.value


def winners(case: Case, holdings: Iterable[Holding], day: date) -> list[Winner]:
    """Lots bought over a year ago, worth more than their basis, that nothing bars: most gain per dollar first."""
    limits, sellable = case.household.plan_limits, Sellable.of(case.household)
    fractional = {account.name: account.fractional for account in case.household.accounts}
    found = []
    for holding in holdings:
        lot = holding.lot
        if lot.asset_class in NOT_GIVEN or lot.lot_id in limits.duties or {lot.lot_id, lot.symbol} & {*limits.keep}:
            continue
        if sellable.obstacle(holding) is not None:
            continue
        if character_of_sale(lot, day) is not Character.LONG:
            continue
        assert holding.price is not None
        assert lot.basis is not None
        gain = holding.price - lot.basis / lot.quantity
        if gain * lot.quantity < CENT:
            continue
        step = SATOSHI if lot.asset_class is AssetClass.CRYPTO else FINEST[fractional.get(lot.account, False)]
        steps = int((lot.quantity / step).to_integral_value(ROUND_FLOOR))
        if steps:
            found.append(Winner(holding, step, steps, holding.price * step, gain * step))
    return sorted(found, key=lambda winner: (-winner.rate, winner.holding.lot.lot_id))


def gift(case: Case, holdings: Sequence[Holding]) -> Gift:
    """What to give of the lots, for `[giving] charity` dollars at most: what is chosen already, else the most gain."""
    wanted = case.household.giving
    if wanted is None:
        return ()
    if case.given is not None:
        found = winners(case, holdings, case.sale_date)
        chosen = ((w, min(int(case.given.get(w.holding.lot.lot_id, ZERO) / w.step), w.steps)) for w in found)
        return tuple(_given(winner, units) for winner, units in chosen if units > 0)
    lots = _worth_a_look(winners(case, holdings, case.sale_date), wanted)
    return tuple(_given(lot, units) for lot, units in zip(lots, most_gain(lots, wanted), strict=True) if units)


def _worth_a_look(lots: Sequence[Winner], dollars: Decimal) -> list[Winner]:
    """The first of them that come to several times the dollars: others have less gain in each of theirs."""
    found: list[Winner] = []
    total = ZERO
    for lot in lots[:MOST_LOTS]:
        if total > ENOUGH_TIMES * dollars and len(found) >= ENOUGH_LOTS:
            break
        found.append(lot)
        total += lot.value * lot.steps
    return found


def _given(winner: Winner, units: int) -> GivenLot:
    lot, quantity = winner.holding.lot, units * winner.step
    assert lot.basis is not None
    return GivenLot(
        lot_id=lot.lot_id,
        account=lot.account,
        symbol=lot.symbol,
        asset_class=lot.asset_class,
        quantity=quantity,
        value=to_cents(units * winner.value),
        basis=to_cents(lot.basis * quantity / lot.quantity),
        acquired=None if lot.inherited else lot.acquired,
    )


def without_gift(case: Case) -> tuple[Case, Gift]:
    """The case when the gift has left, with the lots that the plan may sell; and the gift."""
    given = gift(case, case.holdings)
    gone = {lot.lot_id: lot.quantity for lot in given}
    return (replace(case, holdings=left_of(case.holdings, gone)), given) if given else (case, ())


def left_of(holdings: Iterable[Holding], gone: Mapping[str, Decimal]) -> tuple[Holding, ...]:
    """The lots less so many units of each, their bases by quantity."""
    left = []
    for holding in holdings:
        lot, out = holding.lot, gone.get(holding.lot.lot_id, ZERO)
        if not out:
            left.append(holding)
        elif out < lot.quantity:
            loss_basis = None if lot.loss_basis is None else to_cents(lot.loss_basis * (1 - out / lot.quantity))
            basis = None if lot.basis is None else lot.basis - to_cents(lot.basis * out / lot.quantity)
            rest = replace(lot, quantity=lot.quantity - out, basis=basis, loss_basis=loss_basis)
            left.append(replace(holding, lot=rest, stated_value=None))
    return tuple(left)


def _carried(year: Liability) -> Decimal:
    return year.carryover_short + year.carryover_long


def giving_of(
    case: Case, given: Sequence[GivenLot], setting: Setting, evaluation: Evaluation, baseline: Liability
) -> Giving | None:
    """What the gift comes to beside the plan: tax that a sale would cost, and the deduction with its limit."""
    wanted = case.household.giving
    if wanted is None:
        return None
    taxpayer, facts = case.household.taxpayer, setting.facts
    base = sum((deduction_base(lot.value, lot.basis, Character.LONG) for lot in given), ZERO)
    gain = sum((lot.gain for lot in given), ZERO)
    metal = sum((lot.gain for lot in given if in_collectibles_group(lot.symbol, lot.asset_class)), ZERO)
    so_far = setting.taken + recognized(s for s in evaluation.sales if s.order.sold.year == facts.law.year)
    sold = liability(facts, so_far + Gains(long_term=gain, collectibles=metal))
    worth = setting.carryover.of
    used = worth(_carried(evaluation.year)) - worth(_carried(sold))
    cash = wanted - sum((lot.value for lot in given), ZERO)
    itemized = facts.edges.itemized if facts.edges is not None else None
    others = cash + (itemized.charity if itemized is not None else ZERO)
    floor = figures(facts.law, "charity_floor")["rate"] if holds(facts.law, "charity_floor") else ZERO
    deduction = limited_gift(base, evaluation.year.agi, others, floor)
    unlisted = [lot for lot in given if lot.asset_class in (AssetClass.CRYPTO, AssetClass.OTHER)]
    appraised = sum((lot.value for lot in unlisted), ZERO) > APPRAISAL_FROM
    itemizes = taxpayer.deduction is not None or itemized is not None
    without = "charity_without_itemizing"
    beside = joint_or_others(facts.law, without, facts.status) if holds(facts.law, without) else ZERO
    facts_without, facts_with = _with_and_without(deduction, cash, facts, itemizes=taxpayer.deduction is not None)
    planned, planned_with = (liability(year, so_far) for year in (facts_without, facts_with))
    unsold, unsold_with = (liability(year, baseline.schedule_d.gains) for year in (facts_without, facts_with))
    return Giving(
        wanted=wanted,
        lots=tuple(given),
        deduction=deduction,
        deduction_saves=planned.total_tax - planned_with.total_tax,
        of_state=planned.state_tax - planned_with.state_tax,
        sales_save=(unsold.total_tax - planned.total_tax, unsold_with.total_tax - planned_with.total_tax),
        tax_now=sold.total_tax - evaluation.year.total_tax + to_cents(used),
        tax_later=to_cents(setting.assumptions.deferral_rate * gain),
        appraised=tuple(dict.fromkeys(lot.symbol for lot in unlisted)) if appraised else (),
        itemized=itemizes,
        cash_deducted=ZERO if itemizes else beside,
    )


def _with_and_without(
    deduction: LimitedGift, cash: Decimal, facts: TaxReturn, *, itemizes: bool
) -> tuple[TaxReturn, TaxReturn]:
    """The return without the gift's deduction, and with it; alike where the standard deduction is taken."""
    edges = facts.edges
    if edges is not None and edges.itemized is not None:
        before = replace(edges.itemized, charity=edges.itemized.charity + cash)
        after = replace(before, charity=before.charity + deduction.allowed)
        without, with_it = (replace(facts, edges=replace(edges, itemized=paid)) for paid in (before, after))
        return without, with_it
    return facts, replace(facts, deduction=facts.deduction + deduction.deductible) if itemizes else facts


def most_gain(lots: Sequence[Winner], dollars: Decimal) -> list[int]:
    """How many units of each to give, for no more than so many dollars: depth first, the most of each lot first, cut
    where the fraction of a unit could not do better."""
    best: list[int] = [0] * len(lots)
    best_gain, looked = Decimal(-1), 0
    chosen = [0] * len(lots)

    def bound(at: int, left: Decimal) -> Decimal:
        total = ZERO
        for lot in lots[at:]:
            part = min(lot.value * lot.steps, left)
            total += part * lot.rate
            left -= part
            if left <= 0:
                break
        return total

    def search(at: int, left: Decimal, gain: Decimal) -> None:
        nonlocal best, best_gain, looked
        looked += 1
        if gain > best_gain:
            best, best_gain = list(chosen), gain
        if at == len(lots) or looked > MOST_STEPS:
            return
        lot = lots[at]
        most = min(lot.steps, int(left // lot.value))
        for units in range(most, -1, -1):
            rest, so_far = left - units * lot.value, gain + units * lot.gain
            if looked > MOST_STEPS or so_far + bound(at + 1, rest) <= best_gain:
                break  # fewer of this lot leave more for lots with less gain in a dollar
            chosen[at] = units
            search(at + 1, rest, so_far)
        chosen[at] = 0

    search(0, dollars, ZERO)
    return best
