"""What a year with income edges carries out and costs, as cells, beside losses carried in: § 1212(b), by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rules.income_facts import IncomeFacts, Parents
from rules.liability import TaxReturn
from rules.pieces.by_cells import QUARTER, carried_by_cells, year_cells
from rules.pieces.names import FEDERAL
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus

SINGLE = FilingStatus.SINGLE
BOX = dict(
    zip(FEDERAL, ((Decimal(-9_000), Decimal(20_000)), (Decimal(-30_000), Decimal(20_000)), (ZERO, ZERO)), strict=True)
)


def household(income: int) -> TaxReturn:
    """2026, one person of 65: deductions of 18,150 and 6,000; carried in: 5,000 short-term, 9,000 long-term."""
    carried = Carryover(Decimal(5_000), Decimal(9_000))
    edges = IncomeFacts(seniors=1)
    return TaxReturn(tax_year(2026), SINGLE, Decimal(income), ZERO, ZERO, Decimal(18_150), carried, edges=edges)


@pytest.mark.parametrize(
    ("income", "short", "long", "carried"),
    [
        (60_000, -5_000, -9_000, 11_000),  # no gains or losses but those carried in: 3,000 is used
        (60_000, -2_000, -9_000, 8_000),  # 3,000 of short-term gain
        (60_000, -5_000, 2_000, 0),  # 11,000 of long-term gain leaves 3,000, which are used
        (60_000, -6_500, 1_000, 2_500),
        (60_000, 7_000, -13_000, 3_000),
        (60_000, -3_000, 4_000, 0),
        (26_000, -5_000, -9_000, 12_150),  # taxable income of -1,150, so that 1,850 is used (line 4)
        (20_000, -5_000, -9_000, 14_000),  # of -7,150: none is
    ],
)
def test_what_is_carried_out(income: int, short: int, long: int, carried: int) -> None:
    """The sums are net of what was carried in; so the year's own gains are 5,000 and 9,000 more."""
    point = dict(zip(FEDERAL, map(Decimal, (short, long, 0)), strict=True))
    found = [
        part.amount.at(point)
        for part in carried_by_cells(household(income), BOX)
        if all(line.at(point) >= 0 for line in part.within)
    ]
    assert found
    assert {round(amount, 6) for amount in found} == {carried}


@pytest.mark.parametrize(
    ("short", "long", "cost"),
    [
        (
            -5_000,
            -9_000,
            "2294.00",
        ),  # 32,850: 10% of 12,400 and 12% of the rest, 3,694, less 600 and 800 for 11,000 carried
        (7_000, -13_000, "3094.00"),  # the same tax, less 600 for 3,000 carried
    ],
)
def test_what_a_year_costs(short: int, long: int, cost: str) -> None:
    """60,000 less 3,000, 18,150 and 6,000; then 20 cents for 3,000 carried, and 10 cents for 8,000 more."""
    layers = ((Decimal(3_000), Decimal("0.2")), (None, Decimal("0.1")))
    sides = tuple((Decimal(at), Decimal(at)) for at in (short, long, 0))
    (cell,) = year_cells(household(60_000), layers, sides)
    assert round(cell.cost(tuple(Decimal(at) for at in (short, long, 0))), 2) == Decimal(cost)


def test_a_childs_year_is_put_lower_by_a_quarter() -> None:
    """§ 1(g): quotients are off by less. Of others nothing is taken off."""
    parents = IncomeFacts(parents=Parents(Decimal(200_000), FilingStatus.MARRIED_JOINTLY))
    child = TaxReturn(tax_year(2026), SINGLE, ZERO, ZERO, ZERO, Decimal(1_350), Carryover(), edges=parents)
    here = (ZERO, ZERO, ZERO)
    for facts, cost in ((child, -QUARTER), (replace(child, edges=IncomeFacts()), ZERO)):
        (cell,) = year_cells(facts, ((None, ZERO),), ((ZERO, ZERO),) * 3)
        assert cell.cost(here) == cost
