"""A lot's part in a plan, all other sales being as they are: its dollars, its days, and what washing it would do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from planner.analysis.explanation import LotExplained, Matched, OtherDay, Washing
from planner.domain.portfolio import Holding
from planner.domain.tax_return import own_taxable_accounts
from planner.optimizer.annotate.cautions import asked
from planner.optimizer.annotate.coverage import coverage_cautions
from planner.optimizer.annotate.reasons import as_printed, as_sale
from planner.optimizer.annotate.wash_windows import losses
from planner.optimizer.explain.dollar_segments import between, stretch
from planner.optimizer.question import SolvedQuestion
from planner.optimizer.verify.evaluate import Evaluation, evaluate, judge, totals
from planner.optimizer.verify.sale_figures import Order, SaleFigures
from planner.optimizer.verify.setting import Setting, with_purchases
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales
from rules.holding_period import first_long_term_day
from rules.liability import Liability
from rules.terms import ZERO, AccountKind, Character, ReplacementPurchase
from rules.wash_sale import RULE, first_safe_day, wash_window

MILLION = Decimal(1_000_000)
SUPPOSED = "supposed"  # the id of a purchase that no one has made


@dataclass(frozen=True, slots=True)
class LotInPlan:
    """A lot's sale, the plan's or a supposed one of all of it, with everything that the plan sells besides."""

    answer: SolvedQuestion
    holding: Holding
    order: Order
    with_it: Evaluation
    without: Evaluation

    @classmethod
    def of(cls, answer: SolvedQuestion, holding: Holding) -> LotInPlan | None:
        """None where no one can tell what a sale would come to, or the plan could not hold it (L-27)."""
        order = _order(answer, holding)
        if order is None:
            return None
        others = [s.order for s in answer.evaluation.sales if s.order.holding.lot.lot_id != holding.lot.lot_id]
        try:
            with_it, without = (_evaluated(answer, orders) for orders in ([*others, order], others))
        except ChainedSale:
            return None
        return cls(answer, holding, order, with_it, without)

    @property
    def sale(self) -> SaleFigures:
        return _sale_of(self.with_it, self.holding)

    @property
    def is_planned(self) -> bool:
        """Whether it is the plan that sells it."""
        return any(sale.lot_id == self.holding.lot.lot_id for sale in self.answer.plan.sales)

    @property
    def price_to_try(self) -> Decimal:
        """About the price at which its next dollar is worth what selling and buying again costs."""
        basis_of_a_unit = (self.holding.lot.basis or ZERO) / self.holding.lot.quantity
        steps = stretch(self._setting, self._others, self.sale).steps
        worth = (
            abs(steps[0].rung.worth) if steps else ZERO
        )  # a gain's dollars are worth what a loss's are, turned round
        cost = self._setting.assumptions.round_trip_cost[self.holding.lot.asset_class]
        return basis_of_a_unit * worth / (worth + cost) if worth > 0 else basis_of_a_unit

    def shown_in(self, explained: LotExplained) -> LotExplained:
        """The explanation with the lot's part in the plan."""
        question = self.answer.question
        all_shown = not coverage_cautions(question.case, self._setting)
        questions = asked(question.case, question.purchases, losses(self._setting, [self.sale]))
        explained = replace(
            explained,
            sale=as_sale(self._setting, self.sale, "", all_shown=all_shown, asked=any(questions)),
            on_top=stretch(self._setting, self._others, self.sale),
            worth_on_top=between(self.without.benefit, self.with_it.benefit),
            matched=tuple(self._matched()),
            washing=self._washing(),
            other_days=tuple(self._other_days()),
            frees=_disallowed(self.without.sales) - _disallowed(self._others),
            turns_long_term=self._turns_long_term(),
        )
        if not self.is_planned:
            return explained
        ordered = as_printed(self.with_it.sales)
        place = ordered.index(self.sale)
        before, after = (
            judge(self._setting, self._baseline, totals(self._setting, ordered[:n]))[1] for n in (place, place + 1)
        )
        return replace(
            explained,
            in_order=stretch(self._setting, ordered[:place], self.sale),
            worth_in_order=between(before, after),
        )

    @property
    def _setting(self) -> Setting:
        return self.answer.question.setting

    @property
    def _baseline(self) -> Liability:
        return self.answer.question.baseline

    @property
    def _others(self) -> list[SaleFigures]:
        return [sale for sale in self.with_it.sales if sale is not self.sale]

    def _turns_long_term(self) -> date | None:
        """The first long-term day, where it is still to come on the day of the sale."""
        lot = self.holding.lot
        start = lot.holding_since or lot.acquired
        if start is None or lot.inherited:
            return None
        turns = first_long_term_day(start)
        return turns if turns > self.answer.plan.as_of else None

    def _other_days(self) -> Iterator[OtherDay]:
        """The other days that the plan weighed for this lot; of those that come to the same, the first."""
        told: set[tuple[Character, Decimal, Decimal]] = set()
        others = [sale.order for sale in self._others]
        for candidate in self.answer.question.field.candidates:
            if candidate.lot_id != self.holding.lot.lot_id or candidate.sold == self.order.sold:
                continue
            try:
                then = _evaluated(self.answer, [*others, replace(self.order, sold=candidate.sold)])
            except ChainedSale:
                continue
            sale = _sale_of(then, self.holding)
            difference = then.benefit.total - self.answer.plan.benefit.total
            if (outcome := (sale.character, difference, sale.disallowed_loss)) not in told:
                told.add(outcome)
                yield OtherDay(candidate.sold, *outcome)

    def _matched(self) -> Iterator[Matched]:
        """Which purchases replace how many of the lot's shares.

        The first acquired replace first (§ 1091(b), Reg. § 1.1091-1(c), (d)), so that what each purchase adds to those
        before it is its own. A loss of a million dollars a share makes dollars tell shares to the last decimal.
        """
        if not self.sale.disallowed_loss:
            return
        key = self._setting.identity(self.holding)
        bought = sorted(
            (p for p in self._setting.purchases if self._setting.identity_of_symbol(p.symbol) == key),
            key=lambda p: (p.acquired, p.purchase_id),
        )
        shares = dollars = ZERO
        for n, purchase in enumerate(bought):
            setting = replace(self._setting, purchases=tuple(bought[: n + 1]))
            dollars_now = self._washed(setting, self.sale)
            shares_now = self._washed(setting, replace(self.sale, gain=-self.order.quantity * MILLION)) / MILLION
            if shares_now > shares:
                yield Matched(
                    account=purchase.account,
                    symbol=purchase.symbol,
                    bought=purchase.acquired,
                    quantity=(shares_now - shares).normalize(),
                    disallowed_loss=dollars_now - dollars,
                    permanently_lost=purchase.account_kind is not AccountKind.TAXABLE,
                    rule=RULE[purchase.account_kind],
                )
            shares, dollars = shares_now, dollars_now

    def _washed(self, setting: Setting, sale: SaleFigures) -> Decimal:
        """What is disallowed of the lot's loss among the other sales of its security, were its figures these."""
        key = setting.identity(self.holding)
        others = [other for other in self._others if setting.identity(other.order.holding) == key]
        unwashed = [replace(s, disallowed_loss=ZERO, permanently_lost=ZERO) for s in (*others, sale)]
        lot_id = self.holding.lot.lot_id
        washed = after_wash_sales(setting, unwashed)
        return next(s.disallowed_loss for s in washed if s.order.holding.lot.lot_id == lot_id)

    def _washing(self) -> Washing | None:
        """What buying as many units back within 30 days would do; None where § 1091 has nothing to disallow."""
        sale = self.sale
        if sale.recognized_gain >= 0 or self._setting.identity(self.holding) is None:
            return None
        try:
            taxable, ira = (self._with_purchase(kind) for kind in (AccountKind.TAXABLE, AccountKind.IRA))
        except ChainedSale:
            return None
        first, last = wash_window(self.order.sold)
        return Washing(
            first=first,
            last=last,
            safe_on=first_safe_day(self.order.sold),
            quantity=self.order.quantity,
            disallowed_loss=_disallowed(taxable.sales) - _disallowed(self.with_it.sales),
            costs=self.with_it.benefit.total - taxable.benefit.total,
            costs_in_an_ira=self.with_it.benefit.total - ira.benefit.total,
        )

    def _with_purchase(self, kind: AccountKind) -> Evaluation:
        """The same sales if as many units are bought on the day after."""
        lot, quantity = self.holding.lot, self.order.quantity
        bought = ReplacementPurchase(
            SUPPOSED, lot.account, kind, lot.symbol, self.order.sold + timedelta(days=1), quantity, to_come=True
        )
        setting = with_purchases(self._setting, (*self._setting.made, bought))
        return evaluate(setting, [sale.order for sale in self.with_it.sales], self._baseline)


def _evaluated(answer: SolvedQuestion, orders: list[Order]) -> Evaluation:
    return evaluate(answer.question.setting, orders, answer.question.baseline)


def _sale_of(evaluation: Evaluation, holding: Holding) -> SaleFigures:
    return next(s for s in evaluation.sales if s.order.holding.lot.lot_id == holding.lot.lot_id)


def _disallowed(sales: Iterable[SaleFigures]) -> Decimal:
    return sum((sale.disallowed_loss for sale in sales), ZERO)


def _order(answer: SolvedQuestion, holding: Holding) -> Order | None:
    """The plan's order; else for all of the lot on the first day it may be sold, were there nothing in the way."""
    lot, question = holding.lot, answer.question
    planned = next((s.order for s in answer.evaluation.sales if s.order.holding.lot.lot_id == lot.lot_id), None)
    if planned is not None:
        return planned
    if lot.account not in {account.name for account in own_taxable_accounts(question.case.household)}:
        return None
    days = question.days.one(holding)
    dated = lot.acquired is not None or lot.inherited
    if not days or not dated or lot.basis is None or holding.price is None:
        return None
    return Order(holding, lot.quantity, days[0])
