"""What January's own wash sales cost, in the certificate, against every choice: at any prices no lots of one security
can be sold this year, put off or kept for less than it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, product

import numpy as np
from coupled_groups import coupled
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_certificate import times

from planner.domain.case import Case
from planner.domain.plan_limits import SumOf
from planner.domain.trading_days import first_session
from planner.optimizer.pipeline import ask
from planner.optimizer.question import Question
from planner.optimizer.verify.evaluate import totals
from planner.optimizer.verify.offers import january_allowed
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from planner.optimizer.verify.setting import Setting, with_purchases
from planner.optimizer.verify.small_lp import Floats
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales
from rules.pieces.names import COLLECTIBLES, DISALLOWED, JANUARY, LONG, SHORT

MOST = 3_000  # choices that are tried
HIDDEN = 1e-6
CENTS = 0.02  # a lot: what is washed of it is rounded to the cent
prices = st.sampled_from((-0.1, 0.0, 0.1, 0.2, 0.37))  # of a dollar of gain this year
then = st.sampled_from((0.0, 0.15, 0.3, 0.5))  # and in January
some = settings(
    max_examples=times(40), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def ways(question: Question) -> list[list[Order | None]]:
    """Of each lot every number of whole shares on every day offered, and in January."""
    found: dict[str, list[Order | None]] = {}
    for candidate in question.field.candidates:
        units = [Decimal(n) for n in range(1, int(candidate.quantity) + 1)]
        its = found.setdefault(candidate.lot_id, [None])
        if len(its) == 1 and not candidate.must:
            day = first_session(2026, candidate.holding.lot.asset_class)
            its += [Order(candidate.holding, quantity, day) for quantity in units]
        its += [Order(candidate.holding, quantity, candidate.sold) for quantity in units]
    return list(found.values())


def lawful(question: Question) -> Iterator[tuple[Setting, list[SaleFigures]]]:
    """Every plan, with every set of purchases called off."""
    planned = [purchase for _, purchase in question.purchases.cancelable]
    sets = chain.from_iterable(combinations(planned, n) for n in range(len(planned) + 1))
    duties = question.case.household.plan_limits.duties
    for made in list(sets):
        setting = with_purchases(question.setting, (*question.purchases.fixed, *made))
        for chosen in product(*ways(question)):
            orders = [order for order in chosen if order is not None]
            sold = {order.holding.lot.lot_id: order for order in orders}
            if any(lot not in sold or sold[lot].quantity < (duty.quantity or 0) for lot, duty in duties.items()):
                continue
            try:
                yield setting, after_wash_sales(setting, [figures(order) for order in orders])
            except ChainedSale:
                continue


def brought(question: Question, setting: Setting, sales: list[SaleFigures]) -> tuple[Floats, float, Floats]:
    """What a plan brings to each sum, costs apart from the year's cost, and uses of each limit."""
    sums, phi = totals(setting, sales), setting.assumptions.deferral_rate
    gains = sums.gains
    of_name = {
        SHORT: gains.short_term,
        LONG: gains.long_term,
        COLLECTIBLES: gains.collectibles,
        DISALLOWED: gains.disallowed,
        JANUARY: -sums.put_off,
    }
    uses = []
    for limit in question.case.household.plan_limits.sums:
        its = [s for s in sales if not (limit.at_least and s.order.sold.year > 2026)]
        its = [s for s in its if limit.where.covers(s.order.holding.lot)]
        used = Decimal(len(its)) if limit.of is SumOf.LOTS else sum((s.proceeds for s in its), Decimal(0))
        uses.append(float(-used if limit.at_least else used))
    cost = float(sums.trading_cost + phi * sums.basis_given_up)
    return np.array([float(of_name[name]) for name in question.lot_terms.names]), cost, np.array(uses)


def allows_a_loss(sales: list[SaleFigures]) -> bool:
    """Whether any loss of this year is allowed."""
    return any(sale.gain < 0 and sale.recognized_gain < 0 for sale in sales if sale.order.sold.year == 2026)


@st.composite
def patient(draw: st.DrawFn) -> Case:
    """Lots that may be put off, most of them at a loss, the last days of the year; purchases before and in January."""
    case = draw(coupled(lots=3, shares=3))
    as_of = draw(st.sampled_from((date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 30))))
    moved = as_of - case.as_of
    held = [replace(its, lot=replace(its.lot, acquired=_later(its.lot.acquired, moved))) for its in case.holdings]
    if draw(st.sampled_from((True, True, True, False))):
        first = held[0].lot
        held[0] = replace(held[0], lot=replace(first, basis=first.basis + 2 * first.quantity * (held[0].price or 0)))
    household = case.household
    planned = [replace(wish, date=_later(wish.date, moved)) for wish in household.planned_purchases]
    planned = [replace(wish, date=date(2027, 1, draw(st.integers(1, 31)))) for wish in planned]
    limits = household.plan_limits.changed(january=True)
    household = replace(household, plan_limits=limits, planned_purchases=tuple(planned))
    return replace(case, household=household, as_of=as_of, holdings=tuple(held))


def _later(day: date | None, by: timedelta) -> date:
    assert day is not None
    return day + by


@some
@given(patient(), st.data())
def test_no_choice_of_a_security_costs_less_than_the_certificate_says(case: Case, data: st.DataObject) -> None:
    question = ask(case)
    assume(january_allowed(case.household.plan_limits, question.setting))
    number = 2 ** len(question.purchases.cancelable)
    for its in ways(question):
        number *= len(its)
    assume(number <= MOST)
    plans = [(*brought(question, setting, sales), sales) for setting, sales in lawful(question)]
    assume(plans)
    terms = question.lot_terms
    of_case = [(None, terms)]
    if len(terms.groups) == 1:
        (group,) = terms.groups
        of_case += [(allowed, replace(terms, groups=(replace(group, allowed=allowed),))) for allowed in (False, True)]
    for _ in range(8):
        at = np.array([data.draw(then if name == JANUARY else prices) for name in terms.names])
        rents = np.array(
            [data.draw(st.sampled_from((0.0, 0.1, 1.0))) * (60 if counts else 0.3) for counts in terms.offers.counts]
        )
        costs = [(cost + float(sums @ at) + float(uses @ rents), sales) for sums, cost, uses, sales in plans]
        for allowed, meant in of_case:
            least = meant.least(at, rents).value
            for cost, sales in costs:
                if allowed is None or allows_a_loss(sales) == allowed:
                    room = CENTS * len(sales) * (1 + float(np.abs(at).max())) + HIDDEN
                    assert least <= cost + room, (
                        cost,
                        [(str(s.order.quantity), s.order.holding.lot.lot_id, str(s.order.sold)) for s in sales],
                        allowed,
                    )
