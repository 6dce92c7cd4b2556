"""What is read in one call says the same as what is read cell by cell, and row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from planner.domain.case import Case
from planner.domain.columns import Places
from planner.domain.lot_table import LotTable
from planner.domain.portfolio import Holding
from planner.domain.written_amounts import WrittenAmounts
from planner.loader.tables.cells import BadCell, all_plain, parse_amount, plain_amounts
from planner.loader.tables.joined_texts import JoinedTexts
from planner.loader.tables.sheet import Sheet
from planner.loader.tables.text_table import _plain_rows, read_table
from rules.terms import ZERO, AssetClass, Lot

CELLS = (
    *("5", "5.", ".5", "-.5", "0", "-0", "-0.00", "007", "1.2.3", "5-", "1-2", "--5", "-", ".", "1e5", "1_000", "١"),
    *(
        "$5",
        "1,234.50",
        "(5)",
        "999999999999",
        "1000000000000",
        "-1000000000000.00",
        "6812.40000000",
        "0." + "1" * 22,
        "0000000000000001",
        "1" * 13,
        "NaN",
        "Infinity",
        "+5",
        " 5",
    ),
    *("-$5", "$-5", "$$5", "5$", "$", "$.5", "-$1,234.50", "1,234,567.89", "1,23", "1234,567", "1.234,567"),
    *(
        "12,34,567",
        ",123",
        "1,,234",
        "1,2345",
        "-,123",
        *("($5)", "(1,234.50)", "(0)", "(5.)", "()", "(-5)", "-(5)", "$(5)", "((5))", "(5", "5)", "(1,23)", "(5)(5)"),
        "$,123",
        "1,234,56",
        "0,123",
        "999,999,999,999",
        "--$5",
        "$-$5",
    ),
)


@pytest.mark.parametrize("cell", CELLS)
def test_plain_amounts_are_those_of_each_cell(cell: str) -> None:
    """Alone and beside others: the same number, written to as many places, or left to `parse_amount`."""
    for cells in ([cell], ["12.50", cell, ""]):
        found = plain_amounts(cells)
        for each, amount in found.items():
            assert str(amount) == str(parse_amount(each))
        if cell not in found and cell in ("5", "5.", ".5", "-0", "999999999999"):
            pytest.fail(f"{cell} is plain, and is read by itself")
    if cell in ("1.2.3", "-", ".", "NaN", "1e5", "1_000"):
        assert not plain_amounts([cell])


@pytest.mark.parametrize("cell", CELLS)
def test_written_amounts_are_those_of_each_cell(cell: str) -> None:
    """The same amounts to as many places, and the nearest floating-point numbers; or left to be read one by one."""
    for cells in ([cell], ["12.50", cell, "007"]):
        found = WrittenAmounts.of(cells)
        if cell in ("5", "5.", ".5", "0", "007", "999999999999"):
            assert found is not None
        if found is not None:
            amounts = [parse_amount(each) for each in cells]
            assert list(map(str, found)) == list(map(str, amounts)) == [str(found[n]) for n in range(len(cells))]
            assert found.numbers.tolist() == list(map(float, amounts))
    for none in (["12.50", ""], ["1\n2", "3"], ["1", "."], []):
        assert WrittenAmounts.of(none) is None


def test_texts_that_cannot_be_joined_are_left_as_they_are() -> None:
    assert list(JoinedTexts.together([JoinedTexts("a\nb"), JoinedTexts("c")])) == ["a", "b", "c"]
    joined = JoinedTexts.of(["a", "b", "c"])
    assert (isinstance(joined, JoinedTexts), len(joined), joined[2]) == (True, 3, "c")
    for texts in ([], ["a", None], ["a\nb", "c"]):
        assert JoinedTexts.of(texts) is texts


def test_column_in_another_order_is_that_column(load: Callable[..., Case]) -> None:
    """A table of lots that were read in another order: by account and symbol, by day, then by content."""
    lots = ["VTI,2,2025-03-04,20.10,9", "VTI,1,2025-03-04,10,9", "BND,1,2026-01-05,0.00,9", "VTI,1,2024-01-05,10.0,9"]
    table = load(lots="\n".join(["symbol,quantity,acquired,basis,price", *lots])).lots
    assert [(lot.lot.lot_id, str(lot.lot.basis), lot.where) for lot in table] == [
        ("Schwab:BND:2026-01-05:1", "0", "lots.csv:4"),
        ("Schwab:VTI:2024-01-05:1", "10.0", "lots.csv:5"),
        ("Schwab:VTI:2025-03-04:1", "10", "lots.csv:3"),
        ("Schwab:VTI:2025-03-04:2", "20.10", "lots.csv:2"),
    ]
    assert table.numbers("basis").tolist() == [0.0, 10.0, 10.0, 20.1]
    assert table.coded("symbol")[0] == ["BND", "VTI"]
    assert table.coded("symbol")[1].tolist() == [0, 1, 1, 1]
    assert table.bases[-1] == list(table.bases)[-1]


def test_amount_of_a_cell_that_cannot_be_read_leaves_the_others_as_they_are() -> None:
    sheet = Sheet("f.csv", date(2026, 12, 8), ["basis"], [2, 3, 4], [["12.50"], ["1.2.3"], ["12.50"]], ours=True)
    assert sheet.amounts("basis") == [Decimal("12.50"), None, Decimal("12.50")]
    assert [line for line, _ in sheet.problems] == [3]
    with pytest.raises(BadCell):
        parse_amount("1.2.3")


def test_amount_with_a_line_break_in_it_is_not_two() -> None:
    """Where a column of differing amounts is read where it stands, its rows would be one more than the file's."""
    assert all_plain(["5", "1000\n12"]) is None
    assert plain_amounts(["5", "1000\n12"]) == {"5": Decimal(5)}
    sheet = Sheet(
        "lots.csv",
        date(2026, 12, 8),
        ["basis"],
        list(range(2, 202)),
        [[str(n)] for n in range(199)] + [["1\n2"]],
        ours=True,
    )
    assert len(sheet.amounts("basis")) == 200
    assert [line for line, _ in sheet.problems] == [201]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "rows",
    ["a,b{}1,2{}", "{}a,b{}{}1, 2{} , {}3{}", "a,b{}1,2,3{},,{}4,5", "a\tb\tc{}1\t2\t3{}", 'a,"b"{}{}"1,2","3"{}'],
)
def test_table_of_rows_that_are_lines_has_the_rows_and_lines_of_any_other(rows: str, end: str) -> None:
    """A cell of two lines below it sends the same text the other way."""
    text = rows.replace("{}", end)
    other = read_table(text.rstrip(end) + end + f'"x{end}y"' + end)
    plain = _plain_rows(text, "\t" if "\t" in text else ",")
    assert plain is not None
    assert plain == read_table(text)
    assert (plain.lines, plain.rows) == (other.lines[:-1], other.rows[:-1])


