"""household.toml, and the tables it lists: what is larger than any household is refused soon, with a remedy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner import cli
from planner.domain import input_limits
from planner.domain.errors import ExitCode
from planner.loader.tables.cells import normal_name, parse_amount, parse_symbol
from planner.loader.tables.sheet import Sheet
from planner.loader.tables.text_table import decode, read_table
from planner.loader.tables.unreadable import Unreadable

ROOT = Path(__file__).resolve().parents[2]
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
SOON = 20.0


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < SOON


def check(folder: Path, toml: str, **files: str) -> Result:
    (folder / "household.toml").write_text(toml, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return CliRunner().invoke(cli.app, ["check", str(folder), "--as-of", "2026-12-08"], env={"COLUMNS": None})


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        (".".join(["a"] * 50_000) + " = 1\n", "a key of more than 16 names"),
        ("[" + " . ".join(["a"] * 20_000) + "]\n", "a key of more than 16 names"),
        ("[plan]\nx = {" + ".".join(['"a"'] * 20_000) + " = 1}\n", "a key of more than 16 names"),
        ("[plan]\nkeep = " + "[" * 400 + "]" * 400 + "\n", "deep"),
        ("[plan]\nkeep = " + "[" * 100_000, "nested too deeply"),
        ("x = " + "{a=" * 17 + "1" + "}" * 17 + "\n", "deep"),
        ("".join(f"[scenarios.s{n}]\nplan.sell = false\n" for n in range(10_000)), "10,000 scenarios; at most 200"),
        ("".join(f'[[accounts]]\nname = "a{n}"\n' for n in range(20_000)), "20,000 `accounts`; at most 1,000"),
        ("[[planned_purchases]]\nquantity = 1\n" * 20_000, "20,000 `planned_purchases`; at most 1,000"),
        ("[[limits]]\nsymbol = 'VTI'\nmax_turnover = 5\n" * 20_000, "20,000 `limits`; at most 200"),
        ("[plan]\nkeep = [" + "'A'," * 60_000 + "]\n", "`keep` has 60,000 entries; at most 10,000"),
        ("[prices]\n" + "".join(f"A{n} = 1\n" for n in range(10_001)), "`prices` has 10,001 entries"),
        (f"[scenarios.{'s' * 1001}]\nplan.sell = false\n", "a text of more than 1,000 characters"),
        ("[scenarios.s]\naccounts = [" + "{}," * 2_000 + "]\n", "2,000 `accounts`; at most 1,000"),
        (
            "".join(f"[scenarios.s{n}]\nplan.sell = false\n" for n in range(200)) + "[[planned_purchases]]\n" * 900,
            "are more than 50,000 to read",
        ),
        ("#" + "x" * 3_000_000 + "\n", "larger than 2 MB"),
        ("[plan]\nmax_turnover = 1e-30000000\n", "more digits than any amount"),
        ("[plan]\nmax_turnover = 1e999999999\n", "not a plausible amount"),
        ("[plan]\nmax_turnover = 0x" + "f" * 1_000_000 + "\n", "more digits than any amount"),
        ("[plan]\nmax_turnover = " + "9" * 5_000 + "\n", "toml:6: `max_turnover` has more digits than any amount"),
        ("[plan]\nkeep = [1,\n-" + "9" * 5_000 + "]\n", "toml:7: a number has more digits than any amount"),
        ("[scenarios.s]\nplan.max_sales = " + "9" * 300 + "\n", "toml:6: `max_sales` has more digits than any amount"),
        ("[plan]\nmax_turnover = 0." + "1" * 100_000 + "\n", "more digits than any amount"),
        ("[assumptions]\nyears_to_sale = 1e-30000000\n", "more digits than any amount"),
        ("[assumptions]\ndiscount_rate = 1e-999999\n", "more digits than any amount"),
        ("[plan]\nmax_sales = 1e-40\n", "more digits than any amount"),
        ("[prices]\nVTI = 1e-40\n", "more digits than any amount"),
        ("[carryover]\nlong_term = 1e12\n", "not a plausible amount"),
        ("[realized]\nlong_term = -1_000_000_000_000\n", "not a plausible amount"),
    ],
    ids=lambda text: text[:40] if len(text) < 100 else f"{text[:30]}…",
)
def test_what_no_household_has(tmp_path: Path, toml: str, what: str) -> None:
    answer = check(tmp_path, toml + TAXPAYER if toml[0] in "xa#" else TAXPAYER + toml)
    assert answer.exit_code == ExitCode.REFUSED
    assert what in answer.stderr
    assert "fix: " in answer.stderr
    assert len(answer.stderr) < 100_000


def test_a_wrong_name_in_each_of_thousands_of_planned_purchases(tmp_path: Path) -> None:
    accounts = "".join(f'[[accounts]]\nname = "Account number {n}"\n' for n in range(1_000))
    planned = '[[planned_purchases]]\ndate = 2026-12-28\naccount = "Acount numbr {}"\nsymbol = "VTI"\nquantity = 1\n'
    answer = check(tmp_path, TAXPAYER + accounts + "".join(planned.format(n) for n in range(1_000)))
    assert answer.exit_code == ExitCode.REFUSED
    assert "and 980 more" in answer.stderr
    assert len(answer.stderr) < 1_000_000


def test_thousands_of_symbols_held_identical_or_different(tmp_path: Path) -> None:
    """A chain, each group smaller than the one before it in the alphabet: joined again each time, it took minutes."""
    pairs = ",".join(f'["A{n:04}", "A{n + 1:04}"]' for n in reversed(range(4_999)))
    apart = ",".join(f'["X{n}", "Y{n}"]' for n in range(4_999))
    answer = check(tmp_path, TAXPAYER + f"[wash_sale]\nidentical = [{pairs}]\ndifferent = [{apart}]\n")
    assert answer.exit_code == ExitCode.DONE


def test_ten_thousand_characters_where_a_name_is_looked_for(tmp_path: Path) -> None:
    name = "ab" * 50_000
    answer = check(tmp_path, TAXPAYER + f'[[accounts]]\nname = "{name}"\n[plan]\n{name} = 1\n')
    assert answer.exit_code == ExitCode.REFUSED


ONE = '[[accounts]]\nname = "a"\nlots = "lots.csv"\n'
HEADER = "symbol,quantity,acquired,basis,price\n"


def test_half_a_million_refused_rows_are_told_of_in_a_screenful(tmp_path: Path) -> None:
    answer = check(tmp_path, TAXPAYER + ONE, lots=HEADER + "VTI,1,nonsense,1,1\n" * 500_000)
    assert answer.exit_code == ExitCode.REFUSED
    assert "lots.csv:2: more than 10,000 rows or cells cannot be read" in answer.stderr


def test_a_header_wider_than_any_and_rows_that_would_fill_it(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"more than 20,000,000 cells"):
        Sheet("f", date(2026, 12, 8), ["c"] * 1_000, list(range(30_000)), [["x"]] * 30_000)
    answer = check(tmp_path, TAXPAYER + ONE, lots=HEADER.strip() + "," * 1_000 + "\n")
    assert "beyond 1,048,576 rows, 1,000 columns" in answer.stderr


def test_more_rows_than_excel_has() -> None:
    with pytest.raises(Unreadable, match="beyond 1,048,576 rows"):
        read_table(decode(b"a,b\n" * 1_100_000))


def test_a_file_longer_than_any_is_not_read_whole(tmp_path: Path) -> None:
    """A file of a hundred gigabytes, of which nothing is on the disk."""
    with (tmp_path / "lots.csv").open("wb") as file:
        file.truncate(100 * 2**30)
    answer = check(tmp_path, TAXPAYER + ONE)
    assert answer.exit_code == ExitCode.REFUSED
    assert "lots.csv: this file is larger than 128 MB" in answer.stderr


@pytest.mark.parametrize("text", ["a" + "\u0301\u0316" * 60_000, "\ufdfa" * 100_000, "9" * 130_000, "1,000" * 20_000])
def test_one_cell_that_costs_the_square_of_its_length(text: str) -> None:
    """Unicode's normal form sorts the accents of a letter one by one."""
    parse_symbol(text)
    normal_name(text)
    with pytest.raises(ValueError, match="is"):
        parse_amount(text)


def test_every_limit_stands_in_the_documents() -> None:
    text = (ROOT / "docs" / "limits.md").read_text("utf-8")
    for name, value in vars(input_limits).items():
        if name.isupper():
            assert f"`{name}`" in text, name
            mega = f"{value // 2**20} MB" if name.endswith("BYTES") else f"{value:,}"
            assert mega in text, (name, mega)
