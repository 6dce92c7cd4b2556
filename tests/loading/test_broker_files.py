"""Every broker's layout by the files in `fixtures`: what each must be read as is beside it.

`NAME` is an invented file in the layout, `NAME.expected.json` its layout and kind, the day of its figures, the skipped
rows by line, the codes of the cautions it gives rise to, and every row in the order of the file, with as many of its
figures as the file states. Amounts are text, so that they stay exact. A new layout needs these two files, and no code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from planner.analysis.totals import market_value
from planner.domain.case import Case
from planner.domain.portfolio import Holding, RealizedDisposition, Transaction
from planner.loader.reading.layout import all_layouts

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = {
    path.name.removesuffix(".expected.json"): json.loads(path.read_text("utf-8"))
    for path in sorted(FIXTURES.glob("*.expected.json"))
}
KEYS = {"lots": "lots", "positions": "lots", "transactions": "transactions", "realized": "realized"}

Row = Holding | Transaction | RealizedDisposition


def lot_row(holding: Holding) -> dict[str, Any]:
    lot = holding.lot
    return {
        "account": lot.account,
        "symbol": lot.symbol,
        "name": holding.name,
        "asset_class": lot.asset_class,
        "quantity": lot.quantity,
        "acquired": lot.acquired,
        "holding_since": lot.holding_since,
        "basis": lot.basis,
        "price": holding.price,
        "market_value": holding.stated_value,
        "market_value_in_cents": market_value(holding),
    }


def plain_row(row: Transaction | RealizedDisposition) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def rows_of(case: Case, kind: str) -> list[dict[str, Any]]:
    """The rows of a case that holds one file, in the order of the file."""
    rows: tuple[Row, ...] = getattr(case, {"lots": "holdings"}.get(KEYS[kind], KEYS[kind]))
    in_order = sorted(rows, key=lambda row: int(row.where.rpartition(":")[2]))
    return [lot_row(row) if isinstance(row, Holding) else plain_row(row) for row in in_order]


def household(expected: dict[str, Any]) -> str:
    """An account for each word by which the file names one, or a single one; all list the file."""
    words = list(dict.fromkeys(row["account"] for row in expected["rows"] if "account" in row))
    listed = f'{KEYS[expected["kind"]]} = "file"\n'
    named = [f'[[accounts]]\nname = "{word}"\nnumbers = ["{word}"]\n{listed}' for word in words]
    return "".join(named) or f'[[accounts]]\nname = "Broker"\n{listed}'


OF_NO_FILE = {"asset_class_assumed", "stale_prices", "history_not_explained", "transfer_outside"}
OF_NO_FILE |= {"sale_not_counted", "exchange_tax_free", "transfer_not_sent"}
"""What a small excerpt of a history cannot help, and what depends on the day."""


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_reads_as_expected(load: Callable[..., Case], tmp_path: Path, name: str) -> None:
    expected = EXPECTED[name]
    (tmp_path / "file").write_bytes((FIXTURES / name).read_bytes())
    case = load(toml=household(expected))
    (file,) = case.files
    assert (file.layout, file.kind) == (expected["layout"], expected["kind"])
    assert (file.as_of and file.as_of.isoformat()) == expected["as_of"]
    assert {str(row.line): row.why for row in file.skipped} == expected["skipped"]
    told = [caution.code for caution in case.cautions if caution.code not in OF_NO_FILE]
    assert told == expected["cautions"]
    found = rows_of(case, expected["kind"])
    assert [as_written(row, like) for row, like in zip(found, expected["rows"], strict=True)] == expected["rows"]


def as_written(row: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """Those fields of a row that are expected, as JSON writes them; amounts as they are written there."""
    return {name: _text(row[name], like[name]) for name in like}


def _text(value: Any, like: Any) -> Any:
    if isinstance(value, Decimal) and like is not None and value == Decimal(like):
        return like
    return value if value is None else str(value)


def test_every_layout_of_a_broker_has_a_file() -> None:
    layouts = {layout.name for layout in all_layouts() if not layout.ours}
    assert {expected["layout"] for expected in EXPECTED.values()} == layouts


def test_every_file_has_what_it_is_read_as() -> None:
    files = {path.name for path in FIXTURES.iterdir() if path.is_file() and path.suffix != ".json"}
    assert files == {name for name in EXPECTED if not name.endswith(".json")}
