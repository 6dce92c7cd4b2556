"""What `harvest plan --json` prints, worked out again on paper; and plans of other kinds, none of which may beat it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from household_files import exactly, invoked
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from paper_households import CENT, LAST_SESSION, SYMBOLS, TODAY, on_file, quick, sheets
from paper_return import NOTHING, Lot, Purchase, Sale, Sheet, benefit, gains_with, washed, year

from planner.analysis.totals import EDGE_LINES


def printed_plan(folder: Path, sheet: Sheet, today: date) -> dict[str, Any]:
    answer = invoked(on_file(folder, sheet), as_of=today)
    assert answer.exit_code == 0, answer.stderr
    return exactly(answer.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("household")


def as_sold(sheet: Sheet, document: dict[str, Any]) -> list[Sale]:
    by_id = {lot.lot_id: lot for lot in sheet.lots}
    return [Sale(by_id[s["lot_id"]], s["quantity"], date.fromisoformat(s["date"])) for s in document["sales"]]


# --- every figure ---


@quick
@given(st.data())
def test_every_figure_printed_is_what_paper_says(folder: Path, data: st.DataObject) -> None:
    sheet = data.draw(sheets(7, TODAY, recent=True))
    document = printed_plan(folder, sheet, TODAY)
    orders = as_sold(sheet, document)
    sales = {sale.lot.lot_id: sale for sale in washed(sheet, orders)}
    assert on_paper(document["baseline"]) == year(sheet, sheet.taken)
    for row in document["sales"]:
        sale = sales[row["lot_id"]]
        assert (row["proceeds"], row["basis"], row["gain"]) == (sale.proceeds, sale.basis, sale.gain)
        assert row["character"] == ("long" if sale.long else "short")
        assert (row["disallowed_loss"], row["permanently_lost"]) == (sale.disallowed, sale.lost)
    assert on_paper(document["planned"]) == year(sheet, gains_with(sheet, sales.values()))
    parts = benefit(sheet, list(sales.values()))
    assert {name: document["benefit"][name] for name in parts} == parts
    assert document["benefit"]["bound"] >= parts["total"]
    for row in document["cancellations"]:
        kept = [p for p in sheet.planned if p.cancelable and row_of(p) == row_key(row)]
        assert row["saves"] in [parts["total"] - benefit(sheet, washed(sheet, orders, kept=[p]))["total"] for p in kept]


def on_paper(line_of_year: dict[str, Any]) -> dict[str, Any]:
    """A year without the figures of keys that a sheet does not have (`tests/law/test_edges.py` has those)."""
    return {key: value for key, value in line_of_year.items() if key not in EDGE_LINES}


def row_of(purchase: Purchase) -> tuple[object, ...]:
    return purchase.day.isoformat(), purchase.account, purchase.symbol, purchase.quantity


def row_key(row: dict[str, Any]) -> tuple[object, ...]:
    return row["date"], row["account"], row["symbol"], row["quantity"]


@quick
@given(st.data())
def test_every_wish_is_kept_and_no_unit_is_split_that_cannot_be(folder: Path, data: st.DataObject) -> None:
    sheet = data.draw(sheets(7, TODAY, recent=True))
    document = printed_plan(folder, sheet, TODAY)
    sales = as_sold(sheet, document)
    most = sheet.plan_limits.get("max_turnover")
    assert most is None or sum(sale.proceeds for sale in sales) <= most
    assert len(sales) <= sheet.plan_limits.get("max_sales", 99)
    for sale in sales:
        assert TODAY <= sale.day <= LAST_SESSION
        assert sale.lot.account == "Broker"
        assert 0 < sale.quantity <= sale.lot.quantity
        places = 8 if sale.lot.symbol == "BTC" else 6 if sheet.fractional else 0
        assert sale.quantity in (sale.lot.quantity, round(sale.quantity, places))
        assert sale.gain < 0 or (sale.gain > 0 and "sell_gains" in sheet.plan_limits)
        assert sale.gain > 0 or -sale.gain >= sheet.plan_limits.get("minimum_loss", 0)


# --- no other plan is better ---


def allowed(sheet: Sheet, sales: list[Sale]) -> bool:
    plan_limits = sheet.plan_limits
    return (
        sum(sale.proceeds for sale in sales) <= plan_limits.get("max_turnover", Decimal("Infinity"))
        and len(sales) <= plan_limits.get("max_sales", 99)
        and all(sale.gain > 0 or -sale.gain >= plan_limits.get("minimum_loss", 0) for sale in sales)
    )


def other_plans(sheet: Sheet, random: Random) -> Iterator[list[Sale]]:
    """What a person or a simple program would do, then changes at random to the best of it, kept while they help."""
    sellable = [lot for lot in sheet.lots if lot.account == "Broker"]
    whole = {lot.lot_id: Sale(lot, lot.quantity, LAST_SESSION) for lot in sellable}
    losers = [sale for sale in whole.values() if sale.gain < 0]
    winners = [sale for sale in whole.values() if sale.gain > 0 and "sell_gains" in sheet.plan_limits]
    room = sum(sheet.taken[:2]) - sum(sheet.carried)
    starts: list[dict[str, Decimal]] = [{}, {sale.lot.lot_id: Decimal(1) for sale in losers}]
    for order in (lambda s: s.gain, lambda s: s.gain / (s.proceeds + 1), lambda s: (s.long, s.gain), lambda s: -s.gain):
        for target in (room, room + 1500, room + 3000):
            taken: dict[str, Decimal] = {}
            left = target
            for sale in sorted(losers, key=order):
                if left <= 0:
                    break
                share = min(Decimal(1), left / -sale.gain)
                taken[sale.lot.lot_id] = share
                left += sale.gain * share
            starts.append(taken)
    best, best_value = starts[0], NOTHING
    for shares in starts:
        value = worth(sheet, sellable, shares)
        if value > best_value:
            best, best_value = shares, value
        yield sold_in(sellable, shares)
    for _ in range(60):
        if not (losers or winners):
            return
        changed = dict(best)
        for sale in random.sample([*losers, *winners], min(2, len(losers) + len(winners))):
            changed[sale.lot.lot_id] = random.choice((NOTHING, Decimal(1), Decimal(random.randint(1, 99)) / 100))
        value = worth(sheet, sellable, changed)
        yield sold_in(sellable, changed)
        if value > best_value:
            best, best_value = changed, value


def sold_in(sellable: list[Lot], shares: dict[str, Decimal]) -> list[Sale]:
    """Any fraction, to the millionth of a unit: more than most accounts can do."""
    sales = []
    for lot in sellable:
        quantity = (lot.quantity * shares.get(lot.lot_id, NOTHING)).quantize(Decimal("0.000001"))
        if quantity > 0:
            sales.append(Sale(lot, min(quantity, lot.quantity), LAST_SESSION))
    return sales


def worth(sheet: Sheet, sellable: list[Lot], shares: dict[str, Decimal]) -> Decimal:
    sales = sold_in(sellable, shares)
    return benefit(sheet, washed(sheet, sales))["total"] if allowed(sheet, sales) else Decimal("-Infinity")


@settings(quick, max_examples=25)
@given(st.data(), st.randoms(use_true_random=False))
def test_no_other_plan_beats_the_bound(folder: Path, data: st.DataObject, random: Random) -> None:
    """On the year's last session, so that there is one day; up to 40 lots, fractions, recent purchases, constraints."""
    sheet = data.draw(sheets(40, LAST_SESSION, recent=True, fractional=data.draw(st.booleans())))
    document = printed_plan(folder, sheet, LAST_SESSION)
    assume(document["status"] == "proven")
    bound, total = document["benefit"]["bound"], document["benefit"]["total"]
    for sales in other_plans(sheet, random):
        if not sales or not allowed(sheet, sales):
            continue
        value = benefit(sheet, washed(sheet, sales))["total"]
        if sheet.fractional or all(sale.quantity in (sale.lot.quantity, round(sale.quantity, 0)) for sale in sales):
            # the contract's cent a lot sold: proceeds and basis of each part are rounded
            assert value <= bound + CENT * len(sales), f"{value} is more than {bound}, the plan's {total}"


