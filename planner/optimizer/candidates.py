"""Which lots may be sold on which day, at what consequence; and which may not, and why."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cache

import numpy as np

from planner.domain.case import Case
from planner.domain.plan import HeldBack
from planner.domain.plan_limits import IN_SILENCE, LotFacts
from planner.domain.portfolio import Holding
from planner.domain.sale_costs import SaleCosts
from planner.domain.sellable import Obstacle, Sellable, lot_obstacle
from planner.ledger.fund_dividends import FundDividends, fund_dividends
from planner.optimizer.candidate import Candidate
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from rules.assets import in_collectibles_group
from rules.digital_assets import reached_by_1091
from rules.fund_shares import first_day_free
from rules.holding_period import first_long_term_day
from rules.option_contracts import last_day_to_sell
from rules.substantially_identical import IdenticalGroups
from rules.terms import CENT, ZERO, AccountKind, AssetClass, Character

GONE = (
    "on every remaining day of the year, shares bought within 30 days and since sold would be its replacement "
    "(C1, I-01)"
)
NO_MARKET = "its market is not open again before the year ends"
WHOLE = Decimal(1)
FRACTION = Decimal("0.000001")  # the finest share quantity we ask a broker for
SATOSHI = Decimal("0.00000001")  # digital assets: eight decimals, always (contract)


@dataclass(frozen=True, slots=True)
class Field:
    """All that may be sold, and what may not with its reason."""

    candidates: CandidateRows
    held_back: tuple[HeldBack, ...]


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


def candidates(case: Case, days: Callable[[Holding], Sequence[date]]) -> Field:
    """Every lot in a taxable account, as a candidate for each of its days, or held back with the reason."""
    taxable = {a.name: a for a in case.household.accounts if a.kind is AccountKind.TAXABLE}
    sellable = Sellable.of(case.household)
    identity = identity_of(case)
    plan_limits = case.household.plan_limits
    costs = SaleCosts(case.household.assumptions, case.sale_date)
    (bars, by_gain), duties = plan_limits.barriers(), plan_limits.duties
    sell_gains, minimum_loss, charge = plan_limits.sell_gains, plan_limits.minimum_loss, costs.charge
    no_day, dividends = _no_day(case), fund_dividends(case)
    rates_of = cache(_rates_of(costs))
    found: list[Candidate] = []
    lots, sold, baskets, rates = array("q"), list[date](), bytearray(), list[Decimal]()  # of each row
    held_back: list[HeldBack] = []
    for holding, gain in zip(case.holdings, case.lots.gains, strict=True):
        lot = holding.lot
        duty = duties.get(lot.lot_id) if duties else None
        must = duty is not None
        if not sell_gains and not must and gain is not None and gain >= CENT:  # half of all lots, and no work for them
            continue
        account = taxable.get(lot.account)
        if account is None:
            continue
        offered = days(holding)
        expires = last_day_to_sell(lot.symbol, lot.asset_class) if lot.asset_class is AssetClass.OPTION else None
        if expires is not None:
            offered = [day for day in offered if day <= expires]
        obstacle: str | None = no_day
        if offered:
            obstacle = (bars(LotFacts(lot), must) if bars else None) or _words(lot_obstacle(holding))
        if expires is not None and not offered:
            obstacle = _expired(expires, case.as_of)
        if sellable.outside:
            obstacle = _words(sellable.outside.get(lot.account)) or obstacle
        if obstacle is None and not must and (young := _young(dividends, holding, offered)) is not None:
            offered, why = young
            if not offered:
                free = first_day_free(lot.acquired) if lot.acquired is not None else None
                held_back.append(HeldBack(lot.lot_id, lot.symbol, _gain_if_known(holding), why, free))
                continue
        if obstacle is not None:
            held_back.append(HeldBack(lot.lot_id, lot.symbol, _gain_if_known(holding), obstacle))
            continue
        step = SATOSHI if lot.asset_class is AssetClass.CRYPTO else FRACTION if account.fractional else WHOLE
        portion = duty.quantity if duty is not None and plan_limits.exactly else None
        whole = figures(Order(holding, portion or lot.quantity, offered[0]))
        if by_gain and (bar := by_gain(LotFacts(lot, whole.gain), must)) is not None:
            if bar is not IN_SILENCE:
                held_back.append(HeldBack(lot.lot_id, lot.symbol, whole.gain, bar))
            continue
        its_rates = rates_of(lot.asset_class, tuple(offered))
        first = Candidate(
            holding,
            whole,
            step,
            its_rates[0],
            identity(holding),
            smallest=ZERO if must or not minimum_loss else _smallest(whole, minimum_loss, step),
            duty=_in_steps(duty.quantity, step, whole.order.quantity) if duty is not None else ZERO,
            owner=account.owner,
            charge=charge,
            portion=portion,
        )
        lots.extend([len(found)] * len(offered))
        found.append(first)
        sold += offered
        baskets.extend(_baskets(first, offered))
        rates += its_rates
    rows = CandidateRows(
        found, np.array(lots, dtype=np.int64), sold, np.frombuffer(baskets, dtype=np.uint8).astype(np.int64), rates
    )
    return Field(rows, tuple(held_back))


def _rates_of(costs: SaleCosts) -> Callable[[AssetClass, tuple[date, ...]], list[Decimal]]:
    return lambda asset_class, days: [costs.rate(asset_class, day) for day in days]


def _baskets(first: Candidate, days: Sequence[date]) -> list[int]:
    """The sum that the lot's gain enters on each of these days, of which the first is the candidate's."""
    lot = first.holding.lot
    if first.basket > 0 or len(days) == 1:
        return [first.basket] * len(days)
    if lot.loss_basis is not None or lot.inherited:
        others = (figures(Order(first.holding, first.quantity, day)) for day in days[1:])
        return [0, *(0 if sale.character is Character.SHORT else 2 if sale.collectible else 1 for sale in others)]
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
