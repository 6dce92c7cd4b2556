"""Trade list, basket, letter and Markdown, read back by what would read them; a file's text stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from markdown_it import MarkdownIt

from planner.analysis.lot_orders import LotOrder, custody_of, lot_orders
from planner.domain.case import Case, FileRead
from planner.domain.errors import Caution, InputError
from planner.domain.household import Account
from planner.domain.plan import Plan, Sale, Status
from planner.domain.portfolio import Holding
from planner.domain.visible_text import visible
from planner.report.files.basket import basket_account, basket_file
from planner.report.files.csv_file import csv_file
from planner.report.files.letter import letter_file
from planner.report.files.markdown import markdown_file, plain
from planner.report.files.orders import trades_file
from rules.terms import AssetClass, Custody, Lot
from tests.reporting.made_plans import COINS, WASHED, made_case, made_plan, sale

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1"]
FUND = replace(sale("Schwab:VTIAX:2026-01-22:1", symbol="VTIAX"), asset_class=AssetClass.FUND)


def case_of(*sales: Sale, **changes: object) -> Case:
    """A case that holds twice what is sold of each lot in part, and just that of each other."""
    held = []
    for sold in sales:
        more = 1 if sold.whole_lot else 2
        lot = Lot(
            sold.lot_id, sold.account, sold.symbol, sold.asset_class, sold.quantity * more, date(2026, 1, 22),
            sold.basis * more,
        )  # fmt: skip
        held.append(Holding(lot, sold.proceeds / sold.quantity, "lots.csv:2"))
    return replace(made_case(held), **changes)  # type: ignore[arg-type]


def orders_of(*sales: Sale) -> Sequence[LotOrder]:
    return lot_orders(made_plan(*sales), case_of(*sales))


def rows(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def letter(*sales: Sale, **changes: object) -> str:
    """Unwrapped."""
    return " ".join(letter_file(orders_of(*sales), case_of(*sales, **changes)).decode().split())


def html(plan: Plan, case: Case) -> str:
    return MarkdownIt("commonmark").enable("table").render(markdown_file(plan, case).decode())


# --- the trade list ---


def test_a_trade_names_its_lot_as_the_broker_lists_it() -> None:
    (row,) = rows(trades_file(orders_of(WASHED)))
    assert row["date"] == "2026-12-15"
    assert (row["action"], row["quantity"], row["symbol"]) == ("sell", "25.5", "BND")
    assert (row["basis"], row["estimated_proceeds"], row["estimated_gain"]) == ("10500.00", "10000.00", "-500.00")
    assert (row["disallowed_loss"], row["permanently_lost"]) == ("50.00", "20.00")
    assert row["wash_state"] == "permanently_lost"
    assert row["lot_identification"] == (
        "Specific lot: 25.5 sh acquired 2026-01-22, cost $10,500.00; identify before execution"
    )


def test_a_fund_has_no_price_to_wait_for_and_a_coin_no_window() -> None:
    coins, fund = sorted(rows(trades_file(orders_of(FUND, COINS))), key=lambda row: row["symbol"])
    assert fund["order"] == "Sell 25.5 sh VTIAX at the day's closing price"
    assert coins["order"].startswith("Sell 0.00000001 BTC, last price ")
    assert coins["quantity"] == "0.00000001"
    assert (coins["wash_state"], coins["rebuy_on"]) == ("", "")


def test_what_a_loss_from_another_account_added_is_not_in_the_brokers_cost() -> None:
    """The broker lists 40 shares at 4,000; 10 of them carry 500 of a spouse's disallowed loss and are sold alone."""
    sold = replace(
        sale("A:X:1 (replacement)"), part_of="A:X:1", quantity=Decimal(10), basis=Decimal("1500.00"), whole_lot=True
    )
    lot = Lot("A:X:1", "Schwab", "VXUS", AssetClass.ETF, Decimal(40), date(2026, 11, 20), Decimal("4000.00"))
    (order,) = lot_orders(made_plan(sold), made_case([Holding(lot, Decimal(90), "lots.csv:2")]))
    assert (order.listed_quantity, order.listed_basis) == (40, Decimal("1000.00"))
    assert order.sale.basis == Decimal("1500.00")
    assert "cost $1,000.00" in rows(trades_file([order]))[0]["lot_identification"]


def test_of_a_gift_the_broker_lists_the_giver_s_cost() -> None:
    sold = replace(sale("g"), basis=Decimal("800.00"))
    lot = Lot(
        "g", "Schwab", "VXUS", AssetClass.ETF, sold.quantity, date(2026, 1, 22), Decimal("900.00"),
        loss_basis=Decimal("800.00"),
    )  # fmt: skip
    (order,) = lot_orders(made_plan(sold), made_case([Holding(lot, Decimal(90), "lots.csv:2")]))
    assert (order.gift, order.listed_basis) == (True, Decimal("900.00"))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_and_numbers_stay_numbers(text: str) -> None:
    written = csv_file(["a", "b"], [[text, Decimal("-5.50")]]).decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(written, newline=""))
    assert row == [visible(text) if text[0] in "\t\r" else f"'{text}", "-5.50"]


# --- the basket ---


def test_a_basket_row_is_what_tws_reads() -> None:
    whole = replace(sale("Schwab:VXUS:2026-01-22:1"), quantity=Decimal(25), proceeds=Decimal("1876.125"))
    basket = basket_file(orders_of(whole), "Schwab")
    assert basket.left_out == ()
    header, row = basket.content.decode().splitlines()
    assert header == (
        "Action,Quantity,Symbol,SecType,Exchange,Currency,TimeInForce,OrderType,LmtPrice,BasketTag,OrderRef"
    )
    assert row == "SELL,25,VXUS,STK,SMART,USD,DAY,LMT,75.05,harvest-2026-12-15,Schwab:VXUS:2026-01-22:1"


