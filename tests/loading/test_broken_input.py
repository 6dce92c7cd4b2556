"""Every kind of broken input is one clear input error, with its place and a remedy: never a traceback, never a plan."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from planner.domain.errors import InputError, UnsupportedLaw
from planner.loader import load_case, read_household
from planner.loader.household.toml_file import parse_toml

HEADER = "symbol,quantity,acquired,basis,price\n"
GOOD = "VTI,1,2025-03-04,5,5\n"
XLSX = b"PK\x03\x04\x14\x00\x06\x00\x08\x00"

CELLS = [
    ("VTI,1,2025-03-04,,5", "lots.csv:2: `basis` is empty"),
    ("VTI,1,2025-03-04,5,", "lots.csv:2: `price` is empty"),
    ("VTI,,2025-03-04,5,5", "lots.csv:2: `quantity` is empty"),
    (",1,2025-03-04,5,5", "lots.csv:2: `symbol` is empty"),
    ("VTI,1,,5,5", "lots.csv:2: `acquired` is empty"),
    ("VTI,1,2025-03-04", "lots.csv:2: `basis` is empty"),
    ("VTI,one,2025-03-04,5,5", "lots.csv:2: `quantity` is `one`, which is not a number"),
    ("VTI,1,2025-03-04,NaN,5", "lots.csv:2: `basis` is `NaN`, which is not an amount"),
    ("VTI,1,2025-03-04,5,inf", "lots.csv:2: `price` is `inf`, which is not an amount"),
    ("VTI,1,2025-03-04,5,-Infinity", "lots.csv:2: `price` is `-Infinity`, which is not an amount"),
    ("VTI,1,2025-03-04,1e400,5", "lots.csv:2: `basis` is `1e400`, not a plausible amount"),
    ("VTI,1e-400,2025-03-04,5,5", "lots.csv:2: `quantity` is `1e-400`, not a plausible amount"),
    (
        "VTI,1,2025-03-04,1000000000000000,5",
        "lots.csv:2: `basis` is `1000000000000000`, not a plausible amount",
    ),
    ("VTI,0,2025-03-04,5,5", "lots.csv:2: `quantity` is 0: it must be above zero, and short sales are not"),
    ("VTI,-3,2025-03-04,5,5", "lots.csv:2: `quantity` is -3: it must be above zero, and short sales are not"),
    ("VTI,1,2025-03-04,(5),5", "lots.csv:2: `basis` is negative: -5"),
    ("VTI,1,2025-03-04,5,-5", "lots.csv:2: `price` is negative: -5"),
    ('VTI,1,2025-03-04,"1234,50",5', "lots.csv:2: `basis` is `1234,50`: with a decimal comma"),
    ('VTI,1,2025-03-04,"1,23,456",5', "lots.csv:2: `basis` is `1,23,456`, which is not a number"),
    ("VTI,1,2025-03-04,--,5", "lots.csv:2: `basis` is `--`, which is not a number"),
    ("VTI,1,2025-03-04,Missing,5", "lots.csv:2: `basis` is `Missing`, which is not a number"),
    ("VTI,1,2025-03-04,€5,5", "lots.csv:2: `basis` is `€5`, in euros: only dollars are read"),
    ("VTI,1,2025-03-04,=1+1,5", "lots.csv:2: `basis` is `=1+1`, which is not a number"),
    ("VTI,1,2025-03-04,٣,5", "lots.csv:2: `basis` is `٣`, which is not a number"),
    ("VTI,1,2025-02-29,5,5", "lots.csv:2: `acquired` is `2025-02-29`, a day that does not exist"),
    ("VTI,1,25/12/2025,5,5", "lots.csv:2: `acquired` is `25/12/2025`, a day that does not exist"),
    ("VTI,1,2026-12-09,5,5", "lots.csv:2: `acquired` is 2026-12-09, which is after the as-of date 2026-12-08"),
    ("VTI,1,3/4/25,5,5", "lots.csv:2: `acquired` is `3/4/25`, which is not a date"),
    ("VTI,1,20250304,5,5", "lots.csv:2: `acquired` is `20250304`, which is not a date"),
    ("VTI,1,0025-03-04,5,5", "lots.csv:2: `acquired` is `0025-03-04`, before 1900"),
    ("VTI,1,unknown,5,5", "lots.csv:2: `acquired` is `unknown`, which is not a date"),
    ("VTI,1,2025-03-04,5,1,234.50", "lots.csv:2: this row has 6 cells under 5 column names"),
]


@pytest.mark.parametrize(("row", "said"), CELLS)
def test_a_cell_that_cannot_be_used(refused, row, said):
    (found,) = [line for line in refused(lots=HEADER + row + "\n" + GOOD) if line.startswith(said)]
    assert found


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("asset_class", "stok", "`asset_class` is `stok`; did you mean `stock`"),
        ("frozen", "maybe", "`frozen` is `maybe`, neither true nor false"),
        ("holding_since", "2025-03-05", "`holding_since` is 2025-03-05, after the lot was acquired on 2025-03-04"),
        ("loss_basis", "6", "`loss_basis` is 6, more than the basis of 5"),
        ("loss_basis", "-6", "`loss_basis` is negative: -6"),
    ],
)
def test_an_optional_cell_that_cannot_be_used(refused, column, cell, said):
    lots = f"symbol,quantity,acquired,basis,price,{column}\nVTI,1,2025-03-04,5,5,{cell}\n"
    assert refused(lots=lots) == [f"lots.csv:2: {said}"]


def test_inherited_and_not_inherited_is_refused(refused):
    (said,) = refused(lots="symbol,quantity,acquired,basis,price,inherited\nVTI,1,Inherited,5,5,no\n")
    assert said == "lots.csv:2: `acquired` says inherited but `inherited` says it is not"


@pytest.mark.parametrize(
    ("lots", "said"),
    [
        (b"", "lots.csv: the file is empty"),
        (b" \r\n\r\n", "lots.csv: the file is empty"),
        (b"\xef\xbb\xbf\n", "lots.csv: the file is empty"),
        (XLSX, "lots.csv: this is an Excel workbook or a zip archive, despite its name"),
        (b"%PDF-1.7 ...", "lots.csv: this is a PDF, despite its name"),
        (b"\x00\x01\x02\xfe\xff", "lots.csv: this is a binary file, not text"),
        (b"\xff\xfe\x00\xd8\x00", "lots.csv: this is a binary file, not text"),
        (HEADER.encode() + b"VT\x07I,1,2025-03-04,5,5\n", "lots.csv: this is a binary file, not text"),
        (b"<!DOCTYPE html><html>", "lots.csv: this is a web page, despite its name"),
        (b"\n <HTML><body>Sign in", "lots.csv: this is a web page, despite its name"),
        (HEADER.encode() + b"VTI\xe9,1,2025-03-04,5,5\n", "lots.csv:2: the byte 0xE9 here is not UTF-8 text"),
        ("just a few words\n", "lots.csv: no known layout has this header"),
        (HEADER.replace(",", ";") + GOOD.replace(",", ";"), "lots.csv: its cells are separated by semicolons"),
        ("symbol,quantity,acquired,price\n", "lots.csv:1: no known layout has this header; nearest: harvest_lots, but"),
        (HEADER.replace("symbol", "symbol,broker") + "A," + GOOD, "lots.csv:1: there is no column `broker`"),
        (HEADER.replace("symbol", "symbol,") + "A," + GOOD, "lots.csv:1: column 2 has cells and no name"),
        (
            HEADER.replace("price", "price,basis") + "VTI,1,2025-03-04,5,5,5\n",
            "lots.csv:1: the column `basis` comes twice",
        ),
        (HEADER + GOOD + '"VTI,1,2025-03-04,5,5\n' + GOOD, "lots.csv:3: a quotation mark in this row is never closed"),
        (
            HEADER + GOOD + "V" * 300_000 + ",1,2025-03-04,5,5\n",
            "lots.csv:3: a cell in this row is longer than 131,072",
        ),
    ],
)
def test_a_file_that_cannot_be_used(refused, lots, said):
    (found,) = refused(lots=lots)
    assert found.startswith(said)


def test_a_missing_column_is_named_with_its_lookalike(refused):
    (said,) = refused(lots="symbol,quantity,aquired,basis,price\n" + GOOD)
    assert said.endswith("nearest: harvest_lots, but for the column `acquired` (this file has `aquired`)")


def test_an_unknown_column_is_refused_with_the_nearest(refused):
    (said,) = refused(lots="symbol,quantity,acquired,basis,price,asset_clas\nVTI,1,2025-03-04,5,5,etf\n")
    assert said == "lots.csv:1: there is no column `asset_clas`; did you mean `asset_class`"


def test_words_that_are_not_near_are_not_offered(refused):
    (said,) = refused(toml="[assumptions]\nround_trip_cost.gold = 0\n")
    assert said == "household.toml:6: there is no key `gold` in [assumptions.round_trip_cost]"


def test_everything_wrong_is_said_at_once(refused):
    said = refused(
        toml='[[accounts]]\nname = "A"\nkind = "taxible"\nlots = "lots.csv"\nrealized = "realized.csv"\n[plann]\n',
        lots=HEADER + "VTI,1,2025-03-04,,x\nVTI,1,2025-03-04,5,5\nVTI,1,2025-13-04,5,5\n",
        realized=b"",
    )
    assert [line.split(": ")[0] for line in said] == [
        "household.toml:7",
        "household.toml:10",
        "lots.csv:2",
        "lots.csv:2",
        "lots.csv:4",
        "realized.csv",
    ]


NAMED = HEADER.strip() + ",lot_id,account\n"


@pytest.mark.parametrize("broken", ["MSFT,0,2024-02-30,1,1,x,Bank", "MSFT,1,2024-02-28,1,,x,Bank"])
def test_a_row_refused_for_a_cell_is_refused_for_what_it_names_too(refused, broken):
    said = refused(lots=NAMED + "AAPL,1,2024-01-05,5,90,x,\n" + broken + "\n")
    assert "lots.csv:3: `lot_id` `x` is also that of lots.csv:2" in said
    assert "lots.csv:3: `account` is `Bank`, which household.toml does not have" in said
    reverse = refused(lots=NAMED + broken + "\n" + "AAPL,1,2024-01-05,5,90,x,\n")
    assert "lots.csv:3: `lot_id` `x` is also that of lots.csv:2" in reverse


def test_a_sale_of_unknown_date_is_asked_for_its_term_whatever_else_is_wrong(refused):
    header = "symbol,quantity,acquired,sold,proceeds,basis,term\n"
    said = refused(realized=header + "VTI,0,Various,2026-03-04,5,5,\nVTI,1,2026-02-30,2026-03-04,5,5,\n")
    assert [line.split(": ", 1)[0] for line in said] == ["realized.csv:2", "realized.csv:2", "realized.csv:3"]
    assert "realized.csv:2: `acquired` has no date" in said[1]


@pytest.mark.parametrize(
    ("key", "columns"),
    [
        ("lots", "symbol, quantity, acquired, basis, price (docs/input.md); or a download of "),
        ("transactions", "date, action, symbol, quantity, amount (docs/input.md)"),
    ],
)
@pytest.mark.parametrize("text", ["just a few words\n", "symbol,quantity,acquired,basis\n"])
def test_the_remedy_for_an_unknown_header_names_the_columns_that_would_do(load, key, columns, text):
    with pytest.raises(InputError) as caught:
        load(**{key: text})
    (problem,) = caught.value.problems
    assert columns in problem.remedy
    assert ("basis" in problem.remedy) == (key == "lots")


def test_the_files_of_an_account_without_a_name_are_read_too(refused):
    said = refused(toml='[[accounts]]\nlots = "lots.csv"\n', lots=HEADER + "VTI,1,2025-13-04,5,5\n")
    assert [line.split(": ")[0] for line in said] == ["household.toml:5", "lots.csv:2"]


def test_a_file_full_of_one_mistake_is_said_once_and_counted(refused):
    said = refused(lots=HEADER + "VTI,1,04.03.2025,5,5\n" * 5000)
    assert said[-1] == "lots.csv: 4,800 more rows or cells of this file have errors"
    assert len(said) == 201


LATER = """\
[taxpayer]
tax_year = 2031
filing_status = "{}"
ordinary_income = 1
[plan]
sale_date = 2031-01-02
"""


def test_a_year_that_is_not_held_is_the_limit_of_our_law(load, tmp_path):
    with pytest.raises(UnsupportedLaw, match=r"household.toml:2: harvest holds no figures for 2031") as caught:
        load(whole=LATER.format("single"))
    assert "set `tax_year` to 2026" in caught.value.problems[0].remedy, "the year of the as-of date"


def test_a_year_that_is_not_held_is_said_with_what_else_is_wrong(load):
    with pytest.raises(InputError) as caught:
        load(whole=LATER.format("singel"))
    assert [problem.where for problem in caught.value.problems] == ["household.toml:3", "household.toml:2"]
    assert caught.value.exit_code == 1


def test_a_household_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"there is no folder with a household\.toml here"):
        load_case(tmp_path / "nowhere", as_of=date(2026, 12, 8))
    with pytest.raises(InputError, match="there is no such file"):
        load_case(tmp_path, as_of=date(2026, 12, 8))


def test_a_file_that_may_not_be_read_is_refused(load, tmp_path, monkeypatch):
    load(lots=HEADER + GOOD)
    opened = os.open

    def denied(path: str, flags: int, *words: int) -> int:
        if Path(path).name == "lots.csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, *words)

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(InputError, match=r"lots\.csv: cannot be read: Permission denied"):
        load_case(tmp_path, as_of=date(2026, 12, 8))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[plan]\njanuary = true\n[carryover]\n[plan] # more\n", "4: [plan] stands twice: first on line 1"),
        ("[plan]\nmax_sales = 1\nmax_sales = 2\n", "3: `max_sales` stands twice in [plan]: first on line 2"),
        ("[plan]\n[[plan]]\n", "2: [[plan]] stands twice: first on line 1"),
        ("[[a]]\n[a.x]\n[[a]]\n[a.x]\nq = 1\nq = 2\n", "6: `q` stands twice in [a.x]: first on line 5"),
        ("a.b = 1\n[a]\n", "2: [a] stands twice: first on line 1"),
    ],
)
def test_what_stands_twice_in_toml_is_named_with_both_lines(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_toml(text, "household.toml")
    (problem,) = caught.value.problems
    assert f"{problem.where}: {problem.what}" == f"household.toml:{said}"
    assert "quotes" not in problem.remedy


def test_two_tables_of_one_name_are_to_be_joined() -> None:
    with pytest.raises(InputError) as caught:
        parse_toml("[plan]\n[plan]\n", "household.toml")
    assert caught.value.problems[0].remedy == "join the two: put the keys of both under one [plan]"


def test_a_required_key_misspelled_is_said_once(tmp_path: Path) -> None:
    text = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinay_income = 1\n'
    (tmp_path / "household.toml").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_household(tmp_path)
    (problem,) = caught.value.problems
    assert problem.where == "household.toml:4"
    assert problem.what.endswith("there is no key `ordinay_income` in [taxpayer]; did you mean `ordinary_income`")
