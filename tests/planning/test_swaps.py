"""`--with-replacements`: both legs, sized by prices of the files, clean by the ledger, and the swap back by hand."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

import planner
from planner import cli
from planner.domain.errors import ExitCode
from planner.domain.plan import Plan
from planner.domain.swaps import Replacement, Replacements, Swap
from planner.loader import load_case
from planner.optimizer import plan_case
from planner.scenarios.swaps import with_replacements
from rules.qualified_dividends import first_day_held_long_enough, is_held_long_enough
from tests.oracle.household_files import ACCOUNT, HISTORY, write

AS_OF = date(2026, 6, 1)
SAFE = date(2026, 7, 2)  # thirty days after, and one
VTI = "VTI,100,2024-03-04,40000,300,etf,v\n"  # a loss of 10,000
MET = "[realized]\nshort_term = 10_000\n"  # by gains of the year
OWN = '[replacements]\nVTI = ["SCHB"]\n[prices]\nSCHB = 70\n'
IRA = '[[accounts]]\nname = "IRA"\nkind = "ira"\ntransactions = "ira.csv"\n'
NOTHING_YET = f"{HISTORY}2026-01-05,buy,BND,1,70\n"
PAYS = '[[distributions]]\ndate = 2026-06-22\nsymbol = "SCHB"\nper_share = 1\nkind = "qualified"\n'


def swapped(folder: Path, as_of: date = AS_OF) -> Plan:
    case = load_case(folder, as_of=as_of)
    return with_replacements(case, plan_case(case))


def only(plan: Plan) -> Swap:
    assert plan.swaps is not None
    (swap,) = plan.swaps.swaps
    return swap


def invoke(*words: object) -> Result:
    return CliRunner().invoke(cli.app, [*map(str, words)])


def test_ones_own_replacement_is_bought_in_whole_shares_at_the_price_stated(tmp_path: Path) -> None:
    plan = swapped(write(tmp_path, VTI, MET + OWN, accounts=ACCOUNT + IRA, ira=NOTHING_YET))
    swap = only(plan)
    assert swap.instead is not None
    assert (swap.instead.symbol, swap.price, swap.quantity, swap.cost) == ("SCHB", 70, 428, 29_960)
    assert swap.accounts == ("Broker", "IRA")
    assert plan.swaps is not None
    assert plan.swaps.drift == 40  # the cash that buys no whole share; both funds hold the same market


def test_the_swap_back_is_a_short_term_gain_of_the_year_it_falls_in(tmp_path: Path) -> None:
    """35% and 5% of the state on a tenth of 29,960: § 1222(1), (5)."""
    swap = only(swapped(write(tmp_path, VTI, MET + OWN)))
    assert swap.back is not None
    assert (swap.back.on, swap.back.gain, swap.back.tax) == (SAFE, Decimal(2_996), Decimal("1198.40"))


def test_losses_carried_meet_the_swap_back_and_are_worth_so_much_less_later(tmp_path: Path) -> None:
    """Without other gains 7,000 is carried. A gain of 2,996 takes 1,996 of the second year's dollars and 1,000 of the
    third's, at 40 percent, discounted at 5: § 1212(b)."""
    swap = only(swapped(write(tmp_path, VTI, OWN)))
    assert swap.back is not None
    later = Decimal("0.4") * (1_996 / Decimal("1.05") ** 2 + 1_000 / Decimal("1.05") ** 3)
    assert abs(swap.back.tax - later) < Decimal("0.01")


def test_dividends_on_shares_held_for_31_days_are_ordinary(tmp_path: Path) -> None:
    """§ 1(h)(11)(B)(iii): 428 at 35 and not 15 percent; from the 61st day after the purchase they are qualified."""
    swap = only(swapped(write(tmp_path, VTI, MET + OWN + PAYS)))
    assert swap.back is not None
    assert (swap.back.dividends, swap.back.dividend_tax) == (428, Decimal("85.60"))
    assert swap.dividends_from == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("bought", "sold", "ex", "enough"),
    [
        ("2026-06-01", "2026-07-31", "2026-06-22", False),  # 60 days: "60 days or less"
        ("2026-06-01", "2026-08-01", "2026-06-22", True),
        ("2026-06-01", "2026-08-01", "2026-06-01", False),  # the purchase was on the ex-dividend day: 60 after it
        ("2025-01-01", "2026-06-22", "2026-06-22", True),
        ("2025-01-01", "2026-06-22", "2026-09-01", False),  # 49 of the 121 days
    ],
)
def test_section_246_c_counts_the_day_of_sale_and_not_that_of_purchase(
    bought: str, sold: str, ex: str, enough: bool
) -> None:
    days = [date.fromisoformat(day) for day in (bought, sold, ex)]
    assert is_held_long_enough(*days) is enough
    assert first_day_held_long_enough(date(2026, 6, 1)) == date(2026, 8, 1)


