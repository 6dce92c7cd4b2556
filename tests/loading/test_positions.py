"""A position beside its lots is a check of them; one without is listed, held back, and said how to get its lots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.domain.errors import InputError
from planner.ledger.replacement_purchases import purchases_between
from planner.loader import under_scenarios
from planner.optimizer import plan_case
from planner.report.screens.check import check_screen

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
    assert text.startswith(
        "2.csv:2: VTI differs from the sum of its lots (1.csv): quantity 5 there and 4.5 by the lots;"
    )
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
        "2.csv: this looks like a portfolio at Merrill Edge without its lots: BND, T held back; for lots, look for"
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
    with pytest.raises(InputError, match="2\\.csv:2: VTI is here and in 1\\.csv:2, another download"):
        account(ITS_POSITION, ITS_POSITION.replace("4.5", "4.6"))


def test_the_screen_says_what_agrees_and_what_does_not(account):
    text = check_screen(account(TWO_LOTS, POSITIONS + position("VTI", "5", "1485.00", "-15.00")), width=80, color=False)
    assert "! quantity of VTI: the file states 5, the rows add up to 4.5: difference 0.5" in " ".join(text.split())
    assert "    matches the rows read: basis of VTI, market value of VTI\n" in text


# --- beside a history ---

HISTORY = """\
date,action,symbol,quantity,amount
2024-03-04,buy,VTI,3,700
2026-01-05,buy,VTI,2,600
2026-02-02,sell,VTI,0.5,160
"""


@pytest.fixture
def with_history(load: Callable[..., Case], tmp_path: Path) -> Callable[..., Case]:
    """`with_history(positions, history)`: one account that lists the two."""

    def loaded(positions: str, history: str, more: str = "") -> Case:
        (tmp_path / "positions.csv").write_text(positions)
        (tmp_path / "history.csv").write_text(history)
        return load(toml=f'[[accounts]]\nname = "A"\nlots = "positions.csv"\ntransactions = "history.csv"\n{more}')

    return loaded


def test_a_history_that_the_positions_bear_out_gives_the_lots_and_they_the_price(with_history):
    case = with_history(POSITIONS + position("VTI", "4.5", "1485.00", "300.00"), HISTORY)
    assert [(h.lot.lot_id, h.lot.quantity, h.lot.acquired and h.lot.acquired.year, h.price) for h in case.holdings] == [
        ("A:VTI:2024-03-04:1", 2.5, 2024, 330),
        ("A:VTI:2026-01-05:1", 2, 2026, 330),
    ]
    assert [code for code, _ in said(case)] == ["position_differs"]  # the basis: 1,185 by the broker
    assert plan_case(case).held_back == ()


def test_a_history_that_begins_too_late_for_a_security_gives_no_lots_of_it(with_history):
    positions = POSITIONS + position("VTI", "10", "3300.00", "0") + position("BND", "1", "70", "0")
    case = with_history(positions, HISTORY + "2026-03-02,buy,BND,1,70\n")
    assert [(h.lot.symbol, h.lot.quantity, h.lot.acquired is None) for h in case.holdings] == [
        ("BND", 1, False),
        ("VTI", 10, True),
    ]
    assert (
        "position_differs",
        "history.csv:2: the history of A gives 4.5 VTI, its positions 10: the history is incomplete, so its "
        "lots are not used",
    ) in said(case)
    assert {held.symbol for held in plan_case(case).held_back} == {"VTI"}


def test_what_an_incomplete_history_bought_was_bought_all_the_same(load, tmp_path):
    (tmp_path / "positions.csv").write_text(POSITIONS + position("VTI", "20", "6600.00", "0"))
    (tmp_path / "history.csv").write_text("date,action,symbol,quantity,amount\n2026-11-20,buy,VTI,5,1650\n")
    (tmp_path / "lots.csv").write_text("symbol,quantity,acquired,basis,price\nVTI,10,2026-01-05,4000,330\n")
    case = load(
        toml='[[accounts]]\nname = "IRA"\nkind = "roth_ira"\nlots = "positions.csv"\ntransactions = "history.csv"\n'
        '[[accounts]]\nname = "A"\nlots = "lots.csv"\n[plan]\nsale_date = 2026-12-08\n'
    )
    (bought,) = purchases_between(case, date(2026, 11, 8), date(2026, 12, 8)).fixed
    assert (bought.account, bought.acquired, bought.quantity) == ("IRA", date(2026, 11, 20), 5)


def test_what_the_history_leaves_and_the_positions_do_not_have_is_left_out(with_history):
    case = with_history(POSITIONS + position("VTI", "4.5", "1485.00", "0"), HISTORY + "2026-03-02,buy,BND,1,70\n")
    assert {holding.lot.symbol for holding in case.holdings} == {"VTI"}
    assert any("A gives 1 BND, its positions 0" in text for _, text in said(case))


def test_a_history_that_does_not_explain_one_security_keeps_the_lots_of_the_others(with_history):
    case = with_history(POSITIONS + position("VTI", "4.5", "1485.00", "0"), HISTORY + "2026-03-02,sell,BND,1,70\n")
    assert {(h.lot.symbol, h.lot.acquired is None) for h in case.holdings} == {("VTI", False)}
    text = dict(said(case))["history_not_explained"]
    assert text.startswith("history.csv:5: 1 BND more than A held on 2026-03-02: the history of BND in A is unclear.")


def test_a_position_that_its_history_does_not_explain_is_held_back_with_the_row(with_history):
    case = with_history(
        POSITIONS + position("VTI", "4.5", "1485.00", "0"), HISTORY + "2026-03-02,unexplained,VTI,1,0\n"
    )
    assert [(h.lot.symbol, h.lot.acquired) for h in case.holdings] == [("VTI", None)]
    (held,) = plan_case(case).held_back
    assert held.reason.startswith("history unclear: history.csv:5")


def test_a_scenario_that_answers_otherwise_on_wash_sales_keeps_positions_and_prices(with_history):
    positions = POSITIONS + position("VTI", "4.5", "1485.00", "300.00") + position("T", "3", "90", "0")
    bought_and_gone = HISTORY + "2026-03-02,buy,BND,1,70\n"
    case = with_history(positions, bought_and_gone, "[scenarios.X]\nwash_sale.crypto = true\n")
    other = under_scenarios(case)["X"]
    assert other.household.wash_sale.crypto
    assert len(other.holdings) == 3
    assert set(other.holdings) == set(case.holdings)


def test_an_account_without_its_whole_history_does_not_cost_another_its_lots(load, tmp_path):
    (tmp_path / "positions.csv").write_text(POSITIONS + position("VTI", "4.5", "1485.00", "0"))
    (tmp_path / "copy.csv").write_text(POSITIONS + position("VTI", "4.50", "1485.00", "0"))
    (tmp_path / "whole.csv").write_text(HISTORY)
    (tmp_path / "late.csv").write_text(HISTORY + "2026-03-02,sell,BND,1,70\n")
    case = load(
        toml='[[accounts]]\nname = "A"\nlots = "positions.csv"\ntransactions = "whole.csv"\n'
        '[[accounts]]\nname = "B"\nlots = "copy.csv"\ntransactions = "late.csv"\n'
    )
    assert [(h.lot.account, h.lot.acquired is None) for h in case.holdings] == [
        *[("A", False)] * 2,
        *[("B", False)] * 2,
    ]
