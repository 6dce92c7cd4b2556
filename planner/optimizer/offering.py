"""Of one lot the candidate that it is, or the reason for which it is held back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cache
from typing import NamedTuple

from planner.domain.case import Case
from planner.domain.plan import HeldBack
from planner.domain.plan_limits import IN_SILENCE, LotFacts
from planner.domain.portfolio import Holding
from planner.domain.sale_costs import SaleCosts
from planner.domain.sellable import Obstacle, Sellable, lot_obstacle
from planner.ledger.fund_dividends import FundDividends, fund_dividends
from planner.optimizer.candidate import Candidate
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from rules.assets import in_collectibles_group
from rules.digital_assets import reached_by_1091
from rules.fund_shares import first_day_free
from rules.holding_period import first_long_term_day
from rules.option_contracts import last_day_to_sell
from rules.substantially_identical import IdenticalGroups
from rules.terms import CENT, ZERO, AccountKind, AssetClass

GONE = (
    "on every remaining day of the year, shares bought within 30 days and since sold would be its replacement "
    "(C1, I-01)"
)
NO_MARKET = "its market is not open again before the year ends"
WHOLE = Decimal(1)
FRACTION = Decimal("0.000001")  # the finest share quantity we ask a broker for
SATOSHI = Decimal("0.00000001")  # digital assets: eight decimals, always (contract)

Days = Callable[[Holding], Sequence[date]]


class Offer(NamedTuple):
    """A lot on its first day; and all days on which it may be sold, with the sum that its gain then enters
    (`Candidate.basket`) and what a dollar of proceeds costs."""

    first: Candidate
    days: Sequence[date]
    baskets: Sequence[int]
    rates: Sequence[Decimal]


def identity_of(case: Case) -> Callable[[Holding], str | None]:
    """A holding's key of substantial identity; None where § 1091 does not reach it (interpretations I-nn)."""
    choices = case.household.wash_sale
    groups = IdenticalGroups.of(choices.identical, choices.different)

    known: dict[tuple[str, AssetClass], str | None] = {}

    def identity(holding: Holding) -> str | None:
        lot = holding.lot
        kind = lot.symbol, lot.asset_class
        if kind not in known:
            reached = reached_by_1091(lot.symbol, lot.asset_class, crypto_covered=choices.crypto)
            known[kind] = groups.key(lot.symbol) if reached else None
        return known[kind]

    return identity


class Offering:
    """What is asked of one lot after another, with what is the same of all lots of a case found once."""

    def __init__(self, case: Case, days: Days) -> None:
        self.limits, self.as_of, self.days = case.household.plan_limits, case.as_of, days
        self.taxable = {a.name: a for a in case.household.accounts if a.kind is AccountKind.TAXABLE}
        self.sellable, self.identity = Sellable.of(case.household), identity_of(case)
        self.costs = SaleCosts(case.household.assumptions, case.sale_date)
        self.bars, self.by_gain = self.limits.barriers()
        self.duties, self.minimum_loss = self.limits.duties, self.limits.minimum_loss
        self.exactly, self.charge = self.limits.exactly, self.costs.charge
        self.no_day, self.dividends = _no_day(case), fund_dividends(case)
        self.rates_of = cache(_rates_of(self.costs))

    def of(self, holding: Holding) -> Offer | HeldBack | None:
        """The offer of a lot in a taxable account; the reason why there is none; nothing where none is said."""
        lot = holding.lot
        must = lot.lot_id in self.duties
        offered = self.days(holding)
        expires = last_day_to_sell(lot.symbol, lot.asset_class) if lot.asset_class is AssetClass.OPTION else None
        if expires is not None:
            offered = [day for day in offered if day <= expires]
        obstacle: str | None = self.no_day
        if offered:
            obstacle = (self.bars(LotFacts(lot), must) if self.bars else None) or _words(lot_obstacle(holding))
        if expires is not None and not offered:
            obstacle = _expired(expires, self.as_of)
        if self.sellable.outside:
            obstacle = _words(self.sellable.outside.get(lot.account)) or obstacle
        if obstacle is None and not must and (young := _young(self.dividends, holding, offered)) is not None:
            offered, why = young
            if not offered:
                free = first_day_free(lot.acquired) if lot.acquired is not None else None
                return HeldBack(lot.lot_id, lot.symbol, _gain_if_known(holding), why, free)
        if obstacle is not None:
            return HeldBack(lot.lot_id, lot.symbol, _gain_if_known(holding), obstacle)
        rates = self.rates_of(lot.asset_class, tuple(offered))
        first = self.candidate(holding, offered[0], rates[0])
        if self.by_gain and (bar := self.by_gain(LotFacts(lot, first.whole.gain), must)) is not None:
            return None if bar is IN_SILENCE else HeldBack(lot.lot_id, lot.symbol, first.whole.gain, bar)
        return Offer(first, offered, _baskets(first, offered), rates)

    def candidate(self, holding: Holding, sold: date, rate: Decimal) -> Candidate:
        """A lot that may be sold on this day, at this cost of a dollar of proceeds."""
        lot, account = holding.lot, self.taxable[holding.lot.account]
        duty = self.duties.get(lot.lot_id)
        portion = duty.quantity if duty is not None and self.exactly else None
        whole = figures(Order(holding, portion or lot.quantity, sold))
        step = self.step(lot.account, lot.asset_class)
        return Candidate(
            holding,
            whole,
            step,
            rate,
            self.identity(holding),
            smallest=ZERO if duty is not None or not self.minimum_loss else _smallest(whole, self.minimum_loss, step),
            duty=_in_steps(duty.quantity, step, whole.order.quantity) if duty is not None else ZERO,
            owner=account.owner,
            charge=self.charge,
            portion=portion,
        )

    def step(self, account: str, asset_class: AssetClass) -> Decimal:
        """The smallest quantity by which a sale of a part can differ."""
        if asset_class is AssetClass.CRYPTO:
            return SATOSHI
        return FRACTION if self.taxable[account].fractional else WHOLE


