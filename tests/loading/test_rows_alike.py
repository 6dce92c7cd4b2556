"""Rows of an exchange that are read together come out as they do one by one, in the order of their lines (D-315)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.loader.reading.alike import Figures, Parted
from planner.loader.reading.layout import Findings, SourceFile, all_layouts, fitting
from planner.loader.tables.text_table import LINES_TO_JUDGE_BY
from rules.terms import ZERO

FIXTURES = Path(__file__).parent / "fixtures"
EXCHANGES = (
    "koinly_transactions",
    "gemini_history",
    "binance_us",
    "strike_statement",
    "bitget_moved",
    "dali_manual_in",
)


def _read(name: str, text: str) -> Findings:
    source = SourceFile("file.csv", text.encode(), date(2026, 12, 8))
    layout = next(layout for layout in fitting(source) if layout.name == name)
    return layout.read(layout, source)


def _fixture(name: str) -> tuple[list[str], list[str]]:
    """The lines of a file of this layout: down to its header, and below it."""
    signature = next(layout for layout in all_layouts() if layout.name == name).signature
    for path in sorted(FIXTURES.glob("*.csv")):
        lines = path.read_text("utf-8").splitlines()
        top = [n for n, line in enumerate(lines[:LINES_TO_JUDGE_BY]) if all(word in line for word in signature)]
        if top:
            return lines[: top[0] + 1], lines[top[0] + 1 :]
    raise LookupError(name)


@pytest.mark.parametrize("name", EXCHANGES)
def test_rows_read_together_are_those_read_one_by_one(name: str) -> None:
    """With spoiled rows among them: a currency that is not read, no amount, a word that is not known."""
    head, rows = _fixture(name)
    spoiled = [row.replace("ETH", "EUR").replace("BTC", "CHF") for row in rows]
    odd = [row.replace("0", "x", 1).replace("Buy", "Bye").replace("Deposit", "Depot") for row in rows]
    rows = [row for three in zip(spoiled, rows, odd, strict=True) for row in three] * 2
    whole = _read(name, "\n".join([*head, *rows]))
    alone = [_read(name, "\n".join([*head, *[""] * n, row])) for n, row in enumerate(rows)]
    for kind in ("transactions", "problems", "skipped"):
        together = [str(each) for each in getattr(whole, kind)]
        apart = [str(each) for found in alone for each in getattr(found, kind)]
        if kind == "problems":  # those of dates are found after those of events
            together, apart = sorted(together), sorted(apart)
        elif kind == "transactions":  # an id said again has its place in it
            together = [each.partition("transaction_id=")[0] for each in together]
            apart = [each.partition("transaction_id=")[0] for each in apart]
        assert together == list(dict.fromkeys(apart) if kind == "skipped" else apart)  # the title is in each file
    lines = [row.line for row in whole.transactions]
    assert lines == sorted(lines)
    assert whole.transactions


def test_amounts_of_rows_are_asked_and_computed_as_one() -> None:
    two = Figures([ZERO + 3, ZERO + 5])
    assert (two + 1).of == (1 + two).of == [4, 6]
    assert (two - 1).of == [2, 4]
    assert (9 - two).of == [6, 4]
    assert (two * two).of == [9, 25]
    assert abs(-two).of == [3, 5]
    assert two
    assert two > 2
    assert not two < 3
    for question in (lambda: two > 4, lambda: two == 3, lambda: bool(two - 3)):
        with pytest.raises(Parted) as parted:
            question()
        assert len(set(parted.value.answers)) == 2