@settings(quick, max_examples=25)
@given(st.data())
def test_no_number_of_whole_shares_is_better(folder: Path, data: st.DataObject) -> None:
    """Every number of shares of every lot, the last fraction with the whole lot only."""
    sheet = data.draw(sheets(3, LAST_SESSION, recent=data.draw(st.booleans())))
    small = [shrunk(lot, Decimal(data.draw(st.integers(0, 4)))) for lot in sheet.lots]
    sheet = replace(sheet, lots=tuple(small), fractional=False)
    document = printed_plan(folder, sheet, LAST_SESSION)
    best = NOTHING
    ways = [whole_shares(lot) for lot in small if lot.account == "Broker"]
    for chosen in product(*ways):
        sales = [sale for sale in chosen if sale is not None]
        if sales and allowed(sheet, sales) and all(s.gain < 0 or "sell_gains" in sheet.plan_limits for s in sales):
            best = max(best, benefit(sheet, washed(sheet, sales))["total"])
    room = CENT * (len(sheet.lots) + 6)
    assert document["status"] == "proven"
    assert document["benefit"]["total"] >= best - room
    assert document["benefit"]["bound"] >= best - room


def shrunk(lot: Lot, shares: Decimal) -> Lot:
    """The same lot in few units: `shares` whole ones and its own fraction."""
    fraction = lot.quantity % 1
    quantity = shares + fraction if shares + fraction > 0 else Decimal(1)
    price = max(CENT, (lot.price * lot.quantity / quantity).quantize(CENT))
    symbol = "VTI" if lot.symbol == "BTC" else lot.symbol
    return replace(lot, symbol=symbol, asset_class=SYMBOLS[symbol], quantity=quantity, price=price)


def whole_shares(lot: Lot) -> list[Sale | None]:
    parts = [Decimal(n) for n in range(1, int(lot.quantity) + 1)]
    quantities = parts if lot.quantity in parts else [*parts, lot.quantity]
    return [None, *(Sale(lot, quantity, LAST_SESSION) for quantity in quantities)]
