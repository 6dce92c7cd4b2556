"""A position beside its lots is a check of them; one without is listed, held back, and said how to get its lots."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.case import Case
from planner.optimizer import plan_case
from planner.refusals import Refused
from planner.report.readings import check_screen

POSITIONS = (
    "COB Date,Symbol,CUSIP #,Security Description,Account Registration,Account #,Quantity,Price ($),Value ($),"
    "Unrealized Gain/Loss ($)\n"
)
LOTS = (
    "COB Date,Symbol,CUSIP #,Security Description,Account #,Acquisition Date,Quantity,Cost Basis ($),Value ($),"
    "Unrealized Gain/Loss ($),Short/Long\n"
)


def position(symbol: str, quantity: str, value: str, gain: str, day: str = "12/7/2026") -> str:
    return f"{day},{symbol},,,CMA,11A,{quantity},,{value},{gain}\n"


def lot(symbol: str, quantity: str, basis: str, value: str, day: str = "12/7/2026") -> str:
    return f"{day},{symbol},,,11A,1/5/2026,{quantity},{basis},{value},,Short Term\n"


TWO_LOTS = LOTS + lot("VTI", "3", "900.00", "990.00") + lot("VTI", "1.5", "600.00", "495.00")
ITS_POSITION = POSITIONS + position("VTI", "4.5", "1485.00", "-15.00")


@pytest.fixture
def account(load: Callable[..., Case], tmp_path: Path) -> Callable[..., Case]:
    """`account("positions", "lots")`: one account that lists these texts as lots, as files `1.csv`, `2.csv`, …"""

    def loaded(*contents: str) -> Case:
        names = [f"{number}.csv" for number, _ in enumerate(contents, 1)]
        for name, content in zip(names, contents, strict=True):
            (tmp_path / name).write_text(content)
        return load(toml=f'[[accounts]]\nname = "A"\nlots = {names}\n')

    return loaded


def said(case: Case) -> list[tuple[str, str]]:
    return [(c.code, c.text) for c in case.cautions if c.code != "asset_class_assumed"]


@pytest.mark.parametrize("order", [(TWO_LOTS, ITS_POSITION), (ITS_POSITION, TWO_LOTS)])
def test_a_position_and_its_lots_are_counted_once(account, order):
    case = account(*order)
    assert [holding.lot.quantity for holding in case.holdings] == [1.5, 3]
    (read,) = [read for read in case.files if read.kind == "positions"]
    assert [(check.what, check.stated, check.agrees) for check in read.checks] == [
        ("quantity of VTI", 4.5, True),
        ("basis of VTI", 1500, True),
        ("market value of VTI", 1485, True),
    ]
    assert said(case) == []
    assert read.rows == 1


def test_what_differs_is_said_with_both_figures_and_the_lots_are_counted(account):
    case = account(TWO_LOTS, POSITIONS + position("VTI", "5", "1650.00", "150.00"))
    ((code, text),) = said(case)
    assert code == "position_differs"
    assert text.startswith("2.csv:2: VTI is not what its lots sum to (1.csv): quantity 5 there and 4.5 by the lots;")
    assert "market value 1,650.00 there and 1,485.00 by the lots" in text
    assert sum(holding.lot.quantity for holding in case.holdings) == 4.5


def test_rounding_is_no_difference(account):
    case = account(
        LOTS + lot("VTI", "1.23456", "100.004", "10.53") + lot("VTI", "1.11111", "100.004", "9.48"),
        POSITIONS + position("VTI", "2.346", "20.01", "-179.99"),
    )
    assert said(case) == []


def test_values_of_two_days_are_not_compared(account):
    case = account(TWO_LOTS, POSITIONS + position("VTI", "4.5", "1600.00", "100.00", day="12/4/2026"))
    (read,) = [read for read in case.files if read.kind == "positions"]
    assert [check.what for check in read.checks] == ["quantity of VTI", "basis of VTI"]
    assert said(case) == []


def test_a_position_on_two_lines_is_one(account):
    halves = position("VTI", "2", "660.00", "10.00") + position("VTI", "2.5", "825.00", "-25.00")
    assert said(account(TWO_LOTS, POSITIONS + halves)) == []


def test_positions_without_lots_are_listed_held_back_and_said_how_to_get_them(account):
    case = account(TWO_LOTS, ITS_POSITION + position("BND", "10", "700.00", "-50.00") + position("T", "1", "9", "1"))
    assert [(h.lot.symbol, h.lot.acquired, h.lot.basis) for h in case.holdings][2:] == [
        ("BND", None, 750),
        ("T", None, 8),
    ]
    ((code, text),) = said(case)
    assert code == "positions_only"
    assert text.startswith(
        "2.csv: BND, T: positions without their lots, so held back; for lots, look for Unrealized gain"
    )
    held = {held.symbol: held.reason for held in plan_case(case).held_back}
    assert held["BND"].startswith("acquired on various dates")


def test_lots_of_what_the_position_file_no_longer_has_are_said(account):
    case = account(TWO_LOTS + lot("BND", "1", "70", "69"), ITS_POSITION)
    ((code, text),) = said(case)
    assert code == "position_differs"
    assert text.startswith("1.csv:4: 2.csv has no position of BND")


def test_lots_of_our_own_beside_a_brokers_positions_are_not_missed_there(account):
    ours = "symbol,quantity,acquired,basis,price,asset_class\nCOIN-COLLECTION,1,2020-01-02,5000,4000,collectible\n"
    assert said(account(ours, TWO_LOTS, ITS_POSITION)) == []


def test_spellings_of_a_share_class_are_one(account):
    case = account(LOTS + lot("BRK.B", "3", "900.00", "990.00"), POSITIONS + position("BRK/B", "3", "990.00", "90.00"))
    assert said(case) == []
    assert len(case.holdings) == 1


def test_two_position_files_of_one_account_are_refused(account):
    with pytest.raises(Refused, match=r"2\.csv:2: VTI stands here and in 1\.csv:2, another download"):
        account(ITS_POSITION, ITS_POSITION.replace("4.5", "4.6"))


def test_the_screen_says_what_agrees_and_what_does_not(account):
    text = check_screen(
        account(TWO_LOTS, POSITIONS + position("VTI", "5", "1485.00", "-15.00")), width=80, colour=False
    )
    assert "    ! quantity of VTI: the file states 5, what was read sums to 4.5: differs\n      by 0.5\n" in text
    assert "    agrees with what was read: basis of VTI, market value of VTI\n" in text
