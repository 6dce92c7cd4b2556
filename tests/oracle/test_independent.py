"""What `harvest plan --json` prints, worked out again on paper; and plans of other kinds, none of which may beat it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from household_files import exactly, invoked
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from paper_return import NOTHING, STATUS, Lot, Purchase, Sale, Sheet, benefit, cents, gains_with, washed, year

CENT = Decimal("0.01")
TODAY, LAST_SESSION = date(2026, 12, 8), date(2026, 12, 31)
SYMBOLS = {"VTI": "etf", "AAPL": "stock", "GLD": "etf", "BTC": "crypto"}
EDGES = (0, 1500, 3000, 16_100, 49_450, 50_400, 105_700, 125_000, 200_000, 201_775, 250_000, 256_225, 545_500, 640_600)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# --- households ---


def dollars(low: int, high: int) -> st.SearchStrategy[Decimal]:
    edges = [edge * 100 for edge in EDGES if low < edge < high]
    return st.one_of(st.sampled_from([low * 100, *edges]), st.integers(low * 100, high * 100)).map(CENT.__mul__)


@st.composite
def lots(draw: st.DrawFn, number: int, today: date, recent: bool, whole: bool) -> Lot:
    symbol = draw(st.sampled_from(sorted(SYMBOLS)))
    old = st.sampled_from((31, 45, 200, 343, 364, 365, 366, 373, 400, 1500))
    quantity = Decimal(draw(st.integers(1, 80)))
    if not whole:
        quantity = quantity / 8 if draw(st.booleans()) else quantity + Decimal("0.4")
    price = max(CENT, (Decimal(draw(st.integers(100, 4_000_000))) / 100 / quantity).quantize(CENT))
    return Lot(
        f"L{number}",
        symbol,
        SYMBOLS[symbol],
        quantity,
        today - timedelta(days=draw(st.integers(0, 30) if recent else old)),
        cents(quantity * price * draw(st.integers(30, 250)) / 100),
        price,
    )


@st.composite
def sheets(draw: st.DrawFn, most: int, today: date, *, recent: bool, fractional: bool = False) -> Sheet:
    count = draw(st.integers(1, most))
    held = [draw(lots(n, today, recent and draw(st.booleans()), draw(st.booleans()))) for n in range(count)]
    planned: list[Purchase] = []
    if recent and draw(st.booleans()):
        day = today - timedelta(days=draw(st.integers(0, 30)))
        held.append(
            Lot("Z1", draw(st.sampled_from(("VTI", "AAPL"))), "etf", Decimal(5), day, Decimal(9), Decimal(9), "IRA")
        )
    for number in range(draw(st.integers(0, 2)) if recent else 0):
        day = today + timedelta(days=draw(st.integers(1, 40)))
        account, cancelable = draw(st.sampled_from(("Broker", "IRA"))), draw(st.booleans())
        symbol, quantity = draw(st.sampled_from(sorted(SYMBOLS))), Decimal(draw(st.integers(1, 30)))
        planned.append(Purchase(f"planned:{number + 1}", symbol, day, quantity, account, cancelable))
    income = draw(st.one_of(dollars(0, 120_000), dollars(0, 900_000)))
    collectibles = draw(st.one_of(st.just(NOTHING), dollars(-20_000, 40_000)))
    return Sheet(
        tax_year=2026,
        status=draw(st.sampled_from(sorted(STATUS))),
        ordinary_income=income,
        qualified_dividends=draw(st.one_of(st.just(NOTHING), dollars(0, 60_000))),
        net_investment_income=min(income, draw(dollars(0, 20_000))),
        deduction=draw(st.one_of(st.none(), dollars(0, 60_000))),
        state_rate=draw(st.sampled_from((None, Decimal("0.05")))),
        carried=(draw(dollars(0, 30_000)), draw(dollars(0, 30_000))),
        taken=(draw(dollars(-50_000, 50_000)), draw(dollars(-50_000, 200_000)) + collectibles, collectibles),
        future_rate=draw(st.sampled_from((Decimal("0.15"), Decimal("0.238")))),
        years_to_sale=draw(st.sampled_from((Decimal(10), Decimal(0), Decimal("Infinity")))),
        years_to_use_carryover=draw(st.sampled_from((Decimal(3), Decimal(1), Decimal("Infinity")))),
        lots=tuple(held),
        planned=tuple(planned),
        fractional=fractional or draw(st.booleans()),
        wishes=draw(st.fixed_dictionaries({}, optional={"sell_gains": st.just("true"), **WISHES})),
    )


WISHES = {
    "max_turnover": st.sampled_from((5_000, 20_000)),
    "max_sales": st.sampled_from((1, 3)),
    "minimum_loss": st.sampled_from((100, 2_500)),
}


def on_file(folder: Path, sheet: Sheet) -> Path:
    """The household's own files, as its owner would write them."""
    tables: list[tuple[str, dict[str, object]]] = [
        ("[taxpayer]", {"tax_year": sheet.tax_year, "filing_status": f'"{sheet.status}"'}),
        ("", {"ordinary_income": sheet.ordinary_income, "qualified_dividends": sheet.qualified_dividends}),
        ("", {"net_investment_income": sheet.net_investment_income}),
        ("", {} if sheet.deduction is None else {"deduction": sheet.deduction}),
        ("", {} if sheet.state_rate is None else {"state_rate": sheet.state_rate}),
        ("[carryover]", dict(zip(("short_term", "long_term"), sheet.carried, strict=True))),
        ("[realized]", dict(zip(("short_term", "long_term", "collectibles"), sheet.taken, strict=True))),
        ("[assumptions]", {"future_rate": sheet.future_rate, "years_to_sale": inf(sheet.years_to_sale)}),
        ("", {"years_to_use_carryover": inf(sheet.years_to_use_carryover)}),
        ("[plan]", dict(sheet.wishes)),
    ]
    for purchase in sheet.planned:
        wanted = {"date": purchase.day, "account": f'"{purchase.account}"', "symbol": f'"{purchase.symbol}"'}
        answer = str(purchase.cancelable).lower()
        tables.append(("[[planned_purchases]]", {**wanted, "quantity": purchase.quantity, "cancelable": answer}))
    for name in ("Broker", "IRA"):
        kind = {"fractional": str(sheet.fractional).lower()} if name == "Broker" else {"kind": '"ira"'}
        tables.append(("[[accounts]]", {"name": f'"{name}"', **kind, "lots": f'"{name}.csv"'}))
        rows = [
            f"{lot.lot_id},{lot.symbol},{lot.asset_class},{lot.quantity},{lot.acquired},{lot.basis},{lot.price}\n"
            for lot in sheet.lots
            if lot.account == name
        ]
        header = "lot_id,symbol,asset_class,quantity,acquired,basis,price\n"
        (folder / f"{name}.csv").write_text(header + "".join(rows), "utf-8")
    text = "\n".join("\n".join([head, *(f"{k} = {v}" for k, v in keys.items())]) for head, keys in tables)
    (folder / "household.toml").write_text(text, "utf-8")
    return folder


