"""Where a plan ends beside an edge of the tax: by how much, and what prices 1% higher or lower would make of it.

A plan is often best right at an edge: at the top of the 0% rate (§ 1(h)(1)(B)), of a bracket (§ 1(j)), at the threshold
of § 1411, where losses have met all gains, or at the limit of § 1211(b). Prices will have moved by the day of the sale.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from planner.domain.plan import Edge, Landing
from planner.optimizer.question import Question
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.wash_matching import ChainedSale
from rules.liability import Liability
from rules.terms import ZERO

MOVE = Decimal("0.01")
MOST_SALES = 500  # beyond so many, valuing all of them twice more would take longer than it is worth


def landing(question: Question, evaluation: Evaluation) -> Landing | None:
    """The nearest edge that a price move of 1% of all that is sold would cross; None where it crosses none."""
    if not 0 < len(evaluation.sales) <= MOST_SALES:
        return None
    try:
        higher, lower = (_at_prices(question, evaluation, 1 + move) for move in (MOVE, -MOVE))
    except (ChainedSale, ValueError):
        return None
    crossed = [
        (edge, at, at - amount)
        for (edge, at, amount), (*_, above), (*_, below) in zip(
            *(_edges(question, year) for year in (evaluation.year, higher.year, lower.year)), strict=True
        )
        if min(above, below) <= at <= max(above, below)
    ]
    if not crossed:
        return None
    edge, at, distance = min(crossed, key=lambda found: abs(found[2]))
    total = evaluation.benefit.total
    return Landing(edge, at, distance, higher.benefit.total - total, lower.benefit.total - total)


def _at_prices(question: Question, evaluation: Evaluation, factor: Decimal) -> Evaluation:
    """The same sales at other prices."""
    orders = []
    for sale in evaluation.sales:
        holding = sale.order.holding
        price = None if holding.price is None else holding.price * factor
        orders.append(Order(replace(holding, price=price), sale.order.quantity, sale.order.sold))
    return evaluate(question.setting, orders, question.baseline)


def _edges(question: Question, year: Liability) -> Iterator[tuple[Edge, Decimal, Decimal]]:
    """Each edge, where it is, and where the year is that it is the edge of; dollars."""
    facts = question.setting.facts
    law, status = facts.law, facts.status
    net = year.net_short_term + year.net_long_term
    yield Edge.GAINS_MET, ZERO, net
    yield Edge.LOSS_LIMIT, -law.capital_loss_limit[status], net
    preferential = max(year.schedule_d.net_capital_gain, ZERO) + facts.qualified_dividends
    for edge, top in ((Edge.ZERO_RATE, law.zero_rate_top), (Edge.FIFTEEN_RATE, law.fifteen_rate_top)):
        yield edge, top[status], year.taxable_income if preferential else ZERO
    ordinary = max(year.taxable_income - preferential, ZERO)
    for bracket in law.ordinary_tops[status]:
        yield Edge.BRACKET, bracket, ordinary
    yield Edge.NET_INVESTMENT_INCOME, law.niit_threshold[status], year.agi
