"""True of every file: a reader answers or refuses, and the order in which something is written changes nothing."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.case import Case
from planner.domain.errors import InputError
from planner.loader import load_case
from planner.loader.tables.cells import BadCell, parse_amount, parse_date

AS_OF = date(2026, 12, 8)
HOUSEHOLD = """\
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 1
[[accounts]]
name = "A"
lots = "lots.csv"
transactions = "transactions.csv"
realized = "realized.csv"
"""
HEADERS = {
    "lots.csv": "symbol,quantity,acquired,basis,price",
    "transactions.csv": "date,action,symbol,quantity,amount",
    "realized.csv": "symbol,quantity,acquired,sold,proceeds,basis",
}
SCHWAB = (
    '"VTI Lot Details for  ...412 as of 10:48 AM ET, 12/07/2026",\n'
    '"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis","Holding Period"\n'
    '"11/16/2026","10","$71.04","$74.21","$710.4","$742.1","Short Term"\n'
    '"Total","10","--","--","$710.4","$742.1","--"\n'
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def loaded(folder: Path, household: bytes = HOUSEHOLD.encode(), **changed: bytes) -> Case | InputError:
    """The case, or what was refused; anything else is a crash and fails the test."""
    (folder / "household.toml").write_bytes(household)
    for name, header in HEADERS.items():
        (folder / name).write_bytes(changed.get(name.removesuffix(".csv"), header.encode()))
    try:
        return load_case(folder, as_of=AS_OF)
    except InputError as refused:
        answer = refused
    assert answer.problems
    assert all(problem.where and problem.what and problem.remedy for problem in answer.problems)
    return answer


odd_cells = st.one_of(
    st.sampled_from(
        ["", "VTI", "1", "-1", "0", "1e400", "NaN", "inf", "--", "(5)", "$1,234.50", "2026-03-02", "Various"]
    ),
    st.sampled_from(["Inherited", "2/30/2026", "9999-12-31", "buy", "sell", "A", '"', "1e-8", "٣", "Total", "１２"]),
    st.text(max_size=6),
)
tables = st.lists(st.lists(odd_cells, max_size=8).map(",".join), max_size=6).map("\n".join)
marks = st.sampled_from(
    [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK\x03\x04", b"<html>", b"\0"]
)


@settings(max_examples=150, deadline=None)
@given(start=marks, content=st.binary(max_size=200), key=st.sampled_from(["lots", "transactions", "realized"]))
def test_no_bytes_make_a_reader_crash(folder: Path, start: bytes, content: bytes, key: str) -> None:
    loaded(folder, **{key: start + content})


@settings(max_examples=150, deadline=None)
@given(key=st.sampled_from(["lots", "transactions", "realized"]), body=tables)
def test_no_cells_under_our_headers_make_a_reader_crash(folder: Path, key: str, body: str) -> None:
    loaded(folder, **{key: (HEADERS[f"{key}.csv"] + "\n" + body).encode("utf-8", "surrogatepass")})


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, len(SCHWAB) - 1), put=st.text(max_size=4), cut=st.integers(0, 40))
def test_no_damage_to_a_brokers_file_makes_its_reader_crash(folder: Path, at: int, put: str, cut: int) -> None:
    damaged = SCHWAB[:at] + put + SCHWAB[at + cut :]
    loaded(folder, lots=damaged.encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=100), st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_make_the_reader_of_households_crash(folder: Path, content: bytes) -> None:
    loaded(folder, content)
    loaded(folder, HOUSEHOLD.encode() + content)


values = st.sampled_from(
    ["1", "-1", "nan", "inf", "true", '"x"', "[]", "{}", '["a"]', "[[1]]", "2026-01-01", "1e9", '""']
)
KEYS = """
taxpayer.tax_year taxpayer.state taxpayer.deduction carryover.short_term realized.long_term accounts plan
planned_purchases plan.keep plan.sale_date plan.max_sales assumptions assumptions.years_to_sale
assumptions.round_trip_cost wash_sale.identical wash_sale.different wash_sale.crypto scenarios scenarios.X
scenarios.X.accounts scenarios.X.plan scenarios.X.scenarios scenarios.X.taxpayer.state
"""
keys = st.sampled_from(KEYS.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(keys, values), max_size=3))
def test_no_value_of_any_kind_makes_the_reader_of_households_crash(folder: Path, given: list[tuple[str, str]]) -> None:
    loaded(folder, "".join(f"{key} = {value}\n" for key, value in given).encode())
    in_scenario = '\n[scenarios."Y"]\n' + "".join(f"{key} = {value}\n" for key, value in given)
    loaded(folder, (HOUSEHOLD + in_scenario).encode())


@given(st.decimals(-(10**14), 10**14, places=6, allow_nan=False))
def test_an_amount_reads_back_exactly(amount: Decimal) -> None:
    assert parse_amount(str(amount)) == amount
    assert parse_amount(f"{amount:,}") == amount
    assert parse_amount(f"${amount:,f}".replace("$-", "-$")) == amount
    assert parse_amount(f"({abs(amount):,f})") == -abs(amount)


@given(st.dates(date(1900, 1, 1)))
def test_a_day_reads_back(day: date) -> None:
    assert parse_date(day.isoformat()) == parse_date(f"{day.month}/{day.day}/{day.year}") == day


@given(st.text())
def test_a_cell_is_an_amount_or_is_refused(text: str) -> None:
    with suppress(BadCell):
        assert parse_amount(text).is_finite()


rows = st.tuples(
    st.sampled_from(["VTI", "ZZZ", "BTC"]),
    st.integers(1, 3),
    st.sampled_from(["2025-03-04", "2026-11-30", "Various", "Inherited"]),
    st.integers(0, 2),
    st.just(5),
    st.sampled_from(["", "L"]),
).map(lambda row: ",".join(map(str, row)))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(rows, max_size=6))
def test_the_order_of_rows_changes_nothing(folder: Path, draw: st.DataObject, body: list[str]) -> None:
    body = [row if not row.endswith("L") else f"{row}{number}" for number, row in enumerate(body)]

    def holdings(order: list[str]) -> object:
        case = loaded(folder, lots="\n".join([HEADERS["lots.csv"] + ",lot_id", *order]).encode())
        assert isinstance(case, Case)
        return [replace(holding, where="") for holding in case.holdings], sorted(c.code for c in case.cautions)

    assert holdings(draw.draw(st.permutations(body))) == holdings(body)


@settings(max_examples=40, deadline=None)
@given(
    st.data(),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["buy", "sell", "dividend"]), st.integers(1, 3)), max_size=6),
)
def test_the_order_of_history_changes_nothing(
    folder: Path, draw: st.DataObject, moves: list[tuple[int, str, int]]
) -> None:
    body = [f"{AS_OF - timedelta(days)},{action},VTI,{quantity},10" for days, action, quantity in moves]

    def history(order: list[str]) -> object:
        case = loaded(folder, transactions="\n".join([HEADERS["transactions.csv"], *order]).encode())
        assert isinstance(case, Case)
        return [replace(row, where="") for row in case.transactions]

    assert history(draw.draw(st.permutations(body))) == history(body)
