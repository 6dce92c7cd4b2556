"""Every broker's way to write an option is that option: § 1091(a) sees a contract to acquire in each. I-09."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from field_answers import CASES, told

from rules.option_contracts import looks_like_an_option, option_underlying

CONTRACT = ("VTI", "call", date(2027, 1, 15), Decimal(250))
SPELLINGS = [
    "VTI 01/15/2027 250 CALL",
    "VTI Jan 15 2027 250 Call",  # TD Ameritrade, thinkorswim
    "VTI Jan 15 '27 $250 Call",  # E*TRADE
    "VTI 1/15/2027 Call $250.00",  # Robinhood's description
    "VTI 01/15/2027 CALL $250.00",  # Robinhood's 1099
    "VTI 01/15/27 C250",
    "VTI 15JAN27 250 C",  # Interactive Brokers
    "VTI   270115C00250000",  # OCC
    "-VTI270115C250",  # Fidelity
    "VTI270115C250",
    ".VTI270115C250",  # thinkorswim
    "VTI_011527C250",  # TD Ameritrade's interface
    "O:VTI270115C00250000",
    "CALL VTI 01/15/2027 $250",
    "CALL (VTI) VANGUARD TOTAL STOCK MKT JAN 15 27 $250 (100 SHS)",  # Fidelity's description
    "VTI $250 Call 1/15/2027",
    "VTI 2027-01-15 250 C",
    "VTI Jan-15-2027 250 Call",
    "VTI 100 (Weeklys) 15 JAN 27 250 CALL",
    "VTI 15-Jan-2027 250.00 CALL",
]


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_a_spelling_is_its_contract(spelled: str) -> None:
    assert option_underlying(spelled) == CONTRACT


@pytest.mark.parametrize("spelled", [s for s in SPELLINGS if "," not in s])
def test_a_call_bought_replaces_shares_however_it_is_spelled(tmp_path: Path, spelled: str) -> None:
    """Case 611: 2 contracts are 200 shares, and 30 VTI at a loss are held back until they are 31 days old."""
    for file in (CASES / "611-option-spellings-own").iterdir():
        text = file.read_text("utf-8").replace("VTI Jan 15 2027 250 Call", spelled)
        (tmp_path / file.name).write_text(text, "utf-8")
    document = told("plan", tmp_path, "2026-12-14")
    assert not [sale for sale in document["sales"] if sale["symbol"] == "VTI" and sale["disallowed_loss"] == 0]


@pytest.mark.parametrize(
    ("symbol", "is_one"),
    [
        ("VTI LEAP JAN 2027 250 CALL", True),
        ("SOME PUT ON ACME", True),
        ("CALL", False),
        ("PUT", False),
        ("PUTNAM GROWTH FUND", False),
        ("GLOBAL X NASDAQ COVERED CALL ETF", False),
        ("AAPL", False),
    ],
)
def test_what_speaks_of_a_call_or_a_put_is_no_stock(symbol: str, is_one: bool) -> None:
    assert looks_like_an_option(symbol) is is_one


def test_an_option_not_understood_is_asked_about(tmp_path: Path) -> None:
    shutil.copytree(CASES / "611-option-spellings-own", tmp_path, dirs_exist_ok=True)
    for name in ("lots.csv", "history.csv"):
        text = (tmp_path / name).read_text("utf-8").replace("VTI Jan 15 2027 250 Call", "VTI LEAP 250 CALL")
        (tmp_path / name).write_text(text, "utf-8")
    document = told("check", tmp_path, "2026-12-14")
    assert [lot["asset_class"] for lot in document["lots"]] == ["option", "etf"]
    assert "option_not_understood" in {caution["code"] for caution in document["cautions"]}
