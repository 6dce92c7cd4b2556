"""Random lots of one security with purchases around, and what every choice within the group comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, product
from pathlib import Path

from hypothesis import strategies as st

from planner.domain.case import Case
from planner.domain.household import Account, Assumptions, Household, PlannedPurchase, Taxpayer
from planner.domain.plan_limits import Duty, PlanLimits
from planner.domain.portfolio import Holding
from planner.optimizer.search.choice import Choice
from planner.optimizer.search.groups import PreparedGroup
from rules.terms import ZERO, AccountKind, AssetClass, FilingStatus, Gains, Lot

FIRST = date(2026, 11, 10)
CENT = Decimal("0.01")
REALIZED = (Gains(), Gains(Decimal(5_000), Decimal(60_000)), Gains(Decimal(-3_000)))


@st.composite
def coupled(draw: st.DrawFn, lots: int = 3, shares: int = 4) -> Case:
    """Several lots, old and recent, at losses and gains, an IRA's, planned purchases."""
    as_of = FIRST + timedelta(days=draw(st.sampled_from((0, 10, 20, 27, 34, 41, 48, 50))))
    price = Decimal(draw(st.integers(100, 30_000))) / 100
    held = [_lot(draw, f"L{n}", shares, as_of, price) for n in range(draw(st.integers(1, lots)))]
    if len(held) > 1 and draw(st.sampled_from((False, False, True))):  # the ledger divided a lot
        bought = held[0].lot.acquired
        held[:2] = (replace(its, lot=replace(its.lot, acquired=bought), part_of="L") for its in held[:2])
    held += [_in_an_ira(draw, f"I{n}", as_of, price) for n in range(draw(st.sampled_from((0, 0, 1, 2))))]
    planned = [_planned(draw, as_of) for _ in range(draw(st.sampled_from((0, 0, 1, 2))))]
    limits: dict[str, object] = {"sell_gains": draw(st.booleans())}
    limits["max_sales"] = draw(st.sampled_from((None, None, 1, 2)))
    limits["max_turnover"] = draw(st.sampled_from((None, None, Decimal(800))))
    if draw(st.sampled_from((False, False, False, True))):
        part = Decimal(draw(st.integers(1, int(held[0].lot.quantity))))
        limits["must_sell"] = (Duty("L0", quantity=part, lot_id="L0"),)
    limits["cash_needed"] = draw(st.sampled_from((ZERO, ZERO, ZERO, Decimal(100))))
    return Case(
        Household(
            Path("household.toml"),
            Taxpayer(2026, FilingStatus.SINGLE, Decimal(draw(st.sampled_from((0, 50_400, 185_000))))),
            realized=draw(st.sampled_from(REALIZED)),
            accounts=(Account("Broker"), Account("IRA", kind=AccountKind.IRA)),
            planned_purchases=tuple(planned),
            plan_limits=PlanLimits(**limits),
            assumptions=Assumptions(
                years_to_sale=draw(st.sampled_from((Decimal(10), ZERO))),
                cost_per_sale=draw(st.sampled_from((ZERO, ZERO, Decimal(7)))),
                waiting_cost=draw(st.sampled_from((ZERO, Decimal("0.0001")))),
            ),
        ),
        as_of,
        tuple(held),
    )


def _lot(draw: st.DrawFn, name: str, shares: int, as_of: date, price: Decimal) -> Holding:
    quantity = Decimal(draw(st.integers(1, shares)))
    days = draw(st.one_of(st.integers(0, 34), st.sampled_from((40, 200, 340, 355, 365, 366, 1500))))
    basis = (quantity * price * draw(st.integers(60, 300)) / 100).quantize(CENT)
    lot = Lot(name, "Broker", "VTI", AssetClass.ETF, quantity, as_of - timedelta(days=days), basis)
    return Holding(lot, price, "lots.csv:2")


def _in_an_ira(draw: st.DrawFn, name: str, as_of: date, price: Decimal) -> Holding:
    bought = as_of - timedelta(days=draw(st.integers(0, 32)))
    lot = Lot(name, "IRA", "VTI", AssetClass.ETF, Decimal(draw(st.integers(1, 3))), bought, Decimal(100))
    return Holding(lot, price, "ira.csv:2")


def _planned(draw: st.DrawFn, as_of: date) -> PlannedPurchase:
    return PlannedPurchase(
        as_of + timedelta(days=draw(st.integers(0, 40))),
        draw(st.sampled_from(("Broker", "IRA"))),
        "VTI",
        Decimal(draw(st.integers(1, 3))),
        cancelable=draw(st.booleans()),
    )


def every_choice(group: PreparedGroup) -> Iterator[Choice]:
    """Every number of whole shares of every lot on every day, and every set of purchases called off."""
    ways = [
        [{}, *({row: float(units)} for row in rows for units in range(1, int(group.rows.quantity[row]) + 1))]
        for rows in group.by_lot.values()
    ]
    sets = chain.from_iterable(combinations(group.cancelable, n) for n in range(len(group.cancelable) + 1))
    for off, chosen in product(list(sets), product(*ways)):
        sold = {row: units for part in chosen for row, units in part.items()}
        choice = group.outcome(sold, frozenset(off))
        if choice is not None and group.does_duties(choice.sold):
            yield choice


def allows_a_loss(group: PreparedGroup, choice: Choice) -> bool:
    """Whether any share is sold at a loss that nothing replaces."""
    at_loss = sum(units for row, units in choice.sold.items() if group.lots.gain[group.lots.lot[row]] < 0)
    return at_loss > sum(its[3] for its in group.matches(choice.sold, choice.cancelled) if its is not None)


def choices(group: PreparedGroup) -> int:
    """How many there are."""
    number = 2 ** len(group.cancelable)
    for rows in group.by_lot.values():
        number *= 1 + sum(int(group.rows.quantity[row]) for row in rows)
    return number
