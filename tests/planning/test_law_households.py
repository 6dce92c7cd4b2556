"""The worked cases of tests/cases/law.json on coins, options and lots chosen, each as a household's files."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from household_files import HISTORY, codes, planned, write

from planner.analysis.year_records import income_by_kind
from planner.ledger import household_ledger
from planner.ledger.results import Disposition
from planner.loader import load_case
from rules.form_8949 import box_of, reported
from rules.terms import AssetClass, Character, Custody

CASES = json.loads((Path(__file__).parents[1] / "cases" / "law.json").read_text("utf-8"), parse_float=Decimal)["cases"]
AS_OF = date(2026, 12, 31)
WALLET = '[[accounts]]\nname = "W1"\ntransactions = "history.csv"\n'
COINS = "date,action,symbol,quantity,amount,asset_class,lot_id,acquired\n"


def case(case_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = next(case for case in CASES if case["id"] == case_id)
    return found["inputs"], found["expected"]


def sold(folder: Path, history: str, accounts: str = WALLET) -> tuple[Disposition, ...]:
    return household_ledger(load_case(write(folder, "", accounts=accounts, history=history), as_of=AS_OF)).dispositions


def test_a_coin_swapped_for_another_is_sold(tmp_path: Path) -> None:
    rows = "2024-01-05,buy,ETH,1,4000,crypto,,\n2026-06-01,sell,ETH,1,2900,crypto,,\n"
    rows += "2026-06-01,buy,USDC,2900,2900,crypto,,\n"
    (sale,) = sold(tmp_path, COINS + rows)
    assert sale.recognized == case("US-CR-001")[1]["gain"]


def test_a_staking_reward_is_income_and_its_value_the_basis(tmp_path: Path) -> None:
    inputs, expected = case("US-CR-002")
    rows = f"2026-02-01,income,ETH,0.05,{inputs['staking_reward_fmv']},crypto,,\n"
    rows += f"2026-06-01,sell,ETH,0.05,{inputs['later_sold_for']},crypto,,\n"
    (sale,) = sold(tmp_path, COINS + rows)
    assert (sale.by_lot[0].basis, sale.recognized) == (expected["basis"], expected["gain_on_sale"])
    found = load_case(tmp_path, as_of=AS_OF)
    assert sum(kind.amount for kind in income_by_kind(found)) == expected["ordinary_income"]


@pytest.mark.parametrize("case_id", ["US-CR-003", "US-CR-004"])
def test_a_coin_that_is_held_has_no_loss_however_little_it_is_worth(tmp_path: Path, case_id: str) -> None:
    inputs, expected = case(case_id)
    plan = planned(write(tmp_path, f"TOKEN,1000,2024-01-05,{inputs['basis']},0,crypto,a\n"))
    loss = expected.get("deductible_loss", expected.get("capital_loss_165g"))
    assert -plan.baseline.net_long_term == loss
    assert "sell it to an unrelated buyer" in plan.held_back[0].reason


def test_coins_whose_basis_nobody_reported_go_to_box_h() -> None:
    told = reported("BTC", AssetClass.CRYPTO, date(2025, 6, 1), 2026, Custody.BROKER)
    assert box_of(Character.SHORT, AssetClass.CRYPTO, told, 2026) == case("US-CR-005")[1]["box"]


def test_a_call_that_lapses_is_lost_on_its_last_day(tmp_path: Path) -> None:
    _, expected = case("US-OP-001")
    rows = "2026-01-12,buy,XYZ 2026-11-20 50 C,1,500\n2026-11-20,expire,XYZ 2026-11-20 50 C,1,0\n"
    (sale,) = sold(tmp_path, HISTORY + rows)
    assert (sale.recognized, sale.by_lot[0].character) == (expected["gain"], expected["term"])
    assert sale.sold.isoformat() == expected["date_of_loss"]


def test_a_written_call_bought_back_is_short_term(tmp_path: Path) -> None:
    _, expected = case("US-OP-002")
    rows = "2025-01-10,write,XYZ 2026-12-18 50 C,1,400\n2026-11-20,close,XYZ 2026-12-18 50 C,1,650\n"
    (sale,) = sold(tmp_path, HISTORY + rows)
    assert (sale.recognized, sale.by_lot[0].character) == (expected["gain"], expected["term"])


def test_a_call_exercised_is_part_of_the_basis_of_its_stock(tmp_path: Path) -> None:
    _, expected = case("US-OP-003")
    rows = "2025-01-10,buy,XYZ 2026-11-20 50 C,1,300\n2026-11-20,exercise,XYZ 2026-11-20 50 C,1,0\n"
    rows += "2026-11-20,buy,XYZ,100,5000\n"
    found = load_case(write(tmp_path, "", accounts=WALLET, history=HISTORY + rows), as_of=AS_OF)
    (holding,) = found.holdings
    assert holding.lot.basis == expected["stock_basis"]
    assert holding.lot.acquired == date(2026, 11, 20)


LOTS = {
    "US-LOT-001": "2024-01-10,buy,XYZ,10,100,stock,A1,\n2025-01-10,buy,XYZ,10,300,stock,A2,\n"
    "2026-06-01,sell,XYZ,15,300,stock,,\n",
    "US-LOT-002": "2024-01-10,buy,XYZ,10,100,stock,A1,\n2025-01-10,buy,XYZ,10,300,stock,A2,\n"
    "2026-06-01,sell,XYZ,5,100,stock,A2,\n",
    "US-LOT-003": "2025-03-03,buy,BTC,1,85000,crypto,C2,\n2026-02-01,transfer_in,BTC,1,40000,crypto,C1,2022-05-01\n"
    "2026-06-01,sell,BTC,1,70000,crypto,,\n",
    "US-LOT-004": "2022-05-01,buy,BTC,1,40000,crypto,C1,\n2025-03-03,buy,BTC,1,85000,crypto,C2,\n"
    "2026-11-20,sell,BTC,1,70000,crypto,,\n",  # named too late: as if not named
    "US-LOT-005": "2022-05-01,buy,BTC,1,40000,crypto,C1,\n2025-03-03,buy,BTC,1,85000,crypto,C2,\n"
    "2026-12-01,sell,BTC,1,70000,crypto,C2,\n",
}


@pytest.mark.parametrize("case_id", sorted(LOTS))
def test_lots_are_those_named_in_time_else_the_first_bought(tmp_path: Path, case_id: str) -> None:
    _, expected = case(case_id)
    (sale,) = sold(tmp_path, COINS + LOTS[case_id])
    assert {lot.lot_id: lot.quantity for lot in sale.by_lot} == expected["consumed"]
    assert sale.recognized == expected["gain"]


def test_a_fund_on_average_basis_is_held_back_with_the_way_out(tmp_path: Path) -> None:
    """US-LOT-006 is a fund's own average: a row without days, which no plan can sell; L-12."""
    plan = planned(write(tmp_path, "VFIAX,200,Various,3000,13,fund,a\n"))
    assert not plan.sales
    assert "average basis" in plan.held_back[0].reason
    assert "loss_without_sale" not in codes(plan)
