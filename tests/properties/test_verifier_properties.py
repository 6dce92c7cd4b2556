"""True of whatever sales are verified: no part of a loss disappears, order changes nothing, the sums are the sales'.

`make properties` draws a million of these, of the ledger's and of § 1091's.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle_households import cases

from planner.domain.case import Case
from planner.optimizer.pipeline import ask
from planner.optimizer.question import Question
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.wash_matching import ChainedSale
from rules.terms import ZERO

HALF_A_CENT = Decimal("0.005")
few = settings(max_examples=max(1, settings().max_examples // 4))  # a question is dear to ask


def drawn(data: st.DataObject, question: Question) -> list[Order]:
    """For each lot none of its days, or one with a part of its units."""
    orders = {}
    for row in question.field.candidates:
        if data.draw(st.booleans()):
            orders[row.lot_id] = Order(row.holding, row.quantity * data.draw(st.sampled_from((1, 1, 2))) / 2, row.sold)
    return list(orders.values())


def verified(case: Case, data: st.DataObject) -> tuple[Question, list[Order], Evaluation]:
    question = ask(case)
    orders = drawn(data, question)
    try:
        return question, orders, evaluate(question.setting, orders, question.baseline)
    except ChainedSale:
        assume(False)
        raise


@few
@given(cases(lots=5, size=3, recent=True), st.data())
def test_a_loss_is_recognized_moved_or_lost(case: Case, data: st.DataObject) -> None:
    _, orders, found = verified(case, data)
    assert [sale.order for sale in found.sales] == orders
    for sale in found.sales:
        assert sale.proceeds - sale.basis == sale.gain
        assert ZERO <= sale.permanently_lost <= sale.disallowed_loss <= max(-sale.gain, ZERO)
        assert sale.recognized_gain == sale.gain + sale.disallowed_loss


@few
@given(cases(lots=5, size=3, recent=True), st.data())
def test_the_benefit_is_what_its_parts_come_to(case: Case, data: st.DataObject) -> None:
    question, _, found = verified(case, data)
    setting, benefit, year, before = question.setting, found.benefit, found.year, question.baseline
    this_year = [sale for sale in found.sales if sale.order.sold.year == setting.facts.law.year]
    gains = sum((sale.recognized_gain for sale in this_year), setting.taken.short_term + setting.taken.long_term)
    carried_in = setting.facts.carryover.total
    assert year.schedule_d.total == gains - carried_in
    assert benefit.tax_saved == before.total_tax - year.total_tax
    given_up = sum((sale.permanently_lost - sale.recognized_gain for sale in found.sales), ZERO)
    assert abs(benefit.deferred_tax - setting.assumptions.deferral_rate * given_up) <= HALF_A_CENT
    if this_year == list(found.sales):
        value = setting.carryover.of(year.carryover_short + year.carryover_long)
        value -= setting.carryover.of(before.carryover_short + before.carryover_long)
        assert abs(benefit.carryover_value - value) <= HALF_A_CENT
    assert benefit.trading_cost >= ZERO
    parts = benefit.tax_saved + benefit.carryover_value - benefit.deferred_tax - benefit.trading_cost
    assert benefit.total == parts


@few
@given(cases(lots=5, size=3, recent=True), st.data(), st.randoms(use_true_random=False))
def test_the_order_of_the_sales_does_not_matter(case: Case, data: st.DataObject, rng: Random) -> None:
    question, orders, found = verified(case, data)
    rng.shuffle(orders)
    again = evaluate(question.setting, orders, question.baseline)
    assert again.benefit == found.benefit
    assert set(again.sales) == set(found.sales)