def _rates_of(costs: SaleCosts) -> Callable[[AssetClass, tuple[date, ...]], list[Decimal]]:
    return lambda asset_class, days: [costs.rate(asset_class, day) for day in days]


def _baskets(first: Candidate, days: Sequence[date]) -> list[int]:
    """The sum that the lot's gain enters on each of these days, of which the first is the candidate's."""
    lot = first.holding.lot
    if first.basket > 0 or len(days) == 1:
        return [first.basket] * len(days)
    if lot.loss_basis is not None or lot.inherited:
        return [0, *(figures(Order(first.holding, first.quantity, day)).basket for day in days[1:])]
    start = lot.holding_since or lot.acquired
    turns = first_long_term_day(start) if start is not None else date.max
    long = 2 if in_collectibles_group(lot.symbol, lot.asset_class) else 1
    return [long if day >= turns else 0 for day in days]


def _young(dividends: FundDividends, holding: Holding, offered: Sequence[date]) -> tuple[list[date], str] | None:
    """The days on which § 852(b)(4) changes nothing of a fund's loss, and what it would change on the first; None
    where it changes nothing at all."""
    if not dividends.by_symbol:
        return None
    loss = -(_gain_if_known(holding) or ZERO)
    changed = {day: divided for day in offered if (divided := dividends.loss(holding, day, loss)) is not None}
    if not changed:
        return None
    first = next(iter(changed.values()))
    parts = [f"${first.long_term:,.2f} of its loss would be long-term"] if first.long_term else []
    parts += [f"${first.disallowed:,.2f} of its loss would be disallowed"] if first.disallowed else []
    why = f"held six months or less, and in that time the fund has paid: {' and '.join(parts)} (§ 852(b)(4), L-14)"
    return [day for day in offered if day not in changed], why


def _words(obstacle: Obstacle | None) -> str | None:
    return obstacle.words if obstacle is not None else None


def _no_day(case: Case) -> str:
    """Why a lot has no day on which it could be sold."""
    if case.household.wash_sale.conventions.gone_shares_replace:
        return GONE
    last = case.household.plan_limits.last_day
    return NO_MARKET if last is None else f"its market is not open again before the year ends, or by {last}"


def _in_steps(quantity: Decimal | None, step: Decimal, whole: Decimal) -> Decimal:
    """The least that can be sold to sell so much: whole steps, or the whole lot."""
    if quantity is None:
        return whole
    return min((quantity / step).to_integral_value(ROUND_CEILING) * step, whole)


def _expired(expires: date, as_of: date) -> str:
    if expires < as_of:
        return (
            f"it expired on {expires}: a lapse is a sale on that day (§ 1234(a)(2)). Add an `expire` row to "
            "the history, or `exercise` if it was exercised"
        )
    return f"it expires on {expires}, before it may be sold"


def _gain_if_known(holding: Holding) -> Decimal | None:
    lot = holding.lot
    if holding.price is None or lot.basis is None:
        return None
    return (lot.quantity * holding.price - lot.basis).quantize(Decimal("0.01"))


def _smallest(whole: SaleFigures, minimum_loss: Decimal, step: Decimal) -> Decimal:
    """The least quantity whose loss, in cents, reaches `minimum_loss`: whole steps, at most the whole lot."""
    quantity = whole.order.quantity
    if minimum_loss <= 0 or whole.gain >= 0:
        return ZERO
    loss_of_a_step = -whole.gain * step / quantity
    aim = minimum_loss if loss_of_a_step > CENT else minimum_loss + CENT  # proceeds and basis are each rounded
    needed = (quantity * aim / -whole.gain / step).to_integral_value(ROUND_CEILING) * step
    if needed < quantity and -figures(replace(whole.order, quantity=needed)).gain < minimum_loss:
        needed += step
    return min(needed, quantity)
