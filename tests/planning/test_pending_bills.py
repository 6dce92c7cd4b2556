"""What each pending bill on digital assets would change by its own date: dollars at risk, taken and yet to be taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner import cli
from planner.domain.errors import ExitCode, InputError
from planner.ledger import household_ledger
from planner.ledger.crypto_bills import PendingBill, pending_bills
from planner.loader import load_case
from planner.optimizer import plan_case

AS_OF = date(2026, 12, 8)
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 120_000\n'
WALLET = '[[accounts]]\nname = "Wallet"\ntransactions = "wallet.csv"\n'
HISTORY = """\
date,action,symbol,quantity,amount,asset_class
2025-01-05,buy,BTC,1,100000,crypto
2026-03-02,sell,BTC,0.2,12000,crypto
2026-03-05,buy,BTC,0.2,12500,crypto
2026-07-01,sell,BTC,0.3,18000,crypto
2026-07-09,buy,BTC,0.1,6200,crypto
"""


def case_of(folder: Path, more: str = "", history: str = HISTORY):
    (folder / "wallet.csv").write_text(history, "utf-8")
    (folder / "household.toml").write_text(TAXPAYER + WALLET + more, "utf-8")
    return load_case(folder, as_of=AS_OF)


def bills(folder: Path, **more: str) -> dict[str, PendingBill]:
    case = case_of(folder, **more)
    found = pending_bills(case, household_ledger(case).dispositions)
    return {pending.bill.name.split(",")[0]: pending for pending in found}


def test_each_bill_by_its_own_date(tmp_path: Path) -> None:
    """March is before H.R. 9172, July after it; H.R. 10357 as introduced reaches sales after 2026-09-14. Of the 0.3
    coins of July, sold at a loss of 12,000, a third were bought back eight days later.
    """
    found = bills(tmp_path)
    arrington, smith = found["H.R. 9172"], found["H.R. 10357"]
    assert (arrington.taken, arrington.washed, arrington.dated) == (12_000, 4_000, True)
    assert (smith.taken, smith.washed, smith.dated) == (0, 0, True)


def test_a_bill_whose_date_nobody_checked_counts_the_whole_year(tmp_path: Path) -> None:
    """0.2 coins of March at a loss of 8,000, all bought back; of July 4,000."""
    lummis = bills(tmp_path)["S. 2207 (Lummis)"]
    assert (lummis.taken, lummis.washed, lummis.dated) == (20_000, 12_000, False)


def test_what_was_sold_before_its_date_uses_no_replacement_up(tmp_path: Path) -> None:
    """Sold on the day before and on the day itself, bought back once: the bill gives the purchase to the second."""
    history = """\
date,action,symbol,quantity,amount,asset_class
2025-01-05,buy,BTC,1,100000,crypto
2026-06-08,sell,BTC,0.2,12000,crypto
2026-06-09,sell,BTC,0.2,12000,crypto
2026-06-20,buy,BTC,0.2,12500,crypto
"""
    assert bills(tmp_path, history=history)["H.R. 9172"].washed == 8_000


def test_the_plan_says_it_in_one_paragraph_and_the_ledger_too(tmp_path: Path) -> None:
    lots = "symbol,quantity,acquired,basis,price,asset_class\nETH,1,2024-01-05,6000,3000,crypto\n"
    (tmp_path / "cold.csv").write_text(lots, "utf-8")
    case = case_of(tmp_path, '[[accounts]]\nname = "Cold"\nlots = "cold.csv"\n[realized]\nshort_term = 60_000\n')
    (said,) = [c.text for c in plan_case(case).cautions if c.code == "crypto_proposals"]
    assert said.startswith("$3,000.00 of this plan's losses")
    for words in (
        "dispositions after 2026-09-14",
        "which was not seen",
        "within 30 days if H.R. 10357, Digital Asset Tax Certainty Act (Smith) becomes law",
        "H.R. 9172 from 2026-06-09, $15,000.00 at risk",
        "S. 2207 from an unverified date, $23,000.00 at risk",
        "harvest law --pending",
    ):
        assert words in said
    (in_ledger,) = [c.text for c in household_ledger(case).cautions if c.code == "crypto_proposals"]
    assert "this plan" not in in_ledger
    assert "No coin has been sold at a loss on a day in question yet" in in_ledger


SALES = """\
date,action,symbol,quantity,amount,asset_class
2025-01-05,buy,BTC,1,100000,crypto
2026-08-03,sell,BTC,0.2,12000,crypto
2026-08-10,buy,BTC,0.2,12500,crypto
2026-10-01,sell,BTC,0.3,18000,crypto
2026-10-09,buy,BTC,0.1,6200,crypto
"""


@pytest.mark.parametrize(
    ("crypto", "disallowed"),
    [("false", 0), ("true", 12_000), ('"H.R. 10357"', 4_000), ('"hr 9172"', 12_000), ("2026-09-15", 4_000),
     ("2026-10-02", 0), ("2027-01-01", 0)],
)  # fmt: skip
def test_the_section_may_be_supposed_from_a_day_or_as_a_bill_says(tmp_path: Path, crypto: str, disallowed: int) -> None:
    """August: 8,000 lost and all bought back; October: 12,000 lost, a third bought back."""
    ledger = household_ledger(case_of(tmp_path, f"[wash_sale]\ncrypto = {crypto}\n", SALES))
    assert sum(sale.disallowed_loss for sale in ledger.dispositions) == disallowed


@pytest.mark.parametrize(
    ("crypto", "says"),
    [('"H.R. 1"', "there is no bill"), ('"S. 2207"', "is not verified"), ("7", "neither true nor false")],
)
def test_what_names_no_bill_and_no_day_is_refused(tmp_path: Path, crypto: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        case_of(tmp_path, f"[wash_sale]\ncrypto = {crypto}\n")


def test_bills_are_listed_with_status_days_and_sources() -> None:
    shown = CliRunner().invoke(cli.app, ["law", "--pending"])
    assert shown.exit_code == ExitCode.DONE
    words = " ".join(shown.stdout.split())
    for said in ("H.R. 10357", "38-5", "2026-09-15", "govinfo.gov", "None of these is law"):
        assert said in words
    assert CliRunner().invoke(cli.app, ["law"]).exit_code == ExitCode.USAGE


@pytest.mark.parametrize("more", ["[wash_sale]\ncrypto = true\n", ""])
def test_nothing_is_said_where_nothing_is_at_risk(tmp_path: Path, more: str) -> None:
    """The section is supposed to reach coins already, or no coin was sold at a loss."""
    history = HISTORY if more else HISTORY.replace("12000", "50000").replace("18000", "90000")
    case = case_of(tmp_path, more, history)
    assert [c for c in household_ledger(case).cautions if c.code == "crypto_proposals"] == []
