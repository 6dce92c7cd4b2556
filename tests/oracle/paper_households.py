"""Random households on paper, drawn where the law has its corners, and written to files as their owners would."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from paper_return import NOTHING, STATUS, Lot, Purchase, Sheet, cents

CENT = Decimal("0.01")
TODAY, LAST_SESSION = date(2026, 12, 8), date(2026, 12, 31)
SYMBOLS = {"VTI": "etf", "AAPL": "stock", "GLD": "etf", "BTC": "crypto"}
EDGES = (0, 1500, 3000, 16_100, 49_450, 50_400, 105_700, 125_000, 200_000, 201_775, 250_000, 256_225, 545_500, 640_600)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
        years_to_use_carryover=draw(st.sampled_from((None, None, Decimal(1), Decimal("Infinity")))),
        lots=tuple(held),
        planned=tuple(planned),
        fractional=fractional or draw(st.booleans()),
        plan_limits=draw(st.fixed_dictionaries({}, optional={"sell_gains": st.just("true"), **WISHES})),
    )


WISHES = {
    "max_turnover": st.sampled_from((5_000, 20_000)),
    "max_sales": st.sampled_from((1, 3)),
    "minimum_loss": st.sampled_from((100, 2_500)),
}


def on_file(folder: Path, sheet: Sheet) -> Path:
    """The household's own files, as its owner would write them."""
    years = sheet.years_to_use_carryover
    tables: list[tuple[str, dict[str, object]]] = [
        ("[taxpayer]", {"tax_year": sheet.tax_year, "filing_status": f'"{sheet.status}"'}),
        ("", {"ordinary_income": sheet.ordinary_income, "qualified_dividends": sheet.qualified_dividends}),
        ("", {"net_investment_income": sheet.net_investment_income}),
        ("", {} if sheet.deduction is None else {"deduction": sheet.deduction}),
        ("", {} if sheet.state_rate is None else {"state_rate": sheet.state_rate}),
        ("[carryover]", dict(zip(("short_term", "long_term"), sheet.carried, strict=True))),
        ("[realized]", dict(zip(("short_term", "long_term", "collectibles"), sheet.taken, strict=True))),
        ("[assumptions]", {"future_rate": sheet.future_rate, "years_to_sale": inf(sheet.years_to_sale)}),
        ("", {} if years is None else {"years_to_use_carryover": inf(years)}),
        ("[plan]", dict(sheet.plan_limits)),
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
