"""`--with-replacements`: what to buy with the proceeds, how much, in which account, and when to swap back at what cost.

A replacement is the first candidate, the household's own before the table's, that the ledger finds to wash no loss: the
plan's sales are valued with all purchases together, and more may not be disallowed than without them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from planner.analysis.exposure import with_exposure
from planner.domain.case import Case
from planner.domain.distributions import DistributionKind
from planner.domain.household import PlannedPurchase
from planner.domain.plan import Plan, Sale, Window
from planner.domain.swaps import HIGHER, Replacement, Swap, SwapBack, Swaps
from planner.domain.trading_days import next_trading_day
from planner.ledger.replacement_purchases import shares_of
from planner.optimizer import Order, Question, ask
from planner.optimizer.joint_giving import with_the_gift_of
from planner.optimizer.verify.evaluate import evaluate, recognized
from planner.optimizer.verify.setting import with_purchases
from planner.scenarios.asked_trade import purchases_kept
from rules.assets import classify
from rules.liability import TaxReturn, liability
from rules.qualified_dividends import first_day_held_long_enough, is_held_long_enough
from rules.substantially_identical import spelling
from rules.terms import NO_RATE_GROUPS, ZERO, AssetClass, Carryover, Gains, ReplacementPurchase, to_cents

UNIT = {AssetClass.CRYPTO: Decimal("0.00000001"), AssetClass.FUND: Decimal("0.001")}
FINEST = {True: Decimal("0.000001"), False: Decimal(1)}  # by whether the account buys fractions
NO_WASH = "the same security, even at once: § 1091 reaches losses only"
STILL_CLOSED = "a loss on it was taken within 30 days: it may be bought again from {}"


def with_replacements(case: Case, plan: Plan) -> Plan:
    """The plan with what is bought for its proceeds. A plan that sells nothing stays as it is."""
    return replace(plan, swaps=_Swapping(case, plan, ask(with_the_gift_of(case, plan))).all()) if plan.sales else plan


@dataclass(frozen=True, slots=True)
class _Sold:
    """What one symbol brings in one account on one day."""

    symbol: str
    account: str
    day: date
    asset_class: AssetClass
    proceeds: Decimal


@dataclass(frozen=True, slots=True)
class _Choice:
    """What may be bought for it, best first; or why nothing. `same`: it is the security sold."""

    candidates: tuple[Replacement, ...]
    why_none: str = ""
    same: bool = False


class _Swapping:
    """One plan's swaps; the ledger is the plan's own."""

    def __init__(self, case: Case, plan: Plan, question: Question) -> None:
        self.case, self.plan, self.question = case, plan, question
        held = {holding.lot.lot_id: holding for holding in question.case.holdings}
        self.orders = [Order(held[s.lot_id], s.quantity, s.date) for s in plan.sales if s.lot_id in held]
        document = {
            "cancellations": [
                {"date": c.date.isoformat(), "account": c.account, "symbol": c.symbol} for c in plan.cancellations
            ]
        }
        self.made = purchases_kept(question, document)
        self.windows: dict[str, list[Window]] = defaultdict(list)
        for window in plan.windows:
            self.windows[spelling(window.symbol)].append(window)
        self.listed = {each.symbol: each for each in plan.replacements}
        self.years: dict[bool, tuple[TaxReturn, Gains]] = {}  # by whether it is the plan's
        self.prices = case.known_prices
        self.classes = {spelling(holding.lot.symbol): holding.lot.asset_class for holding in case.holdings}
        self.fractional = {account.name: account.fractional for account in case.household.accounts}
        needed = case.household.plan_limits.cash_needed
        self.proceeds = sum((sale.proceeds for sale in plan.sales), ZERO)
        self.kept = min(needed, self.proceeds)

    def all(self) -> Swaps:
        swaps = [self._swap(sold, self._choice(sold)) for sold in _sold(self.plan.sales)]
        swaps = self._clean(swaps)
        return with_exposure(self.case, self._with_accounts(swaps), to_cents(self.kept))

    # --- what ---

    def _choice(self, sold: _Sold) -> _Choice:
        closed = [w for w in self.windows[spelling(sold.symbol)] if w.first <= sold.day <= w.last]
        listed = self.listed.get(sold.symbol)
        if listed is not None:
            same = any(candidate.symbol == sold.symbol for candidate in listed.candidates)
            return _Choice(listed.candidates, listed.why_none or "", same)
        if closed:
            return _Choice((), STILL_CLOSED.format(max(w.safe_on for w in closed)))
        return _Choice((Replacement(sold.symbol, "", NO_WASH),), same=True)

    def _swap(self, sold: _Sold, choice: _Choice, at: int = 0) -> Swap:
        """With the candidate of that place; nothing where there are not so many."""
        instead = choice.candidates[at] if at < len(choice.candidates) else None
        dollars = to_cents(sold.proceeds * (1 - self.kept / self.proceeds))
        swap = Swap(
            sold.symbol, sold.account, sold.day, sold.proceeds, dollars, instead, sold.asset_class, sold.asset_class
        )
        safe = [w.safe_on for w in self.windows[spelling(sold.symbol)]]
        if instead is None:
            return replace(swap, why_none=choice.why_none or "every candidate would wash a loss of the household")
        if not choice.same:
            asset_class = self.classes.get(spelling(instead.symbol)) or classify(instead.symbol) or AssetClass.STOCK
            swap = replace(swap, asset_class=asset_class)
        price = self.prices.get(spelling(instead.symbol))
        if price:
            unit = UNIT.get(swap.asset_class) or FINEST[self.fractional.get(sold.account, False)]
            swap = replace(swap, price=price, quantity=(dollars / price / unit).to_integral_value(ROUND_FLOOR) * unit)
        if choice.same or not safe:
            return swap
        on = max(next_trading_day(max(safe), each) for each in (sold.asset_class, swap.asset_class))
        return replace(swap, back=self._back(swap, on), dividends_from=first_day_held_long_enough(sold.day))

    # --- where ---

    def _clean(self, swaps: Sequence[Swap]) -> list[Swap]:
        """Each with the first candidate that washes no loss. Almost always that is the first of all."""
        if not self._washes(swaps):
            return list(swaps)
        clean: list[Swap] = []
        for sold, swap in zip(_sold(self.plan.sales), swaps, strict=True):
            choice, at = self._choice(sold), 0
            while swap.instead is not None and self._washes([*clean, swap]):
                at += 1
                swap = self._swap(sold, choice, at)
            clean.append(swap)
        return clean

    def _with_accounts(self, swaps: Sequence[Swap]) -> list[Swap]:
        """Each with the accounts that could hold it and in which it washes no loss: asked of all together, and one by
        one only where that is not so. A wallet holds no shares, and what holds none but shares no coins."""
        kinds: dict[str, set[bool]] = defaultdict(set)
        for holding in self.case.holdings:
            kinds[holding.lot.account].add(holding.lot.asset_class is AssetClass.CRYPTO)
        clean: dict[int, list[str]] = defaultdict(list)
        for name in (account.name for account in self.case.household.accounts):
            could = [
                (number, swap)
                for number, swap in enumerate(swaps)
                if swap.instead is not None
                and swap.account != name
                and (not kinds[name] or (swap.asset_class is AssetClass.CRYPTO) in kinds[name])
            ]
            all_clean = not self._washes([swap for _, swap in could], name)
            for number, swap in could:
                if all_clean or not self._washes([swap], name):
                    clean[number].append(name)
        return [
            swap if swap.instead is None else replace(swap, accounts=(swap.account, *clean[number]))
            for number, swap in enumerate(swaps)
        ]

    def _washes(self, swaps: Sequence[Swap], account: str | None = None) -> bool:
        """Whether these purchases, all in that account or each in its seller's, disallow a loss taken or planned."""
        bought: list[ReplacementPurchase] = []
        for number, swap in enumerate(swaps):
            if swap.instead is not None:
                wish = PlannedPurchase(
                    swap.day, account or swap.account, swap.instead.symbol, swap.quantity or Decimal(1)
                )
                shares = shares_of(self.case, wish)
                bought += [replace(share, purchase_id=f"swap {number}") for share in shares]
        return bool(bought) and self._disallowed([*self.made, *bought]) > self._disallowed(self.made)

    def _disallowed(self, made: Sequence[ReplacementPurchase]) -> Decimal:
        """Of losses already taken and of the plan's, what these purchases disallow."""
        setting = with_purchases(self.question.setting, made)
        planned = sum((s.disallowed_loss for s in evaluate(setting, self.orders, self.question.baseline).sales), ZERO)
        taken, before = setting.taken, self.question.setting.past.gains
        return planned + taken.short_term + taken.long_term - before.short_term - before.long_term

    # --- when, and at what cost ---

    def _back(self, swap: Swap, on: date) -> SwapBack:
        gain = to_cents((swap.cost if swap.cost is not None else swap.dollars) * HIGHER)
        facts, gains = self._year_of(on)
        with_it, without = (liability(facts, gains + Gains(short_term=more)) for more in (gain, ZERO))
        worth = self.question.setting.carryover.of
        used = worth(without.carryover_short + without.carryover_long) - worth(
            with_it.carryover_short + with_it.carryover_long
        )
        tax = with_it.total_tax - without.total_tax + to_cents(used)
        dividends = self._short_held_dividends(swap, on)
        return SwapBack(on, gain, tax, dividends, self._at_ordinary_rates(dividends) if dividends else ZERO)

    def _year_of(self, day: date) -> tuple[TaxReturn, Gains]:
        """The return in which a day falls, with the plan carried out: of next year, whose law is not held, this year's
        with the losses that the plan carries."""
        same = day.year == self.plan.tax_year
        if same not in self.years:
            self.years[same] = self._the_year() if same else self._the_next_year()
        return self.years[same]

    def _the_year(self) -> tuple[TaxReturn, Gains]:
        question = self.question
        setting = with_purchases(question.setting, self.made)
        sales = evaluate(setting, self.orders, question.baseline).sales
        year = setting.facts.law.year
        return setting.facts, setting.taken + recognized(s for s in sales if s.order.sold.year == year)

    def _the_next_year(self) -> tuple[TaxReturn, Gains]:
        facts, year = self.question.setting.facts, self.plan.planned
        carried = Carryover(short_term=year.carryover_short, long_term=year.carryover_long)
        items = replace(facts.state_items, carryover=year.state_carryover)
        return replace(facts, carryover=carried, state_items=items, rate_groups=NO_RATE_GROUPS, payments=None), Gains()

    def _short_held_dividends(self, swap: Swap, sold: date) -> Decimal:
        assert swap.instead is not None
        name = spelling(swap.instead.symbol)
        per_share = sum(
            (
                expected.per_share
                for expected in self.case.household.distributions
                if expected.kind is DistributionKind.QUALIFIED
                and spelling(expected.symbol) == name
                and swap.day < expected.date <= sold
                and not is_held_long_enough(swap.day, sold, expected.date)
            ),
            ZERO,
        )
        return to_cents(per_share * (swap.quantity or ZERO))

    def _at_ordinary_rates(self, dividends: Decimal) -> Decimal:
        """What dividends cost more where they are not qualified, in the plan's year."""
        facts, gains = self._year_of(self.plan.sale_date)
        qualified = replace(facts, qualified_dividends=facts.qualified_dividends + dividends)
        ordinary = replace(
            facts,
            ordinary_income=facts.ordinary_income + dividends,
            net_investment_income=facts.net_investment_income + dividends,
        )
        return liability(ordinary, gains).total_tax - liability(qualified, gains).total_tax


def _sold(sales: Iterable[Sale]) -> Iterator[_Sold]:
    """The sales by day, account and symbol."""
    together: dict[tuple[date, str, str], list[Sale]] = defaultdict(list)
    for sale in sales:
        together[sale.date, sale.account, sale.symbol].append(sale)
    for (day, account, symbol), alike in sorted(together.items()):
        yield _Sold(symbol, account, day, alike[0].asset_class, sum((sale.proceeds for sale in alike), ZERO))
