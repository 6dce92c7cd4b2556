"""Where other tools go wrong (18): a blank optional cell hides no wash sale, and a blank required one is refused.

The taxpayer and the amounts are those of test_peer_failures.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, AS_OF, days_ago, planned, write

from planner.domain.errors import InputError
from planner.loader import load_case

LONG_GAIN_20_000 = "\n[realized]\nlong_term = 20_000\n"
WITH_HISTORY = ACCOUNT + 'transactions = "history.csv"\n'

WASHED_LOTS = {
    "symbol": ["AAA", "AAA"],
    "quantity": ["100", "40"],
    "acquired": ["2024-01-05", days_ago(10).isoformat()],
    "basis": ["6000", "1900"],  # the recent lot is at a gain, and stays
    "price": ["50", "50"],
    "account": ["", ""],
    "lot_id": ["", ""],
    "name": ["", ""],
    "asset_class": ["", ""],
    "holding_since": ["", ""],
    "loss_basis": ["", ""],
    "inherited": ["", ""],
    "frozen": ["", ""],
}
WASHED_HISTORY = {
    "date": ["2026-01-05", days_ago(10).isoformat()],
    "action": ["deposit", "buy"],
    "symbol": ["", "AAA"],
    "quantity": ["0", "40"],
    "amount": ["9000", "1900"],
    "id": ["", ""],
    "account": ["", ""],
    "lot_id": ["", ""],
    "asset_class": ["", ""],
    "fees": ["", ""],
}


REQUIRED, OPTIONAL = list(WASHED_LOTS)[:5], list(WASHED_LOTS)[5:]
NEEDED, SPARE = list(WASHED_HISTORY)[:5], list(WASHED_HISTORY)[5:]


def table(columns: dict[str, list[str]], *, blank: str | None = None) -> str:
    rows = zip(*(["" for _ in cells] if name == blank else cells for name, cells in columns.items()), strict=True)
    return "\n".join([",".join(columns), *(",".join(row) for row in rows)]) + "\n"


def only(columns: dict[str, list[str]], *names: str) -> dict[str, list[str]]:
    return {name: columns[name] for name in columns if name in names}


@pytest.mark.parametrize("present", [[], *([name] for name in OPTIONAL), OPTIONAL], ids=str)
def test_18_a_blank_optional_column_of_lots_hides_no_wash_sale(tmp_path: Path, present: list[str]) -> None:
    """40 of 100 shares are replaced: 400 of the 1,000 is disallowed. 600 × 20% = 120."""
    plan = planned(write(tmp_path, table(only(WASHED_LOTS, *REQUIRED, *present)), LONG_GAIN_20_000))
    (sale,) = plan.sales
    assert sale.disallowed_loss == Decimal("400.00")
    assert plan.benefit.tax_saved == Decimal("120.00")


@pytest.mark.parametrize("present", [[], *([name] for name in SPARE), SPARE], ids=str)
def test_18_a_blank_optional_column_of_a_history_hides_no_wash_sale(tmp_path: Path, present: list[str]) -> None:
    lots = "AAA,100,2024-01-05,6000,50,stock,\n"
    history = table(only(WASHED_HISTORY, *NEEDED, *present))
    plan = planned(write(tmp_path, lots, LONG_GAIN_20_000, accounts=WITH_HISTORY, history=history))
    (sale,) = plan.sales
    assert sale.disallowed_loss == Decimal("400.00")


@pytest.mark.parametrize("blank", REQUIRED)
def test_18_a_blank_required_cell_is_refused(tmp_path: Path, blank: str) -> None:
    folder = write(tmp_path, table(WASHED_LOTS, blank=blank))
    with pytest.raises(InputError, match=blank):
        load_case(folder, as_of=AS_OF)