def inf(years: Decimal) -> object:
    return "inf" if years.is_infinite() else years


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
    assert document["baseline"] == year(sheet, sheet.taken)
    for row in document["sales"]:
        sale = sales[row["lot_id"]]
        assert (row["proceeds"], row["basis"], row["gain"]) == (sale.proceeds, sale.basis, sale.gain)
        assert row["character"] == ("long" if sale.long else "short")
        assert (row["disallowed_loss"], row["permanently_lost"]) == (sale.disallowed, sale.lost)
    assert document["planned"] == year(sheet, gains_with(sheet, sales.values()))
    parts = benefit(sheet, list(sales.values()))
    assert {name: document["benefit"][name] for name in parts} == parts
    assert document["benefit"]["bound"] >= parts["total"]
    for row in document["cancellations"]:
        kept = [p for p in sheet.planned if p.cancelable and row_of(p) == row_key(row)]
        assert row["saves"] in [parts["total"] - benefit(sheet, washed(sheet, orders, kept=[p]))["total"] for p in kept]


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
    most = sheet.wishes.get("max_turnover")
    assert most is None or sum(sale.proceeds for sale in sales) <= most
    assert len(sales) <= sheet.wishes.get("max_sales", 99)
    for sale in sales:
        assert TODAY <= sale.day <= LAST_SESSION
        assert sale.lot.account == "Broker"
        assert 0 < sale.quantity <= sale.lot.quantity
        places = 8 if sale.lot.symbol == "BTC" else 6 if sheet.fractional else 0
        assert sale.quantity in (sale.lot.quantity, round(sale.quantity, places))
        assert sale.gain < 0 or (sale.gain > 0 and "sell_gains" in sheet.wishes)
        assert sale.gain > 0 or -sale.gain >= sheet.wishes.get("minimum_loss", 0)


# --- no other plan is better ---


def allowed(sheet: Sheet, sales: list[Sale]) -> bool:
    wishes = sheet.wishes
    return (
        sum(sale.proceeds for sale in sales) <= wishes.get("max_turnover", Decimal("Infinity"))
        and len(sales) <= wishes.get("max_sales", 99)
        and all(sale.gain > 0 or -sale.gain >= wishes.get("minimum_loss", 0) for sale in sales)
    )


def other_plans(sheet: Sheet, random: Random) -> Iterator[list[Sale]]:
    """What a person or a simple program would do, then changes at random to the best of it, kept while they help."""
    sellable = [lot for lot in sheet.lots if lot.account == "Broker"]
    whole = {lot.lot_id: Sale(lot, lot.quantity, LAST_SESSION) for lot in sellable}
    losers = [sale for sale in whole.values() if sale.gain < 0]
    winners = [sale for sale in whole.values() if sale.gain > 0 and "sell_gains" in sheet.wishes]
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
    """On the year's last session, so that there is one day; up to 40 lots, fractions, recent purchases, wishes."""
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
        if sales and allowed(sheet, sales) and all(s.gain < 0 or "sell_gains" in sheet.wishes for s in sales):
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