def test_what_a_basket_cannot_carry_is_said_and_other_accounts_stay_out() -> None:
    whole = replace(sale("a, b"), quantity=Decimal(2))
    bond = replace(sale("bond"), asset_class=AssetClass.BOND)
    basket = basket_file(orders_of(whole, sale("fraction"), bond, FUND, COINS), "Schwab")
    assert [row["OrderRef"] for row in rows(basket.content, "utf-8")] == ["a__b"]
    (said,) = basket.left_out
    assert "(bond: 1 lot, fraction of a share: 1 lot, mutual fund: 1 lot)" in said


def test_the_account_of_a_basket_is_the_one_whose_files_are_that_brokers() -> None:
    def read(account: str, layout: str) -> FileRead:
        return FileRead("f", account, layout, "lots", 1)

    one = (read("Schwab", "schwab_lot_details"), read("IB", "ibkr_flex_xml"), read("IB", "ibkr_activity_csv"))
    assert basket_account(case_of(files=one)) == "IB"
    for files in ((), (*one, read("IB 2", "ibkr_flex_xml"), read("IB, IB 2", "ibkr_flex_xml"))):
        with pytest.raises(InputError, match="--account NAME"):
            basket_account(case_of(files=files))


# --- the letter ---


def test_a_letter_names_each_lot_and_asks_for_a_confirmation() -> None:
    said = letter(WASHED)
    assert "To: Schwab" in said
    assert (
        "1. Tue Dec 15, 2026: sell 25.5 sh BND part of the lot of 51, acquired on 2026-01-22, cost $10,500.00" in said
    )
    assert "confirm in writing" in said
    assert "§ 1.1012-1(c)(3)" in said
    assert "average basis" not in said
    assert "average basis" in letter(FUND)


def test_coins_of_ones_own_are_recorded_and_coins_at_a_broker_are_named_to_it() -> None:
    own = letter(COINS)
    assert "Record of identification, for my own books: Wallet" in own
    assert "(j)(3)(i)" in own
    kept = replace(made_case().household, accounts=(Account("Wallet", custody=Custody.BROKER),))
    at_broker = letter(COINS, household=kept)
    assert "To: Wallet" in at_broker
    assert "(j)(3)(ii)" in at_broker
    assert "Notice 2026-20" in at_broker
    assert "Notice 2026-20" not in letter(replace(COINS, date=date(2027, 1, 4)), household=kept)


def test_who_keeps_an_account_is_told_by_what_is_in_it() -> None:
    case, wallet = case_of(COINS), Account("Wallet")
    assert custody_of(wallet, case) is Custody.SELF
    assert custody_of(replace(wallet, custody=Custody.BROKER), case) is Custody.BROKER
    assert custody_of(Account("Schwab"), case_of(WASHED)) is Custody.BROKER
    assert custody_of(wallet, case_of(COINS, sale("x", account="Wallet"))) is Custody.BROKER
    theirs = (FileRead("f", "Wallet", "coinbase_transactions", "transactions", 1),)
    assert custody_of(wallet, replace(case, files=theirs)) is Custody.BROKER
    ours = (FileRead("f", "Wallet", "harvest_lots", "lots", 1),)
    assert custody_of(wallet, replace(case, files=ours)) is Custody.SELF


def test_nothing_to_sell_is_said() -> None:
    assert "sells nothing" in letter()


# --- Markdown ---


def test_markdown_is_a_page_with_tables_and_the_sums_of_the_plan() -> None:
    page = html(made_plan(WASHED, COINS), case_of(WASHED, COINS))
    assert page.count("<table>") == 7
    assert "<strong>Net benefit: $3,474.14</strong>" in page
    assert "All accounts: proceeds $20,000.00, loss $9,265.43. Loss disallowed by § 1091: $50.00." in page


def test_markdown_names_the_purchases_that_stay_and_tempts_nobody_to_buy_coins_back() -> None:
    text = markdown_file(made_plan(WASHED, COINS), case_of(WASHED, COINS)).decode()
    stays = text.partition("## Planned purchases that remain")[2].partition("## ")[0]
    assert "| 2026-12-30 | Schwab | VXUS | 3.5 | $12.34 | 2027-01-15 |" in stays
    assert "at once" not in text
    assert "| short | no wash-sale rule |" in text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "a|b", "[x](http://evil)", "**bold**", "![x](y)", "`code`", "&lt;", "# head",
        "1. one", "- item", "+ item", "a\n\n# b", "\\", "~~x~~", "https://evil.example", "> quote", "===",
    ],
)  # fmt: skip
def test_text_of_a_file_stays_text(text: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(plain(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert "".join(child.content for child in tokens[1].children or ()) == " ".join(text.split())
    assert {child.type for child in tokens[1].children or ()} <= {"text", "text_special"}


def test_a_hostile_name_in_a_plan_stays_in_its_cell() -> None:
    bad = replace(WASHED, lot_id="x|<img src=x onerror=alert(1)>", account="# [a](b)")
    plan = replace(made_plan(bad), cautions=(Caution("code", "<b>BTC</b> *x*"),))
    page = html(plan, case_of(bad))
    assert "<img" not in page
    assert "<b>" not in page
    assert "<a " not in page
    assert "x|&lt;img src=x onerror=alert(1)&gt;" in page


def test_a_plan_that_sells_nothing_is_said_so() -> None:
    assert "Nothing to sell" in html(made_plan(), made_case())
    assert "NOT PROVEN" in html(made_plan(status=Status.UNPROVEN), made_case())
