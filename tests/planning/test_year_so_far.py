"""What the year already holds: each sale once, in one's own taxable accounts, as § 1091 leaves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.ledger.year_to_date import year_so_far
from planner.loader import load_case
from planner.optimizer import plan_case
from rules.terms import Character, Gains

AS_OF = date(2026, 12, 8)
HEADER = "symbol,quantity,acquired,basis,price,asset_class,lot_id\n"
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "{status}"\nordinary_income = 120_000\n'


def household(folder: Path, account: str, status: str = "single", **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    listed = "".join(f'{name} = "{name}.csv"\n' for name in files)
    text = f'{TAXPAYER.format(status=status)}[[accounts]]\nname = "A"\n{account}\n{listed}'
    (folder / "household.toml").write_text(text, "utf-8")
    return folder


def so_far(folder: Path) -> Gains:
    return year_so_far(load_case(folder, as_of=AS_OF)).gains


BOUGHT_AND_SOLD = (
    "date,action,symbol,quantity,amount,lot_id\n2026-03-01,buy,XOM,10,1000,x\n2026-09-01,sell,XOM,10,9000,x\n"
)
REALIZED = "symbol,quantity,acquired,sold,proceeds,basis\nXOM,10,2026-03-01,2026-09-01,9000,1000\n"


def test_a_sale_that_only_the_transactions_show_counts(tmp_path: Path) -> None:
    assert so_far(household(tmp_path, "", transactions=BOUGHT_AND_SOLD)) == Gains(Decimal(8000))


def test_a_sale_in_both_files_counts_once(tmp_path: Path) -> None:
    folder = household(tmp_path, "", transactions=BOUGHT_AND_SOLD, realized=REALIZED)
    assert so_far(folder) == Gains(Decimal(8000))


def test_a_sale_in_an_ira_is_not_recognised(tmp_path: Path) -> None:
    assert so_far(household(tmp_path, 'kind = "ira"', realized=REALIZED)) == Gains()


@pytest.mark.parametrize(("status", "gain"), [("married_jointly", 8000), ("married_separately", 0), ("single", 0)])
def test_a_spouses_sale_belongs_on_a_joint_return_only(tmp_path: Path, status: str, gain: int) -> None:
    assert so_far(household(tmp_path, 'owner = "spouse"', status, realized=REALIZED)) == Gains(Decimal(gain))


def test_a_spouses_lot_is_not_sold_on_a_separate_return(tmp_path: Path) -> None:
    lots = HEADER + "VTI,100,2024-05-01,40000,300,etf,L1\n"
    plan = plan_case(load_case(household(tmp_path, 'owner = "spouse"', "married_separately", lots=lots), as_of=AS_OF))
    assert plan.sales == ()
    assert "§ 6013" in plan.held_back[0].reason


def test_a_loss_taken_already_is_disallowed_by_a_purchase_after_it(tmp_path: Path) -> None:
    realized = "symbol,quantity,acquired,sold,proceeds,basis\nVTI,100,2024-01-05,2026-11-20,30000,50000\n"
    lots = HEADER + "VTI,100,2026-12-01,30000,300,etf,L1\n"
    year = year_so_far(load_case(household(tmp_path, "", lots=lots, realized=realized), as_of=AS_OF))
    assert year.gains == Gains(disallowed=Decimal(20_000))
    assert "disallowed_differs" in {caution.code for caution in year.cautions}


def test_a_share_replaces_only_once(tmp_path: Path) -> None:
    """100 bought on 22 November took on the loss of the 20th: they wash nothing that is sold in December."""
    realized = "symbol,quantity,acquired,sold,proceeds,basis,disallowed_loss\n"
    realized += "VEA,100,2024-01-05,2026-11-20,30000,35000,5000\n"
    lots = HEADER + "VEA,100,2024-05-01,40000,300,etf,L1\nVEA,100,2026-11-22,35000,300,etf,L2\n"
    case = load_case(household(tmp_path, "", lots=lots, realized=realized), as_of=AS_OF)
    plan_limits = case.household.plan_limits.changed(keep=("L2",))
    plan = plan_case(replace(case, household=replace(case.household, plan_limits=plan_limits)))
    assert [(sale.lot_id, sale.disallowed_loss) for sale in plan.sales] == [("L1", 0)]


def test_windows_already_open_are_listed(tmp_path: Path) -> None:
    realized = "symbol,quantity,acquired,sold,proceeds,basis\nVEA,100,2024-01-05,2026-11-20,30000,35000\n"
    plan = plan_case(load_case(household(tmp_path, "", realized=realized), as_of=AS_OF))
    windows = {window.symbol: window.safe_on for window in plan.windows}
    assert windows["VEA"] == date(2026, 12, 21)


def test_a_sale_that_a_history_does_not_explain_is_not_counted(tmp_path: Path) -> None:
    history = "date,action,symbol,quantity,amount\n2026-09-01,sell,XOM,10,9000\n"
    case = load_case(household(tmp_path, "", transactions=history), as_of=AS_OF)
    assert [caution.code for caution in case.cautions if "transactions.csv:2" in caution.text] == [
        "history_not_explained",
        "sale_not_counted",
    ]
    assert year_so_far(case).gains == Gains()
    assert {"history_not_explained", "sale_not_counted"} <= {caution.code for caution in plan_case(case).cautions}


def test_a_loss_that_moved_to_another_brokers_lot_is_in_its_basis(tmp_path: Path) -> None:
    """Sold at A on 5 October at a loss of 12,000, bought at B on the 15th for 8,000: basis 20,000, held since 2025."""
    (tmp_path / "r.csv").write_text(
        "symbol,quantity,acquired,sold,proceeds,basis\nAAPL,10,2025-01-06,2026-10-05,8000,20000\n", "utf-8"
    )
    (tmp_path / "l.csv").write_text(HEADER + "AAPL,10,2026-10-15,8000,900,stock,K1b\n", "utf-8")
    text = TAXPAYER.format(status="single") + '[[accounts]]\nname = "A"\nrealized = "r.csv"\n'
    (tmp_path / "household.toml").write_text(text + '[[accounts]]\nname = "B"\nlots = "l.csv"\n', "utf-8")
    (sale,) = plan_case(load_case(tmp_path, as_of=AS_OF)).sales
    assert (sale.lot_id, sale.basis, sale.gain) == ("K1b", 20_000, -11_000)
    assert sale.character is Character.LONG


def test_the_brokers_figures_stand_where_the_history_says_otherwise(tmp_path: Path) -> None:
    history = "date,action,symbol,quantity,amount\n2025-02-01,buy,IBM,10,1000\n2026-08-10,sell,IBM,10,760\n"
    realized = "symbol,quantity,acquired,sold,proceeds,basis\nIBM,10,2025-02-01,2026-08-10,750,600\n"
    year = year_so_far(load_case(household(tmp_path, "", transactions=history, realized=realized), as_of=AS_OF))
    assert year.gains == Gains(long_term=Decimal(150))
    assert "realized_differs" in {caution.code for caution in year.cautions}


@pytest.mark.parametrize("history", [True, False])
def test_a_brokers_list_does_not_undo_a_loss_that_another_account_moved_into_the_lot(
    tmp_path: Path, history: bool
) -> None:
    """§ 1091(d), § 1223(3): A's loss of 1,000 makes B's basis 5,200 and its gain long. B's realized file says 4,200 and
    short, as Reg. § 1.6045-1(d)(6)(iii)(A) has it: that is no other gain, and nothing differs."""
    header = "symbol,quantity,acquired,sold,proceeds,basis\n"
    (tmp_path / "a.csv").write_text(header + "KO,100,2024-03-01,2026-06-01,4000,5000\n", "utf-8")
    (tmp_path / "b.csv").write_text(header + "KO,100,2026-06-10,2026-10-12,6000,4200\n", "utf-8")
    trades = "date,action,symbol,quantity,amount\n2026-06-10,buy,KO,100,4200\n2026-10-12,sell,KO,100,6000\n"
    (tmp_path / "t.csv").write_text(trades, "utf-8")
    text = TAXPAYER.format(status="single") + '[[accounts]]\nname = "A"\nrealized = "a.csv"\n[[accounts]]\nname = "B"\n'
    text += 'realized = "b.csv"\n' + ('transactions = "t.csv"\n' if history else "")
    (tmp_path / "household.toml").write_text(text, "utf-8")
    year = year_so_far(load_case(tmp_path, as_of=AS_OF))
    assert year.gains == Gains(long_term=Decimal(800))
    assert "realized_differs" not in {caution.code for caution in year.cautions}


def test_a_lot_sold_and_still_listed_is_said(tmp_path: Path) -> None:
    history = "date,action,symbol,quantity,amount,lot_id\n"
    history += "2025-02-01,buy,IBM,10,1000,L1\n2026-12-07,sell,IBM,10,500,L1\n"
    lots = HEADER + "IBM,10,2025-02-01,1000,50,stock,L1\n"
    year = year_so_far(load_case(household(tmp_path, "", lots=lots, transactions=history), as_of=AS_OF))
    assert ("sold_but_listed", "L1") in {(caution.code, caution.lot_id) for caution in year.cautions}
