"""A sale that adds less than five dollars of net benefit is marked as such (`edge`). By hand: a dollar of long-term
loss
saves 20% now, and costs φ = 0.0920870 later: 10.79 cents, less the round trip of 0.02% of the proceeds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, printed, write

GAIN = "\n[realized]\nlong_term = 20_000\n"


def edges(folder: Path) -> dict[str, bool]:
    return {sale["lot_id"]: sale["edge"] for sale in printed(folder)["sales"]}


@pytest.mark.parametrize(("loss", "edge"), [(45, True), (46, True), (47, False), (5000, False)])
def test_a_sale_that_adds_less_than_five_dollars_is_marked(tmp_path: Path, loss: int, edge: bool) -> None:
    """A loss of 46 adds 4.96 less 0.01 of trading, of 47 5.07 less 0.01."""
    lots = f"AAA,1,2024-01-05,{50 + loss},50,stock,a\nBBB,10,2024-01-05,9000,100,stock,b\n"
    assert edges(write(tmp_path, lots, GAIN)) == {"a": edge, "b": False}


def test_the_reason_says_what_it_adds(tmp_path: Path) -> None:
    lots = "AAA,1,2024-01-05,90,50,stock,a\nBBB,10,2024-01-05,9000,100,stock,b\n"
    (small,) = (sale for sale in printed(write(tmp_path, lots, GAIN))["sales"] if sale["edge"])
    added = Decimal("8.00") - Decimal("3.68") - Decimal("0.01")
    assert small["reason"].endswith(f"adds only ${added} of net benefit")


def test_what_the_household_asked_for_is_not_weighed(tmp_path: Path) -> None:
    lots = "AAA,1,2024-01-05,90,50,stock,a\nBBB,10,2024-01-05,9000,100,stock,b\n"
    assert edges(write(tmp_path, lots, GAIN + '[plan]\nmust_sell = ["a"]\n')) == {"a": False, "b": False}


def test_a_sale_that_frees_another_is_weighed_with_it(tmp_path: Path) -> None:
    """Ten shares bought eleven days ago, at next to no loss: kept, they would wash the loss of the old ones."""
    lots = "AAA,10,2024-01-05,3000,100,stock,old\nAAA,10,2026-12-20,1001,100,stock,new\n"
    accounts = ACCOUNT + 'transactions = "history.csv"\n'
    history = "date,action,symbol,quantity,amount,lot_id\n2026-10-01,deposit,,0,1,\n2026-12-20,buy,AAA,10,1001,new\n"
    assert edges(write(tmp_path, lots, GAIN, accounts=accounts, history=history)) == {"old": False, "new": False}
