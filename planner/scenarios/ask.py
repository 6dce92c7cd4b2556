"""`harvest ask`: what one trade would do to losses taken, and to those that a saved plan takes.

The ledger as it is, the purchases that are planned, and the sales of the saved plan are valued twice, without the
trade and with it. What differs is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from planner.analysis.trade_answer import Answer, TradeAction, TradeAnswer
from planner.domain.case import Case
from planner.domain.household import PlannedPurchase
from planner.ledger.open_losses import PastLoss, washed_by
from planner.ledger.replacement_purchases import shares_of
from planner.optimizer import Order, Question, ask
from planner.optimizer.annotate.coverage import coverage_cautions
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.sale_figures import SaleFigures
from planner.optimizer.verify.setting import Setting, with_purchases
from planner.optimizer.verify.wash_matching import ChainedSale
from planner.scenarios.asked_trade import AskedTrade, orders_left, orders_of_plan, orders_of_sale, purchases_kept
from rules.substantially_identical import IdenticalGroups, Verdict
from rules.terms import ZERO, AccountKind, ReplacementPurchase, to_cents
from rules.wash_sale import first_clean_day, first_safe_day, wash_window

CHAIN = "it sells replacement shares that absorb the loss of other shares sold: such a chain is not valued (L-27)"
SHELTERED = "a sale in an account that is not taxable is not a sale under § 1091, and changes no tax"


@dataclass(frozen=True, slots=True)
class _World:
    """Everything that is made and sold, and what it comes to."""

    setting: Setting
    evaluation: Evaluation

    @property
    def past(self) -> dict[str, tuple[PastLoss, Decimal, Decimal]]:
        """Losses already taken: what purchases to come disallow of each, and how much of that permanently."""
        setting = self.setting
        washed = washed_by(setting.past.losses, setting.made, setting.identity_of_symbol, setting.conventions)
        found: dict[str, tuple[PastLoss, Decimal, Decimal]] = {}
        for loss, match in washed.matches:
            _, disallowed, lost = found.get(match.slice_id, (loss, ZERO, ZERO))
            lost += match.disallowed_loss if match.permanently_lost else ZERO
            found[match.slice_id] = loss, disallowed + match.disallowed_loss, lost
        return found

    @property
    def sales(self) -> dict[str, SaleFigures]:
        return {sale.order.holding.lot.lot_id: sale for sale in self.evaluation.sales}


def answer_trade(case: Case, trade: AskedTrade) -> TradeAnswer:
    """The answer to a trade. Raises InputError where it names what is not held, or a day that cannot be."""
    case = replace(case, household=replace(case.household, giving=None))  # what is to be given is still held
    question = ask(case)
    planned = orders_of_plan(question, trade.plan)
    made = purchases_kept(question, trade.plan)
    if trade.action is TradeAction.BUY:
        return _of_purchase(case, question, trade, planned, made)
    return _of_sale(case, question, trade, planned, made)


def _world(question: Question, made: Sequence[ReplacementPurchase], orders: Sequence[Order]) -> _World:
    setting = with_purchases(question.setting, made)
    return _World(setting, evaluate(setting, orders, question.baseline))


# --- buying --------------------------------------------------------------------------------------------------------


def _of_purchase(
    case: Case, question: Question, trade: AskedTrade, planned: Sequence[Order], made: Sequence[ReplacementPurchase]
) -> TradeAnswer:
    before = _world(question, made, planned)
    losses = list(_losses(before))
    any_quantity = sum((quantity for _, _, quantity in losses), ZERO) or Decimal(1)
    wish = PlannedPurchase(trade.day, trade.account, trade.symbol, trade.quantity or any_quantity)
    bought = shares_of(case, wish)
    after = _world(question, [*made, *bought], planned)
    because = [*_touched(before, after, after.setting.made)]
    near = [(symbol, sold) for symbol, sold, _ in losses if _inside(trade.day, sold)]
    key = question.setting.identity_of_symbol
    keys = {key(purchase.symbol) for purchase in bought}
    open_days = [sold for symbol, sold in near if key(symbol) in keys]
    asked = [] if not bought else [*_questions(case, [trade.symbol], near)]
    open_days += [sold for _, sold in asked]
    reached = bool(bought) and _inside(trade.day, case.as_of)  # sales after the as-of date are in the plan
    unseen = [caution.text for caution in coverage_cautions(case, question.setting)] if reached else []
    lost = _difference(before, after)
    if trade.plan is None and case.household.plan_limits.sell:
        because.append("no saved plan was given (--plan PLAN.json), so losses still to be taken are not counted")
    if not bought:
        because.append("§ 1091 does not cover digital assets held directly, so buying them washes no loss")
    return _answered(
        trade,
        trade.quantity,
        _difference(before, after),
        because,
        [words for words, _ in asked],
        [_unseen_sales(text) for text in unseen],
        safe_on=max(map(first_safe_day, open_days), default=first_safe_day(case.as_of) if unseen else None),
        nothing="no loss taken or planned in the 30 days before or after is of this security" if not lost[0] else "",
    )


def _losses(world: _World) -> Iterator[tuple[str, date, Decimal]]:
    """Symbol, day and shares of every loss that something could still wash: already taken, or planned."""
    for past in world.setting.past.losses:
        yield past.symbol, past.loss.sold, past.loss.quantity
    for sale in world.evaluation.sales:
        if sale.gain < 0 and world.setting.identity(sale.order.holding) is not None:
            yield sale.order.holding.lot.symbol, sale.order.sold, sale.order.quantity


# --- selling -------------------------------------------------------------------------------------------------------


def _of_sale(
    case: Case, question: Question, trade: AskedTrade, planned: Sequence[Order], made: Sequence[ReplacementPurchase]
) -> TradeAnswer:
    kind = next(account.kind for account in case.household.accounts if account.name == trade.account)
    orders = orders_of_sale(question, trade)
    rest = orders_left(planned, orders)
    sold = sum((order.quantity for order in orders), ZERO)
    if kind is not AccountKind.TAXABLE:
        return _answered(trade, sold, (ZERO, ZERO, ZERO), [SHELTERED], [], [], safe_on=None)
    lots = [
        f"{order.quantity.normalize():f} of {order.holding.lot.lot_id}, first in first out"
        if len(orders) > 1 or trade.quantity is not None
        else f"all of {order.holding.lot.lot_id}"
        for order in orders
    ]
    if rest != list(planned):
        lots.append("the plan sells some of these shares later: this asks about selling them now instead")
    before = _world(question, made, planned)
    try:
        after = _world(question, made, [*rest, *orders])
    except ChainedSale:
        because = [*lots, CHAIN]
        return _answered(trade, sold, (ZERO, ZERO, ZERO), because, [CHAIN], [], safe_on=None)
    own = {order.holding.lot.lot_id for order in orders}
    because = [*lots, *_touched(before, after, after.setting.made)]
    at_a_loss = [after.sales[lot_id] for lot_id in own if after.sales[lot_id].gain < 0]
    reached = [sale for sale in at_a_loss if question.setting.identity(sale.order.holding) is not None]
    asked, unseen, blocking = [], list[str](), list[date]()
    if reached:
        symbols = {sale.order.holding.lot.symbol for sale in reached}
        near = [(p.symbol, p.acquired) for p in after.setting.purchases if _inside(p.acquired, trade.day)]
        asked = [*_questions(case, sorted(symbols), near, sold=True)]
        unseen = [caution.text.partition(". ")[0] for caution in coverage_cautions(case, question.setting)]
        key = question.setting.identity_of_symbol
        keys = {key(symbol) for symbol in symbols}
        of_its_own = {order.holding.purchase for order in orders}
        blocking = [
            p.acquired
            for p in after.setting.purchases
            if key(p.symbol) in keys and _inside(p.acquired, trade.day) and (p.bought_as or p.lot_id) not in of_its_own
        ]
    blocking += [day for _, day in asked]
    gain = sum((after.sales[lot_id].gain for lot_id in own), ZERO)
    return _answered(
        trade,
        sold,
        _difference(before, after),
        because,
        [words for words, _ in asked],
        unseen,
        safe_on=first_clean_day(max(blocking)) if blocking else None,
        nothing=f"its {'loss' if gain < 0 else 'gain'} of ${abs(gain):,.2f} counts in full",
    )


# --- what differs --------------------------------------------------------------------------------------------------


def _touched(before: _World, after: _World, made: Sequence[ReplacementPurchase]) -> Iterator[str]:
    """A sentence for each loss of which more is disallowed than without the trade."""
    earlier, later = before.past, after.past
    for slice_id, (loss, disallowed, lost) in later.items():
        _, was, was_lost = earlier.get(slice_id, (loss, ZERO, ZERO))
        if to_cents(disallowed - was) > 0:
            what = f"the loss on {loss.symbol} sold on {loss.loss.sold} in {loss.account}"
            yield _sentence(what, to_cents(disallowed - was), to_cents(lost - was_lost))
    known = before.sales
    for lot_id, sale in after.sales.items():
        was_sold = known.get(lot_id)
        more = sale.disallowed_loss - (was_sold.disallowed_loss if was_sold else ZERO)
        gone = sale.permanently_lost - (was_sold.permanently_lost if was_sold else ZERO)
        if more > 0:
            planned = "the planned loss" if was_sold else "its own loss"
            yield _sentence(f"{planned} on {lot_id} sold on {sale.order.sold}", more, gone)


def _sentence(what: str, disallowed: Decimal, lost: Decimal) -> str:
    kept = (
        "permanently: it is added to no basis" if lost >= disallowed else "and moves into the basis of the replacement"
    )
    if 0 < lost < disallowed:
        kept = f"${lost:,.2f} of it permanently, and the rest moves into the basis of the replacement"
    return f"${disallowed:,.2f} of {what} would be disallowed (§ 1091), {kept}"


def _difference(before: _World, after: _World) -> tuple[Decimal, Decimal, Decimal]:
    """By how much more is disallowed, and permanently lost, and how much more tax is due."""

    def total(world: _World) -> tuple[Decimal, Decimal]:
        disallowed = sum((amount for _, amount, _ in world.past.values()), ZERO)
        lost = sum((amount for _, _, amount in world.past.values()), ZERO)
        disallowed += sum((sale.disallowed_loss for sale in world.evaluation.sales), ZERO)
        lost += sum((sale.permanently_lost for sale in world.evaluation.sales), ZERO)
        return to_cents(disallowed), to_cents(lost)

    (was, was_lost), (now, now_lost) = total(before), total(after)
    tax = after.evaluation.year.total_tax - before.evaluation.year.total_tax
    return max(now - was, ZERO), max(now_lost - was_lost, ZERO), tax


def _answered(
    trade: AskedTrade,
    quantity: Decimal | None,
    lost: tuple[Decimal, Decimal, Decimal],
    because: Sequence[str],
    open_questions: Sequence[str],
    unseen: Sequence[str],
    *,
    safe_on: date | None,
    nothing: str = "",
) -> TradeAnswer:
    disallowed, permanently, tax = lost
    answer = Answer.NO if disallowed > 0 else Answer.UNKNOWN if open_questions or unseen else Answer.YES
    words = [*because, *open_questions, *unseen]
    if answer is Answer.YES and nothing:
        words.append(nothing)
    if trade.note:
        words.append(trade.note)
    return TradeAnswer(
        trade.action,
        trade.symbol,
        quantity,
        trade.account,
        trade.day,
        answer,
        disallowed,
        permanently,
        tax,
        tuple(dict.fromkeys(words)),
        None if answer is Answer.YES else safe_on,
    )


def _questions(
    case: Case, symbols: Sequence[str], near: Sequence[tuple[str, date]], *, sold: bool = False
) -> Iterator[tuple[str, date]]:
    """What only the taxpayer can say of these securities and those around: whether they are identical. I-07."""
    choices = case.household.wash_sale
    groups = IdenticalGroups.of(choices.identical, choices.different)
    for symbol in symbols:
        for other, day in near:
            answer = groups.answer(symbol, other) if sold else groups.answer(other, symbol)
            if answer.verdict is Verdict.ASK:
                told = f"is {symbol} substantially identical to {other} ({day})? {answer.reason}"
                yield f"{told}; answer under different or identical in [wash_sale]", day


def _unseen_sales(text: str) -> str:
    account = text.partition(":")[0]
    return f"{account}: sales at a loss within 30 days may be missing, because its history was not given"


def _inside(bought: date, sold: date) -> bool:
    first, last = wash_window(sold)
    return first <= bought <= last
