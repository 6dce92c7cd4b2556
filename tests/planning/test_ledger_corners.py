"""Corners of the ledger that a change of one sign or word would move without any other test noticing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from field_answers import told

from planner.domain.case import Case
from planner.ledger.coverage import coverage_cautions
from planner.loader import load_case
from rules.ledger.history import Acquisition, Chosen, LedgerAccount, LedgerSale, Security
from rules.ledger.run import keep_ledger
from rules.netting import schedule_d
from rules.terms import Carryover, Gains

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n'
AS_OF = date(2026, 12, 31)
LOTS, ROWS = "symbol,quantity,acquired,basis,price,lot_id,loss_basis\n", "date,action,symbol,quantity,amount,lot_id\n"
SOLD = "symbol,quantity,acquired,sold,proceeds,basis,disallowed_loss,term\n"


def household(folder: Path, **accounts: dict[str, str]) -> Path:
    text = TAXPAYER
    for name, files in accounts.items():
        text += f'[[accounts]]\nname = "{name}"\nfractional = true\n'
        for key, content in files.items():
            (folder / f"{name}-{key}.csv").write_text(content, "utf-8")
            text += f'{key} = "{name}-{key}.csv"\n'
    (folder / "household.toml").write_text(text, "utf-8")
    return folder


def case(folder: Path, **accounts: dict[str, str]) -> Case:
    return load_case(household(folder, **accounts), as_of=AS_OF)


def sales(folder: Path, **accounts: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told("windows", household(folder, **accounts), "2026-12-31")["sales"]
    return found


def test_the_rest_of_a_named_lot_does_not_wash_the_part_sold(tmp_path: Path) -> None:
    """Rev. Rul. 56-602, where lots are listed and no realized file is there."""
    history = ROWS + "2026-11-20,buy,XYZ,10,1000,L1\n2026-12-01,sell,XYZ,5,250,L1\n"
    (sale,) = sales(tmp_path, A={"lots": LOTS + "XYZ,5,2026-11-20,500,50,L1,\n", "transactions": history})
    assert (sale["gain_before_wash"], sale["disallowed_loss"]) == (-250, 0)


def test_another_named_lot_of_the_same_day_washes_it(tmp_path: Path) -> None:
    history = ROWS + "2026-11-20,buy,XYZ,5,500,L1\n2026-11-20,buy,XYZ,5,500,L2\n2026-12-01,sell,XYZ,5,250,L1\n"
    (sale,) = sales(tmp_path, A={"lots": LOTS + "XYZ,5,2026-11-20,500,50,L2,\n", "transactions": history})
    assert (sale["gain_before_wash"], sale["disallowed_loss"]) == (-250, 250)


def test_a_realized_row_of_a_day_that_the_history_has_takes_the_historys_lot(tmp_path: Path) -> None:
    """Where FIFO and the row disagree, the row's day and the history's basis count."""
    history = ROWS + "2026-01-05,buy,XYZ,10,1000,\n2026-02-05,buy,XYZ,10,2000,\n2026-06-01,sell,XYZ,10,1500,\n"
    realized = SOLD + "XYZ,10,2026-02-05,2026-06-01,1500,1900,0,\n"
    (sale,) = sales(tmp_path, A={"transactions": history, "realized": realized})
    assert sale["gain_before_wash"] == -500


def test_a_realized_row_of_a_day_that_the_history_lacks_leaves_first_in_first_out(tmp_path: Path) -> None:
    history = ROWS + "2026-01-05,buy,XYZ,10,1000,\n2026-02-05,buy,XYZ,10,2000,\n2026-06-01,sell,XYZ,10,1500,\n"
    realized = SOLD + "XYZ,5,2026-02-05,2026-06-01,750,1000,0,\nXYZ,5,2026-01-20,2026-06-01,750,500,0,\n"
    (sale,) = sales(tmp_path, A={"transactions": history, "realized": realized})
    assert [part["lot_id"] for part in sale["by_lot"]] == ["A:XYZ:2026-01-05:1"]


def test_a_realized_row_of_before_the_history_brings_its_lot_and_the_other_takes_the_historys(tmp_path: Path) -> None:
    history = ROWS + "2026-01-05,buy,XYZ,10,1000,\n2026-06-01,sell,XYZ,10,1500,\n"
    realized = SOLD + "XYZ,5,2024-06-01,2026-06-01,750,700,0,\nXYZ,5,2026-01-05,2026-06-01,750,400,0,\n"
    (sale,) = sales(tmp_path, A={"transactions": history, "realized": realized})
    assert sorted(part["gain_before_wash"] for part in sale["by_lot"]) == [50, 250]


X = Security("X", "X")


def bought(lot_id: str, day: date, basis: int, **more: Any) -> Acquisition:
    return Acquisition(lot_id, "A", X, day, Decimal(10), Decimal(basis), **more)


def test_what_the_broker_disallows_of_one_sale_of_two_lots_adds_up() -> None:
    """I-25: losses of 200 and 200, 300 stated."""
    sale = LedgerSale(
        "s",
        "A",
        "X",
        date(2026, 6, 1),
        Decimal(20),
        Decimal(1600),
        (Chosen(Decimal(10), "1"), Chosen(Decimal(10), "2")),
        Decimal(300),
    )
    lots = [bought("1", date(2025, 1, 6), 1000), bought("2", date(2025, 2, 6), 1000)]
    (outcome,) = keep_ledger([LedgerAccount("A")], lots, [sale]).sales
    assert sorted(lot.disallowed_loss for lot in outcome.by_lot) == [100, 200]


def test_a_stated_basis_has_what_the_broker_disallowed_and_no_more() -> None:
    """§ 6045(g): of losses of 200 and 200 the broker disallowed 300; 100 are still to come into the second basis."""
    sold = (Chosen(Decimal(10), "1"), Chosen(Decimal(10), "2"))
    sale = LedgerSale("s", "A", "X", date(2026, 6, 1), Decimal(20), Decimal(1600), sold, Decimal(300))
    lots = [bought("1", date(2025, 1, 6), 1000), bought("2", date(2025, 2, 6), 1000)]
    lots += [bought("3", date(2026, 6, 10), 900, stated=True), bought("4", date(2026, 6, 11), 900, stated=True)]
    held = keep_ledger([LedgerAccount("A")], lots, [sale]).lots
    assert sorted((lot.lot.lot_id, lot.basis) for lot in held) == [("3", 900), ("4", 1000)]


def test_a_replacement_with_an_earlier_start_keeps_it() -> None:
    """§ 1223: one tacked period does not shorten another."""
    lots = [
        bought("1", date(2026, 1, 6), 1000),
        bought("2", date(2026, 6, 10), 700, holding_since=date(2020, 1, 1)),
    ]
    sale = LedgerSale("s", "A", "X", date(2026, 6, 1), Decimal(10), Decimal(600), (Chosen(Decimal(10), "1"),))
    (held,) = keep_ledger([LedgerAccount("A")], lots, [sale]).lots
    assert (held.washed_quantity, held.holding_since) == (10, date(2020, 1, 1))


@pytest.mark.parametrize("units", ["1", "0.5"])
def test_a_replacement_of_one_share_or_half_is_marked(tmp_path: Path, units: str) -> None:
    rows = f"2026-01-05,buy,XYZ,{units},1000,\n2026-06-01,sell,XYZ,{units},500,\n2026-06-10,buy,XYZ,{units},400,\n"
    (held,) = case(tmp_path, A={"transactions": ROWS + rows}).holdings
    assert (held.washed, held.lot.basis) == (True, 900)


@pytest.mark.parametrize(("day", "moved"), [("2026-03-16", True), ("2026-03-17", False)])
def test_fourteen_days_are_a_transfer_and_fifteen_are_not(tmp_path: Path, day: str, moved: bool) -> None:
    rows = ROWS + "2026-01-05,buy,XYZ,10,1000,\n2026-03-02,transfer_out,XYZ,10,0,\n"
    holdings = case(
        tmp_path, A={"transactions": rows}, B={"transactions": ROWS + f"{day},transfer_in,XYZ,10,0,\n"}
    ).holdings
    assert [(held.lot.account, held.lot.basis) for held in holdings] == [("B", 1000 if moved else None)]


def test_of_two_senders_the_nearer_days_lots_move(tmp_path: Path) -> None:
    def sent(day: str, cost: int) -> dict[str, str]:
        return {"transactions": ROWS + f"2026-01-05,buy,XYZ,10,{cost},\n{day},transfer_out,XYZ,10,0,\n"}

    into = {"transactions": ROWS + "2026-03-10,transfer_in,XYZ,10,0,\n"}
    found = case(tmp_path, A=sent("2026-03-01", 1000), B=sent("2026-03-09", 2000), C=into).holdings
    assert [held.lot.basis for held in found if held.lot.account == "C"] == [2000]


@pytest.mark.parametrize(
    ("rows", "unseen"),
    [
        (
            "2024-01-05,interest,,0,1,\n2025-10-20,interest,,0,1,\n",
            True,
        ),  # ends before the last window, a year too early
        ("2024-01-05,interest,,0,1,\n2025-10-25,interest,,0,1,\n", False),
        ("2026-05-05,interest,,0,1,\n2026-12-20,interest,,0,1,\n", True),  # begins after the first window
        ("2026-01-05,interest,,0,1,\n2026-12-20,interest,,0,1,\n", False),
    ],
)
def test_coverage_reaches_from_the_first_window_to_the_last(tmp_path: Path, rows: str, unseen: bool) -> None:
    found = case(tmp_path, A={"transactions": ROWS + rows})
    assert bool(list(coverage_cautions(found, date(2026, 3, 15), date(2026, 11, 21)))) is unseen


@pytest.mark.parametrize(("short", "has"), [(0, False), (-1, True)])
def test_a_schedule_d_of_exactly_nothing_has_no_line_21(short: int, has: bool) -> None:
    lines = schedule_d(Gains(Decimal(short)), Carryover(), Decimal(3000)).worksheet().lines
    assert ("21" in {line.number for line in lines}) is has


def test_a_gift_sold_in_part_and_held_in_part_has_a_plan(tmp_path: Path) -> None:
    """The part sold is in the realized file, the rest among the lots: what was given is not bought, and was no "
    "purchase."""
    lots = LOTS + "ABC,5,2026-01-20,1000,100,,900\n"
    realized = SOLD + "ABC,5,2026-01-20,2026-11-10,500,900,0,short\n"
    document = told("plan", household(tmp_path, A={"lots": lots, "realized": realized}), "2026-12-08")
    assert [sale["gain"] for sale in document["sales"]] == [-400]