def test_cell_over_two_lines_is_no_plain_row() -> None:
    assert _plain_rows('a,b\n"1\n2",3\n4,5\n', ",") is None
    assert read_table('a,b\n"1\n2",3\n4,5\n').lines == [1, 2, 4]


def test_columns_are_of_their_own_lots() -> None:
    def held(price: str | None, basis: str | None) -> Holding:
        lot = Lot("L", "A", "VTI", AssetClass.ETF, Decimal(3), None, Decimal(basis) if basis else None)
        return Holding(lot, Decimal(price) if price else None, "f.csv:2")

    one, other = (held("2.50", "10"), held(None, "1")), (held("4", None),)
    np.testing.assert_array_equal(LotTable.of(one).gain_beyond(ZERO), [-2.5, np.nan])
    assert LotTable.of(other).values == [Decimal(12)]
    np.testing.assert_array_equal(LotTable.of(other).gain_beyond(ZERO), [np.nan])
    assert LotTable.of(one).values == [Decimal("7.50"), None]


def test_table_of_columns_is_that_of_its_lots() -> None:
    """Whether lots are kept as columns or were lots before: the same lots, figures and places."""
    columns = {
        "lot_id": ["L1", "L2", "L3"],
        "account": ["A", "B", "A"],
        "symbol": ["VTI", "VTI", "VTI"],
        "asset_class": [AssetClass.ETF] * 3,
        "quantity": [Decimal(3), Decimal("0.1"), Decimal(3)],
        "acquired": [date(2026, 1, 2), None, date(2026, 1, 2)],
        "basis": [None, Decimal(1), Decimal("2.5")],
        "price": [Decimal("2.50")] * 3,
        "where": Places(["a.csv", "b.csv"], np.array([1, 0, 1]), np.array([2, 2, 3])),
    }
    table = LotTable(columns)
    assert (table[1], len(table)) == (table.every[1], 3)
    assert table[-1].where == "b.csv:3"
    for its in (table, LotTable.of(table.every), LotTable.of(tuple(table))):
        assert list(its.kinds) == [("A", "VTI", AssetClass.ETF), ("B", "VTI", AssetClass.ETF)]
        assert its.numbers("quantity").tolist() == [3.0, 0.1, 3.0]
        assert np.isnan(its.numbers("basis")).tolist() == [True, False, False]
        assert its.days.tolist() == [date(2026, 1, 2).toordinal(), 0, date(2026, 1, 2).toordinal()]
        names, of_row = its.files
        assert [names[n] for n in of_row] == ["b.csv", "a.csv", "b.csv"]
    assert [holding.price for holding in table.changed(price=[None, Decimal(1), None])] == [None, Decimal(1), None]
