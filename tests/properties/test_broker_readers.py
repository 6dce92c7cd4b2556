"""True of every broker's reader: whatever becomes of a file, it answers or refuses, and it makes up no figure."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.loader.cells import BadCell, parse_amount
from planner.loader.layout import Findings, Source, recognise
from planner.loader.table import Unreadable, read_table

FIXTURES = Path(__file__).parents[1] / "loading" / "fixtures"
FILES = sorted(path for path in FIXTURES.iterdir() if path.is_file() and not path.name.endswith(".expected.json"))
KINDS = (frozenset({"lots", "positions"}), frozenset({"transactions"}), frozenset({"realized"}))

odd = st.sampled_from(
    [
        "--",
        "Total",
        "1e400",
        "NaN",
        "-5",
        "(5)",
        "$1,2",
        "\n",
        ",",
        '"',
        "''",
        "\0",
        "Various",
        "2/30/2026",
        "\ufeff",
        "€5",
    ]
)
scraps = st.one_of(odd, st.text(max_size=5))


def found_in(content: bytes) -> list[Findings]:
    """What is read of a file under each key; nothing under one where it is refused."""
    found = []
    for kinds in KINDS:
        source = Source("file", content, date(2026, 12, 8))
        with suppress(Unreadable):
            layout = recognise(source, kinds)
            found.append(layout.read(layout, source))
    return found


def figures_of(content: bytes) -> set[Decimal]:
    """Every amount that stands in a cell, without its sign."""
    amounts = set()
    for cell in (cell for cells in read_table(Source("file", content, date.max).text).rows for cell in cells):
        try:
            amounts.add(abs(parse_amount(cell.strip())))
        except BadCell:
            continue
    return amounts


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_damage_is_refused_or_read_and_no_figure_is_made_up(path: Path, data: st.DataObject) -> None:
    text = path.read_text("utf-8-sig")
    for _ in range(data.draw(st.integers(1, 3))):
        at, cut = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 30))
        text = text[:at] + data.draw(scraps) + text[at + cut :]
    content = text.encode("utf-8", "surrogatepass")
    for found in found_in(content):
        stated = figures_of(content) if found.lots or found.realized else set()
        for lot in found.lots:
            assert lot.quantity in stated
            assert lot.market_value is None or abs(lot.market_value) in stated
            assert lot.line > 0
        for sold in found.realized:
            assert {sold.quantity, sold.proceeds, sold.basis} <= stated


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@settings(max_examples=10, deadline=None)
@given(content=st.binary(max_size=60), at=st.floats(0, 1))
def test_bytes_put_into_a_file_make_no_reader_crash(path: Path, content: bytes, at: float) -> None:
    whole = path.read_bytes()
    place = int(len(whole) * at)
    found_in(whole[:place] + content + whole[place:])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_that_breaks_off_is_read_as_far_as_it_goes_or_refused(path: Path) -> None:
    whole = path.read_bytes()
    for end in range(0, len(whole), 97):
        found_in(whole[:end])