def test_the_library_gives_them_as_a_table(tmp_path: Path) -> None:
    case = planner.load(write(tmp_path, VTI, MET + OWN), as_of=AS_OF)
    (row,) = planner.plan(case, with_replacements=True).swaps.to_dict("records")
    assert (row["buy"], row["quantity"], row["swap_back_on"].date()) == ("SCHB", 428.0, SAFE)
    assert planner.plan(case).swaps.empty


def test_without_a_price_no_number_of_shares_is_invented(tmp_path: Path) -> None:
    plan = swapped(write(tmp_path, VTI, MET))
    swap = only(plan)
    assert swap.instead is not None
    assert (swap.instead.symbol, swap.quantity, swap.dollars) == ("ITOT", None, 30_000)
    said = invoke("plan", tmp_path, "--as-of", AS_OF, "--with-replacements", "--full").stdout
    assert "No file has a price of ITOT" in said


def test_a_candidate_that_the_ledger_finds_to_wash_a_loss_is_passed_over(tmp_path: Path) -> None:
    """NKE was sold at a loss in May; offered first, it is not bought, in any account."""
    history = f"{HISTORY}2025-01-06,buy,NKE,100,9000\n2026-05-20,sell,NKE,100,6000\n2026-01-05,buy,VTI,100,40000\n"
    accounts = '[[accounts]]\nname = "Broker"\ntransactions = "history.csv"\n' + IRA
    folder = write(
        tmp_path, VTI, MET + OWN + "VTI = 300\nNKE = 60\n", accounts=accounts, history=history, ira=NOTHING_YET
    )
    case = load_case(folder, as_of=AS_OF)
    plan = plan_case(case)
    offered = Replacements("VTI", (Replacement("NKE", "", ""), Replacement("SCHB", "", "")))
    assert only(with_replacements(case, plan)).instead is not None
    swap = only(with_replacements(case, replace(plan, replacements=(offered,))))
    assert swap.instead is not None
    assert swap.instead.symbol == "SCHB"
    nothing = replace(offered, candidates=offered.candidates[:1])
    assert only(with_replacements(case, replace(plan, replacements=(nothing,)))).instead is None


def test_what_is_sold_for_its_gain_may_be_bought_back_at_once_and_cash_needed_is_kept(tmp_path: Path) -> None:
    poor = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 20_000\n'
    limits = "[plan]\nsell_gains = true\ncash_needed = 500\n"
    plan = swapped(write(tmp_path, "AAPL,10,2024-01-05,200,100,stock,a\n", limits, taxpayer=poor))
    swap = only(plan)
    assert swap.instead is not None
    assert (swap.instead.symbol, swap.quantity, swap.back) == ("AAPL", 5, None)
    assert plan.swaps is not None
    assert plan.swaps.cash_kept == 500


def test_dollars_are_neither_made_nor_lost_in_any_view_of_the_portfolio(tmp_path: Path) -> None:
    metal = "GLD,10,2025-03-04,5000,300,collectible,g\n"
    stocks = "NKE,33,2026-03-04,5000,61.5,stock,n\nKO,9,2020-01-02,9,60,stock,k\n"
    lots = f"{VTI}{metal}{stocks}"
    plan = swapped(write(tmp_path, lots, MET + OWN))
    assert plan.swaps is not None
    for rows in (plan.swaps.by_symbol, plan.swaps.by_asset_class, plan.swaps.by_holding):
        sums = {sum((getattr(row, when) for row in rows), Decimal(0)) for when in ("before", "during", "after")}
        assert sums == {plan.swaps.total}
        assert [row.before for row in rows if row.name is None] == [0]


