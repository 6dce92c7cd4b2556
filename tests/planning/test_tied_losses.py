"""Losses that tie in the order of Reg. § 1.1091-1(b): what another order would disallow is said (I-06)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import TAXPAYER

from planner.domain.plan import Plan
from planner.loader import load_case
from planner.optimizer import plan_case

LOTS = "symbol,quantity,acquired,basis,price,asset_class,lot_id\n"
TIED = "NKE,3,{0},1614.36,512.50,stock,a\nNKE,2,{1},1758.24,512.50,stock,b\n"  # losses of 25.62 and 366.62 a share
REST = """
[realized]
long_term = 20_000
[plan]
sale_date = 2026-12-15
last_sale_date = 2026-12-15
[[accounts]]
name = "A"
lots = "lots.csv"
[[accounts]]
name = "IRA"
kind = "ira"
transactions = "ira.csv"
"""


def plan(folder: Path, *acquired: str, bought: int = 3) -> Plan:
    (folder / "lots.csv").write_text(LOTS + TIED.format(*acquired), "utf-8")
    (folder / "ira.csv").write_text(f"date,action,symbol,quantity,amount\n2026-12-04,buy,NKE,{bought},1500\n", "utf-8")
    (folder / "household.toml").write_text(TAXPAYER + REST, "utf-8")
    return plan_case(load_case(folder, as_of=date(2026, 12, 8)))


def tied(of: Plan) -> list[str]:
    return [caution.text for caution in of.cautions if caution.code == "tied_losses"]


def test_another_order_of_one_purchase_is_said(tmp_path: Path) -> None:
    """3 shares are washed: 3 x 25.62 as a comes first; 2 x 366.62 + 25.62 with b first, which is 682.00 more."""
    found = plan(tmp_path, "2025-03-03", "2025-03-03")
    assert {sale.lot_id: sale.disallowed_loss for sale in found.sales} == {"a": Decimal("76.86"), "b": 0}
    (text,) = tied(found)
    assert "a and b were bought on one day and are sold on one day" in text
    assert "up to $682.00 more would be disallowed (I-06)" in text
    assert "sell b on a later day" in text


@pytest.mark.parametrize(
    ("acquired", "bought"),
    [
        (("2025-03-03", "2025-03-04"), 3),  # the regulation's own order
        (("2025-03-03", "2025-03-03"), 5),  # all of both
    ],
)
def test_where_the_order_is_settled_or_changes_nothing_nothing_is_said(
    tmp_path: Path, acquired: tuple[str, str], bought: int
) -> None:
    assert tied(plan(tmp_path, *acquired, bought=bought)) == []
