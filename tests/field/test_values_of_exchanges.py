"""What the household or its broker says units were worth: §§ 356, 358(b), (c), 301(c)(3), 1015(a), Rev. Rul. 66-365."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from field_answers import CASES, cautions, told

HOUSEHOLD = """[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 140_000
[[accounts]]
name = "A"
fractional = true
transactions = "h.csv"
[prices]
AA = 10
BB = 10
"""
HEADER = "date,action,symbol,quantity,amount,parent,value,parent_value,basis_share,acquired,loss_basis\n"
TWO_LOTS = "2024-02-02,buy,AA,100,8000,,,,,,\n2026-02-02,buy,AA,100,12000,,,,,,\n"
MERGER = "2026-06-01,exchange_out,AA,200,0,,,,,,\n2026-06-01,exchange_out,AA,0,14000,,,,,,\n"


def household(folder: Path, history: str) -> Path:
    (folder / "household.toml").write_text(HOUSEHOLD, "utf-8")
    (folder / "h.csv").write_text(HEADER + "2024-01-02,interest,,0,1,,,,,,\n" + history, "utf-8")
    return folder


def held(folder: Path) -> list[tuple[Any, ...]]:
    return [(lot["symbol"], lot["quantity"], lot["basis"], lot["acquired"]) for lot in told("check", folder)["lots"]]


def sales(folder: Path) -> list[tuple[Any, ...]]:
    return [
        (sale["symbol"], sale["quantity"], sale["gain_before_wash"], [lot["character"] for lot in sale["lots"]])
        for sale in told("windows", folder)["sales"]
    ]


def test_356_stock_and_cash_with_the_value_of_the_stock(tmp_path: Path) -> None:
    """200 AA for 50 BB worth 7,200 and for 14,000. Lot by lot (Rev. Rul. 68-23): 8,000 of basis has a gain of 2,600,
    within 7,000 of money; 12,000 a loss of 1,400, not recognized (§ 356(c)). § 358(a)(1): 3,600 and 5,000 are left."""
    folder = household(tmp_path, TWO_LOTS + MERGER + "2026-06-01,exchange_in,BB,50,0,,7200,,,,\n")
    assert held(folder) == [("BB", 25, 3600, "2024-02-02"), ("BB", 25, 5000, "2026-02-02")]
    (sale,) = told("windows", folder)["sales"]
    assert (sale["gain_before_wash"], sale["disallowed_loss"]) == (2600, 0)
    plan = told("plan", folder)
    assert (plan["baseline"]["net_short_term"], plan["baseline"]["net_long_term"]) == (0, 2600)
    assert "§ 356(a)(1), (c)" in cautions(plan)["exchange_tax_free"]


def test_356_without_the_value_nothing_is_guessed(tmp_path: Path) -> None:
    folder = household(tmp_path, TWO_LOTS + MERGER + "2026-06-01,exchange_in,BB,50,0,,,,,,\n")
    assert {basis for _, _, basis, _ in held(folder)} == {None}
    assert "with its `value`" in cautions(told("plan", folder))["history_not_explained"]


def test_356_the_remedy_lifts_case_12(tmp_path: Path) -> None:
    """Schwab's merger, followed to the letter: the rows of our own replace the broker's."""
    case = CASES / "12-schwab-merger-spinoff"
    for file in case.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert next(lot["basis"] for lot in told("check", tmp_path)["lots"] if lot["symbol"] == "AVGO") is None
    toml = (tmp_path / "household.toml").read_text("utf-8").replace('"history.csv"', '["history.csv", "own.csv"]')
    (tmp_path / "household.toml").write_text(toml, "utf-8")
    (tmp_path / "own.csv").write_text(
        "date,action,symbol,quantity,amount,value,replaces\n"
        "2026-08-24,exchange_out,VMW,100,0,,history.csv:2\n"
        "2026-08-24,exchange_out,VMW,0,7000,,history.csv:3\n"
        "2026-08-24,exchange_in,AVGO,12,0,3600,history.csv:4\n",
        "utf-8",
    )
    after = {lot["symbol"]: lot["basis"] for lot in told("check", tmp_path)["lots"]}
    assert after["AVGO"] == 5000  # 12,000 less 7,000 of money; the loss of 1,400 waits in it


def test_358_c_a_spin_off_by_what_both_were_worth(tmp_path: Path) -> None:
    """Reg. § 1.358-2(a)(2)(iv): 3,000 of 12,000 is a quarter of the basis."""
    history = "2026-02-02,buy,AA,100,8000,,,,,,\n2026-06-01,spinoff,BB,20,0,AA,3000,9000,,,\n"
    assert held(household(tmp_path, history)) == [("AA", 100, 6000, "2026-02-02"), ("BB", 20, 2000, "2026-02-02")]


def test_301_c_3_what_is_returned_beyond_the_basis_is_gain(tmp_path: Path) -> None:
    """Lot by lot: 100 of each lot's 60 and 400."""
    history = (
        "2024-02-02,buy,AA,10,60,,,,,,\n2026-02-02,buy,AA,10,400,,,,,,\n2026-06-01,return_of_capital,AA,0,200,,,,,,\n"
    )
    folder = household(tmp_path, history)
    assert held(folder) == [("AA", 10, 0, "2024-02-02"), ("AA", 10, 300, "2026-02-02")]
    baseline = told("plan", folder)["baseline"]
    assert (baseline["net_short_term"], baseline["net_long_term"]) == (0, 40)


GIFT = "2026-03-02,gift_in,AA,100,5000,,,,,2020-01-02,3000\n"


@pytest.mark.parametrize(
    ("event", "symbol", "units", "loss"),
    [
        ("2026-05-01,split,AA,100,0,,,,,,\n", "AA", 200, -1000),  # 200 at 10 against 3,000
        ("2026-05-01,exchange_out,AA,100,0,,,,,,\n2026-05-01,exchange_in,BB,50,0,,,,,,\n", "BB", 50, -2500),
        ("2026-05-01,spinoff,BB,10,0,AA,,,0.2,,\n", "AA", 100, -1400),  # 1,000 against four fifths of 3,000
        ("2026-05-01,return_of_capital,AA,0,500,,,,,,\n", "AA", 100, -1500),
    ],
)
def test_1015_a_gift_keeps_both_bases_through_what_befalls_it(
    tmp_path: Path, event: str, symbol: str, units: int, loss: int
) -> None:
    """A loss is measured by the lower one, on whatever the shares have become."""
    plan = told("plan", household(tmp_path, GIFT + event))
    assert (symbol, units, loss) in [(sale["symbol"], sale["quantity"], sale["gain"]) for sale in plan["sales"]]


@pytest.mark.parametrize(
    ("event", "left"),
    [
        # one for seven: 14 came, and cash for the 0.2857 that 100 shares made beside
        ("2026-05-01,exchange_out,AA,100,0,,,,,,\n2026-05-01,exchange_in,AA,14,0,,,,,,\n", 14),
        ("2026-05-01,split,AA,-85.7143,0,,,,,,\n", 14),  # the file has the fraction
    ],
)
def test_cash_for_a_fraction_is_its_sale(tmp_path: Path, event: str, left: int) -> None:
    """Rev. Rul. 66-365; Rev. Proc. 77-41: as if received and then sold, with its part of the basis."""
    history = "2024-02-02,buy,AA,100,10000,,,,,,\n" + event + "2026-05-04,cash_in_lieu,AA,0.2857,250,,,,,,\n"
    folder = household(tmp_path, history)
    ((_, units, basis, _),) = held(folder)
    assert (units, basis) == (left, pytest.approx(10_000 * 14 / 14.2857, abs=0.02))
    (sale,) = told("windows", folder)["sales"]
    assert sale["gain_before_wash"] == pytest.approx(250 - 10_000 * 0.2857 / 14.2857, abs=0.02)


def test_356_interactive_brokers_states_the_value_of_what_came(tmp_path: Path) -> None:
    """Its statement's column `Value`: 12 AVGO at 3,600.00 and 7,000 for 100 VMW bought for 9,000.00."""
    rows = [
        "Statement,Header,Field Name,Field Value",
        'Statement,Data,Period,"January 1, 2026 - December 3, 2026"',
        "Account Information,Header,Field Name,Field Value",
        "Account Information,Data,Account,U1",
        "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,"
        "Comm/Fee,Basis,Realized P/L,MTM P/L,Code",
        'Trades,Data,Order,Stocks,USD,VMW,"2026-02-03, 10:00:00",100,90,90,-9000,0,9000,0,0,O',
        "Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,Quantity,Proceeds,Value,"
        "Realized P/L,Code",
        'Corporate Actions,Data,Stocks,USD,2026-08-24,"2026-08-21, 20:25:00",'
        '"VMW(US9285634021) Cash and Stock Merger (Acquisition) AVGO(US11135F1012) 12 FOR 100 AND USD 70.00 '
        '(VMW, VMWARE INC, US9285634021)",-100,7000,-10600,0,',
        'Corporate Actions,Data,Stocks,USD,2026-08-24,"2026-08-21, 20:25:00",'
        '"VMW(US9285634021) Cash and Stock Merger (Acquisition) AVGO(US11135F1012) 12 FOR 100 AND USD 70.00 '
        '(AVGO, BROADCOM INC, US11135F1012)",12,0,3600,0,',
    ]
    (tmp_path / "household.toml").write_text(HOUSEHOLD, "utf-8")
    (tmp_path / "h.csv").write_text("\n".join(rows) + "\n", "utf-8")
    assert held(tmp_path) == [("AVGO", 12, 3600, "2026-02-03")]  # 9,000 less 7,000, plus 1,600 of gain
    (sale,) = told("windows", tmp_path)["sales"]
    assert (sale["symbol"], sale["gain_before_wash"]) == ("VMW", 1600)


def test_356_an_unknown_basis_is_said_and_not_our_fault(tmp_path: Path) -> None:
    """The gain depends on it: neither the old units nor the new ones are explained."""
    came = "2026-03-02,transfer_in,AA,200,0,,,,,,\n"
    folder = household(tmp_path, came + MERGER + "2026-06-01,exchange_in,BB,50,0,,7200,,,,\n")
    assert {basis for _, _, basis, _ in held(folder)} == {None}
    assert "history_not_explained" in cautions(told("plan", folder))
