"""True of every broker's reader: whatever becomes of a file, it answers or refuses, and it makes up no figure."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.loader.reading.layout import Findings, SourceFile, recognise
from planner.loader.tables.unreadable import Unreadable

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
        source = SourceFile("file", content, date(2026, 12, 8))
        with suppress(Unreadable):
            layout = recognise(source, kinds)
            found.append(layout.read(layout, source))
    return found


NUMBER = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]*\.?[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")


def numbers_in(content: bytes) -> set[Decimal]:
    """The numbers that are in a file: in its cells, where it is a table, else anywhere."""
    source = SourceFile("file", content, date.max)
    with suppress(Unreadable):
        cells = [cell for row in source.table.rows for cell in row]
        return {Decimal(found.replace(",", "")) for cell in cells for found in NUMBER.findall(cell)}
    return {Decimal(found) for found in re.findall(r"[0-9]*\.?[0-9]+", content.decode("utf-8", "replace"))}


def follows(amount: Decimal | None, stated: set[Decimal]) -> bool:
    """Whether an amount is in the file, or is the sum, difference or product of two that do, as a cost may be."""
    if amount is None or abs(amount) in stated:
        return True
    pairs = product(stated, repeat=2)
    return any(abs(amount) in (one + other, abs(one - other), one * other) for one, other in pairs)


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix != ".xlsx"], ids=lambda path: path.name)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_damage_is_refused_or_read_and_no_figure_is_made_up(path: Path, data: st.DataObject) -> None:
    text = path.read_text("utf-8-sig")
    for _ in range(data.draw(st.integers(1, 3))):
        at, cut = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 30))
        text = text[:at] + data.draw(scraps) + text[at + cut :]
    content = text.encode("utf-8", "surrogatepass")
    stated = numbers_in(content)
    for found in found_in(content):
        for lot in found.lots:
            assert lot.quantity in stated
            assert follows(lot.basis, stated)
            assert follows(lot.market_value, stated)
        for sold in found.realized:
            assert sold.quantity in stated
            assert follows(sold.proceeds, stated)
            assert follows(sold.basis, stated)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@settings(max_examples=5, deadline=None)
@given(content=st.binary(max_size=60), at=st.floats(0, 1))
def test_bytes_put_into_a_file_make_no_reader_crash(path: Path, content: bytes, at: float) -> None:
    whole = path.read_bytes()
    place = int(len(whole) * at)
    found_in(whole[:place] + content + whole[place:])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_that_breaks_off_is_read_as_far_as_it_goes_or_refused(path: Path) -> None:
    whole = path.read_bytes()
    for end in range(0, len(whole), 211):
        found_in(whole[:end])