# --- the files ---


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A household at Interactive Brokers in all but its files, and its plan in every format."""
    household = write(tmp_path_factory.mktemp("swaps"), VTI, MET + OWN)
    answer = invoke("plan", household, "--as-of", AS_OF, "--with-replacements", "--out", household / "out")
    assert answer.exit_code == ExitCode.DONE, answer.output
    return household


def test_the_trade_list_has_both_legs_and_is_read_back_as_the_plan(folder: Path) -> None:
    content = (folder / "out" / "trades.csv").read_text("utf-8-sig")
    sale, purchase = csv.DictReader(io.StringIO(content))
    assert (sale["action"], purchase["action"], purchase["symbol"], purchase["quantity"]) == (
        "sell",
        "buy",
        "SCHB",
        "428",
    )
    assert (purchase["replaces"], purchase["swap_back_on"]) == ("VTI", SAFE.isoformat())
    assert purchase["dividends_qualified_from"] == "2026-08-01"
    compared = invoke("compare", folder, "--as-of", AS_OF, "--sales", folder / "out" / "trades.csv")
    assert compared.exit_code == ExitCode.DONE, compared.output


def test_letter_calendar_and_workbook_have_both_legs(folder: Path) -> None:
    out = folder / "out"
    letter = " ".join((out / "lot-identification.txt").read_text("utf-8").split())
    assert "buy 428 sh SCHB, for VTI swap back from Thu Jul 2, 2026" in letter
    calendar = (out / "wash-sales.ics").read_text("utf-8").replace("\r\n ", "")
    assert "Buy 1 replacement" in calendar
    assert "May swap back: 1 replacement" in calendar
    book = openpyxl.load_workbook(out / "plan.xlsx")
    assert [cell.value for cell in book["Purchases"][2]][2:6] == ["VTI", "SCHB", 428, 70]
    assert book["Exposure"].max_row > 6


def test_the_basket_buys_after_it_sells(folder: Path) -> None:
    words = ("export", folder, "ibkr", "--account", "Broker", "--as-of", AS_OF, "--output", "-")
    sold, both = invoke(*words).stdout.splitlines(), invoke(*words, "--with-replacements").stdout.splitlines()
    assert both[:-1] == sold
    assert both[-1].startswith("BUY,428,SCHB,STK,SMART,USD,DAY,LMT,70")


@pytest.mark.parametrize("broker", ["schwab", "public"])
def test_orders_for_a_brokers_interface_buy_after_they_sell(folder: Path, broker: str) -> None:
    words = ("export", folder, broker, "--account", "Broker", "--as-of", AS_OF, "--output", "-")
    sold, both = (json.loads(invoke(*words, *more).stdout)["orders"] for more in ((), ("--with-replacements",)))
    assert both[:-1] == sold
    last = both[-1]
    assert (last["date"], last["account"], last["lots"]) == (AS_OF.isoformat(), "Broker", [])
    body = last["order"]
    if broker == "schwab":
        leg = {"instruction": "BUY", "quantity": 428, "instrument": {"symbol": "SCHB", "assetType": "EQUITY"}}
        assert body["orderLegCollection"] == [leg]
        assert (body["price"], "taxLotMethod" in body) == ("70.00", False)
    else:
        assert (body["orderSide"], body["quantity"], body["instrument"]["symbol"]) == ("BUY", "428", "SCHB")
        assert (body["limitPrice"], "taxLotMatchingInstructions" in body) == ("70.00", False)
        assert body["orderId"] != sold[0]["order"]["orderId"]


def test_orders_say_which_purchases_they_leave_out(tmp_path: Path) -> None:
    """No file has a price of SCHB, so no number of shares is known."""
    folder = write(tmp_path, VTI, MET + '[replacements]\nVTI = ["SCHB"]\n')
    words = ("export", folder, "schwab", "--account", "Broker", "--as-of", AS_OF, "--output", "-")
    answer = invoke(*words, "--with-replacements")
    assert len(json.loads(answer.stdout)["orders"]) == 1
    assert "purchases are left out" in answer.stderr
    assert "SCHB for VTI" in answer.stderr


def test_page_and_markdown_have_both_legs_and_the_exposure(folder: Path) -> None:
    markdown = (folder / "out" / "plan.md").read_text("utf-8")
    assert "| 2026-06-01 | Broker | VTI | 428 SCHB | $29,960.00 | 2026-07-02 | $1,198.40 |  |" in markdown
    assert "| cash | $0.00 | $40.00 |" in markdown
    page = (folder / "out" / "report.html").read_text("utf-8")
    table = page.partition('id="swaps-table"')[2].partition("</table>")[0]
    for cell in (
        "<b><bdi>SCHB</bdi></b>",
        ">428</td>",
        ">$29,960.00</td>",
        ">$1,198.40</td>",
        "2026-07-02",
        "2026-08-01",
    ):
        assert cell in table
    drift = "of the portfolio ($40.00) is in cash or something else."
    assert drift in page
    assert drift in markdown
    assert 'href="#swaps"' in page


def test_without_being_asked_neither_says_what_to_buy(folder: Path) -> None:
    for kind in ("html", "markdown"):
        written = invoke("export", folder, kind, "--as-of", AS_OF, "--output", "-").stdout
        assert "Buy with the proceeds" not in written
        assert 'id="swaps' not in written


def test_a_format_without_room_for_purchases_is_a_wrong_command_line(folder: Path) -> None:
    answer = invoke("export", folder, "form-8949", "--output", folder / "f.csv", "--with-replacements")
    assert answer.exit_code == 2
