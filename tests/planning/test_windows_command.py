"""`harvest windows`: the worked wash-sale cases as files, brokers' own figures beside them, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.ledger.year_to_date import year_so_far
from planner.loader import load_case
from rules.terms import Gains
from tests.ledger_cases import law_case, law_cases

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "married_jointly"\nordinary_income = 100_000\n'
ACTIONS = {"gift": "gift_in", "inheritance": "inherit", "transfer": "transfer_in", "drip": "reinvest"}
TERMS = {"ST": "short", "LT": "long"}
History = Iterable[Mapping[str, Any]]


def household(folder: Path, files: Mapping[str, str], more: str = "") -> Path:
    """A household with an account for each name; `name:kind:owner` says what it is, the text is its history."""
    text = TAXPAYER
    for n, (words, history) in enumerate(files.items()):
        name, _, rest = words.partition(":")
        kind, _, owner = rest.partition(":")
        text += f'\n[[accounts]]\nname = "{name}"\nkind = "{kind or "taxable"}"\nowner = "{owner or "taxpayer"}"\n'
        for key, content in (("transactions", history),) if isinstance(history, str) else history.items():
            (folder / f"{n}-{key}.csv").write_text(content, "utf-8")
            text += f'{key} = "{n}-{key}.csv"\n'
    (folder / "household.toml").write_text(text + more, "utf-8")
    return folder


def windows(folder: Path, as_of: str = "2027-03-31") -> dict[str, Any]:
    ran = CliRunner().invoke(app, ["windows", str(folder), "--as-of", as_of, "--json"])
    assert ran.exit_code == 0, ran.output
    document: dict[str, Any] = json.loads(ran.stdout, parse_float=Decimal, parse_int=Decimal)
    return document


def written(case: Mapping[str, Any]) -> dict[str, str]:
    """A worked case as one history a account; a sale of several lots is a row a lot, under one id."""
    transactions = case["inputs"]["transactions"]
    group = {t["id"]: t.get("group", "XYZ") for t in transactions if t["type"] == "buy"}
    rows: dict[str, list[list[Any]]] = {}
    for t in transactions:
        kind = t.get("kind", "taxable")
        owner = (
            "spouse" if kind == "spouse_ira" or t.get("account") == "W" or t.get("owner") == "spouse" else "taxpayer"
        )
        account = f"{t.get('account', 'A')}:{kind.removeprefix('spouse_')}:{owner}"
        mine = rows.setdefault(account, [])
        if t["type"] == "buy":
            action = ACTIONS.get(t.get("how", ""), "buy")
            mine.append([t["id"], t["date"], action, group[t["id"]], t["qty"], t["amount"], t["id"]])
            continue
        for lot_id, units in t["lots"].items():
            mine.append([t["id"], t["date"], "sell", group[lot_id], units, t["amount"] * units / t["qty"], lot_id])
    files = {}
    for account, history in rows.items():
        lines = ["id,date,action,symbol,quantity,amount,lot_id,asset_class"]
        files[account] = "\n".join([*lines, *(",".join(map(str, [*row, "stock"])) for row in history)])
    return files


@pytest.mark.parametrize("case", law_cases("wash_sale"), ids=lambda case: case["id"])
def test_worked_case_through_files(case, tmp_path):
    document = windows(household(tmp_path, written(case)))
    sales = {sale["id"]: sale for sale in document["sales"]}
    assert set(sales) == set(case["expected"]["sales"])
    for sale_id, expected in case["expected"]["sales"].items():
        sale = sales[sale_id]
        assert sale["gain_before_wash"] == expected["gain_before_wash"]
        assert sale["disallowed_loss"] == expected["disallowed"]
        assert sale["permanently_lost"] == expected["permanently_lost"]
        assert sale["recognized"] == expected["recognized"]
        lots = {lot["lot_id"]: lot for lot in sale["by_lot"]}
        assert set(lots) == set(expected["by_lot"])
        for lot_id, figures in expected["by_lot"].items():
            assert lots[lot_id]["gain_before_wash"] == figures["gain_before_wash"]
            assert lots[lot_id]["disallowed_loss"] == figures["disallowed"]
            assert lots[lot_id]["recognized"] == figures["recognized"]
            assert lots[lot_id]["character"] == TERMS[figures["term"]]
    held: dict[str, list[dict[str, Any]]] = {}
    for lot in document["lots"]:
        held.setdefault(lot["lot_id"], []).append(lot)
    assert set(held) == set(case["expected"]["lots"])
    for lot_id, expected in case["expected"]["lots"].items():
        pieces = held[lot_id]
        assert sum(piece["quantity"] for piece in pieces) == expected["qty"]
        assert sum(piece["basis"] for piece in pieces) == expected["basis"]
        assert sum(piece["washed_quantity"] for piece in pieces) == expected["washed_qty"]
        days = [date.fromisoformat(p["acquired"]) - date.fromisoformat(p["holding_since"]) for p in pieces]
        assert max(days).days == expected["tack_days"]
        assert all(piece["washed_quantity"] in (0, piece["quantity"]) for piece in pieces), "washed and unwashed parts"


def test_the_keys_are_those_of_the_contract_in_their_order(tmp_path):
    document = windows(household(tmp_path, written(law_case("US-WS-013"))), "2026-12-24")
    assert list(document)[:4] == ["schema", "sales", "lots", "windows"]
    assert document["schema"] == "harvest.windows/1"
    sale_keys = "id date account symbol quantity gain_before_wash disallowed_loss permanently_lost recognized by_lot"
    assert list(document["sales"][0])[:10] == sale_keys.split()
    lot_keys = "lot_id quantity gain_before_wash disallowed_loss recognized character"
    assert list(document["sales"][0]["by_lot"][0])[:6] == lot_keys.split()
    held_keys = "lot_id account symbol quantity basis acquired holding_since washed_quantity"
    assert list(document["lots"][0]) == held_keys.split()


HEADER = "date,action,symbol,quantity,amount\n"
SOLD_AT_A_LOSS = HEADER + "2025-01-06,buy,ABC,10,1000\n2026-12-01,sell,ABC,10,800\n"


def test_a_window_is_open_while_a_purchase_could_still_cost_the_loss(tmp_path):
    folder = household(tmp_path, {"A": SOLD_AT_A_LOSS})
    (window,) = windows(folder, "2026-12-08")["windows"]
    assert (window["symbol"], window["first"], window["last"], window["safe_on"]) == (
        "ABC",
        "2026-11-01",
        "2026-12-31",
        "2027-01-01",
    )
    assert "$200.00" in window["because"]
    assert windows(folder, "2026-12-31")["windows"]
    assert not windows(folder, "2027-01-01")["windows"]


def test_no_window_is_open_for_a_loss_wholly_disallowed(tmp_path):
    folder = household(tmp_path, {"A": SOLD_AT_A_LOSS + "2026-12-03,buy,ABC,10,810\n"})
    assert not windows(folder, "2026-12-08")["windows"]


def test_securities_the_user_holds_identical_are_washed_and_watched(tmp_path):
    wash = '[wash_sale]\nidentical = [["ABC", "ABD"]]\n'
    folder = household(tmp_path, {"A": SOLD_AT_A_LOSS, "B": HEADER + "2026-12-03,buy,ABD,4,320\n"}, wash)
    document = windows(folder, "2026-12-08")
    assert document["sales"][0]["disallowed_loss"] == 80
    assert [window["symbol"] for window in document["windows"]] == ["ABC", "ABD"]


PLANNED = '[[planned_purchases]]\ndate = {}\naccount = "A"\nsymbol = "ABC"\nquantity = 3\n'


def test_planned_purchases_inside_a_window_are_listed_and_drawn(tmp_path):
    days = ("2026-12-07", "2026-12-08", "2026-12-31", "2027-01-01")  # gone by, inside, inside, safe
    folder = household(tmp_path, {"A": SOLD_AT_A_LOSS}, "".join(map(PLANNED.format, days)))
    (window,) = windows(folder, "2026-12-08")["windows"]
    assert [(s["date"], s["costs"]) for s in window["scheduled"]] == [("2026-12-08", None), ("2026-12-31", None)]
    assert (window["accounts"], window["sold"], window["identical_to"]) == (["A"], ["2026-12-01"], None)
    screen = CliRunner().invoke(app, ["windows", str(folder), "--as-of", "2026-12-08"], env={"COLUMNS": None}).output
    assert f"  ABC          {'─' * 30}S{'─' * 6}P{'─' * 22}PO\n" in screen
    assert "2026-12-31  A        ABC            3  2027-01-01" in screen


def test_share_classes_that_nobody_holds_stand_in_the_row_of_what_was_sold(tmp_path):
    files = {"A": SOLD_AT_A_LOSS.replace("ABC", "VTI")}
    folder = household(tmp_path, files)
    assert "VTSAX" in {window["symbol"] for window in windows(folder, "2026-12-08")["windows"]}
    screen = CliRunner().invoke(app, ["windows", str(folder), "--as-of", "2026-12-08"], env={"COLUMNS": None}).output
    assert "also VITSX, VSMPX, VTSAX, VTSMX (substantially identical)" in screen


@pytest.mark.parametrize(("covered", "disallowed"), [("false", 0), ("true", 30_000)])
def test_coins_are_washed_only_where_a_bill_is_supposed_to_be_law(tmp_path, covered, disallowed):
    history = HEADER + "2026-01-02,buy,BTC,0.5,60000\n2026-06-10,sell,BTC,0.5,30000\n2026-06-10,buy,BTC,0.5,30000\n"
    document = windows(household(tmp_path, {"Wallet": history}, f"[wash_sale]\ncrypto = {covered}\n"))
    (sale,) = document["sales"]
    assert (sale["disallowed_loss"], sale["reached_by_1091"]) == (disallowed, covered == "true")


def test_a_call_bought_in_a_retirement_account_takes_the_loss_of_a_hundred_shares_for_good(tmp_path):
    history = HEADER + "2025-01-06,buy,BRK.B,150,60000\n2026-06-10,sell,BRK.B,150,45000\n"
    call = HEADER + "2026-06-15,buy,BRKB 01/15/2027 400.00 C,1,900\n"
    (sale,) = windows(household(tmp_path, {"A": history, "R:roth_ira": call}))["sales"]
    assert (sale["disallowed_loss"], sale["permanently_lost"], sale["recognized"]) == (10_000, 10_000, -5_000)


# --- the words of what is refused ---


def refused(folder: Path) -> str:
    ran = CliRunner().invoke(app, ["windows", str(folder), "--as-of", "2026-12-08"])
    assert ran.exit_code == 1
    return ran.output


def left_out(folder: Path) -> str:
    document = windows(folder)
    assert not document["sales"]
    return "\n".join(caution["text"] for caution in document["cautions"])


def test_more_sold_than_was_ever_bought_is_left_out_with_its_line(tmp_path):
    history = HEADER + "2026-01-05,buy,ABC,10,1000\n2026-02-05,sell,ABC,12,900\n2026-03-05,sell,DEF,1,5\n"
    text = left_out(household(tmp_path, {"A": history}))
    assert "0-transactions.csv:3: 2 ABC more than A held on 2026-02-05: the history of ABC in A is unclear" in text
    assert "0-transactions.csv:4: 1 DEF more" in text, "all of them together"


def test_the_gain_of_what_came_without_a_basis_is_not_counted(tmp_path):
    text = left_out(household(tmp_path, {"A": HEADER + "2026-01-05,gift_in,ABC,10,0\n2026-02-05,sell,ABC,5,900\n"}))
    assert "0-transactions.csv:3: 5 ABC sold in A" in text
    assert "the basis of lot A:ABC:2026-01-05:1 is not known" in text


def test_one_lot_id_for_two_purchases_is_refused(tmp_path):
    rows = "2026-01-05,buy,ABC,10,1000,L1\n2026-02-05,buy,ABC,5,900,L1\n"
    text = refused(household(tmp_path, {"A": HEADER.strip() + ",lot_id\n" + rows}))
    assert "0-transactions.csv:3: `lot_id` `L1` is that of ABC bought on 2026-01-05 (0-transactions.csv:2)" in text


@pytest.mark.parametrize(
    "other",
    ["2026-02-05,buy,ABC,5,450,L1\n", "2026-01-05,buy,ABC,5,450,L1\n", "2026-01-05,buy,DEF,5,450,L1\n"],
    ids=["another day", "the same day", "another security"],
)
@pytest.mark.parametrize("lists", [False, True])
def test_one_lot_id_for_purchases_of_two_accounts_is_refused(tmp_path, other, lists):
    """Brokers that number their lots from one: taken for one purchase, the two would not wash one another's losses."""
    header = HEADER.strip() + ",lot_id\n"
    second = {"transactions": header + other} | ({"lots": LOTS + "ZZZ,1,2026-01-01,1,1,stock\n"} if lists else {})
    first = header + "2026-01-05,buy,ABC,10,1000,L1\n2026-01-20,sell,ABC,8,700,L1\n"
    text = refused(household(tmp_path, {"A": first, "B": second}))
    assert "1-transactions.csv:2: `lot_id` `L1` is that of ABC bought on 2026-01-05 (0-transactions.csv:2)" in text


def test_one_lot_id_for_two_purchases_of_an_account_that_lists_lots_is_refused(tmp_path):
    rows = "2026-01-05,buy,ABC,10,1000,L1\n2026-01-20,sell,ABC,10,700,L1\n2026-02-05,buy,ABC,5,450,L1\n"
    files = {"transactions": HEADER.strip() + ",lot_id\n" + rows, "lots": LOTS + "ZZZ,1,2026-01-01,1,1,stock\n"}
    assert "0-transactions.csv:4: `lot_id` `L1` is that of ABC" in refused(household(tmp_path, {"A": files}))


def test_the_fills_of_one_order_may_share_a_lot_id(tmp_path):
    rows = "2026-01-05,buy,ABC,10,1000,L1\n2026-01-05,buy,ABC,5,490,L1\n2026-01-20,sell,ABC,8,700,L1\n"
    (sale,) = windows(household(tmp_path, {"A": HEADER.strip() + ",lot_id\n" + rows}))["sales"]
    assert sale["disallowed_loss"] == 0, "one lot never replaces itself: Rev. Rul. 56-602"


# --- transfers and splits in files ---


def test_a_transfer_between_own_accounts_takes_the_lot_along(tmp_path):
    first = HEADER + "2025-01-06,buy,ABC,10,1000\n2026-05-04,transfer_out,ABC,10,0\n"
    second = HEADER + "2026-05-06,transfer_in,ABC,10,0\n2026-05-20,sell,ABC,10,700\n"
    (sale,) = windows(household(tmp_path, {"A": first, "B": second}))["sales"]
    assert (sale["account"], sale["recognized"], sale["by_lot"][0]["character"]) == ("B", -300, "long")
    assert sale["by_lot"][0]["lot_id"] == "A:ABC:2025-01-06:1"


def test_a_split_between_sale_and_purchase_in_two_accounts(tmp_path):
    first = HEADER + "2025-01-06,buy,ABC,12,1200\n2026-06-10,sell,ABC,10,800\n2026-06-15,split,ABC,2,0\n"
    second = HEADER + "2026-06-20,buy,ABC,10,400\n"
    document = windows(household(tmp_path, {"A": first, "B": second}))
    assert document["sales"][0]["disallowed_loss"] == 100
    assert [(lot["quantity"], lot["basis"]) for lot in document["lots"]] == [(4, 200), (10, 500)]


# --- brokers' own figures ---

LOTS = "symbol,quantity,acquired,basis,price,asset_class\n"
REALIZED = "symbol,quantity,acquired,sold,proceeds,basis,disallowed_loss,asset_class\n"


def test_a_sale_in_the_transactions_and_in_the_realized_file_is_one_sale(tmp_path):
    files = {
        "transactions": "id," + HEADER + "t1,2026-06-10,sell,ABC,100,4000\n",
        "realized": REALIZED + "ABC,60,2025-01-06,2026-06-10,2400,3000,,stock\n"
        "ABC,40,2026-02-03,2026-06-10,1600,2400,,\n",
        "lots": LOTS + "ABC,50,2026-03-02,2500,40,stock\n",
    }
    folder = household(tmp_path, {"A": files})
    (sale,) = windows(folder)["sales"]
    assert (sale["id"], sale["quantity"], sale["recognized"]) == ("t1", 100, -1_400)
    assert [(lot["quantity"], lot["character"]) for lot in sale["by_lot"]] == [(60, "long"), (40, "short")]
    case = load_case(folder, as_of=date(2026, 12, 8), planning=False)
    assert year_so_far(case).gains == Gains(short_term=Decimal(-800), long_term=Decimal(-600))


def test_a_sale_in_both_files_of_an_account_without_lots_is_one_sale_of_the_lots_named_there(tmp_path):
    history = HEADER + "2025-01-06,buy,ABC,60,3000\n2026-02-03,buy,ABC,60,3600\n2026-06-10,sell,ABC,40,1600\n"
    files = {"transactions": history, "realized": REALIZED + "ABC,40,2026-02-03,2026-06-10,1600,2400,,stock\n"}
    document = windows(household(tmp_path, {"A": files}))
    (sale,) = document["sales"]
    assert (sale["recognized"], sale["by_lot"][0]["lot_id"]) == (-800, "A:ABC:2026-02-03:1")
    assert [lot["quantity"] for lot in document["lots"]] == [60, 20]


def test_a_loss_only_in_a_realized_file_is_washed_by_a_purchase_in_the_ira_and_the_difference_is_listed(tmp_path):
    files = {"realized": REALIZED + "ABC,100,2025-01-06,2026-06-10,4000,5000,0,stock\n"}
    ira = HEADER + "2026-06-15,buy,ABC,50,2000\n"
    document = windows(household(tmp_path, {"A": files, "R:ira": ira}))
    (sale,) = document["sales"]
    assert (sale["disallowed_loss"], sale["permanently_lost"], sale["recognized"]) == (500, 500, -500)
    assert document["differences"] == [
        {"account": "A", "symbol": "ABC", "date": "2026-06-10", "stated_disallowed_loss": 0, "disallowed_loss": 500}
    ]
    text = next(caution["text"] for caution in document["cautions"] if caution["code"] == "disallowed_differs")
    assert "A reports $0.00 as disallowed" in text
    assert "disallow $500.00" in text
    assert "it sees purchases of the same security in the same account only" in text


def test_the_reason_of_a_difference_is_what_the_broker_could_see(tmp_path):
    """Of $500, 20 of 50 shares were bought in the account of the sale: Reg. § 1.6045-1(d)(6)(iii)(A)."""
    history = HEADER + "2025-01-06,buy,ABC,100,5000\n2026-06-10,sell,ABC,100,4000\n2026-06-12,buy,ABC,20,800\n"
    files = {"transactions": history, "realized": REALIZED + "ABC,100,2025-01-06,2026-06-10,4000,5000,0,stock\n"}
    for ira, said in (("30", "the purchase for $200.00 is in this same account"), ("", "the purchase is in this same")):
        rows = f"2026-06-15,buy,ABC,{ira},1200\n" if ira else "2026-06-15,buy,XYZ,1,10\n"
        document = windows(household(tmp_path, {"A": files, "R:ira": HEADER + rows}))
        (text,) = [caution["text"] for caution in document["cautions"] if caution["code"] == "disallowed_differs"]
        assert said in text
        assert "same account only" not in text


def test_what_a_broker_disallowed_for_an_unseen_purchase_stands_and_is_listed(tmp_path):
    files = {"realized": REALIZED + "ABC,100,2025-01-06,2026-06-10,4000,5000,250,stock\n"}
    document = windows(household(tmp_path, {"A": files}))
    assert document["sales"][0]["recognized"] == -750
    assert document["differences"][0]["stated_disallowed_loss"] == 250


def test_a_disallowance_that_a_listed_basis_already_holds_is_not_added_twice(tmp_path):
    files = {
        "realized": REALIZED + "ABC,100,2025-01-06,2026-06-10,4000,5000,1000,stock\n",
        "lots": LOTS + "ABC,100,2026-06-15,5100,40,stock\n",
    }
    document = windows(household(tmp_path, {"A": files}))
    assert document["sales"][0]["disallowed_loss"] == 1_000
    assert [(lot["basis"], lot["washed_quantity"]) for lot in document["lots"]] == [(5_100, 100)]
    assert not document["differences"]


def test_the_rest_of_a_listed_lot_does_not_replace_the_part_sold(tmp_path):
    """Rev. Rul. 56-602: what the realized file and the lots file show of one day is one purchase."""
    files = {
        "realized": REALIZED + "ABC,100,2026-03-02,2026-03-16,1700,2000,0,stock\n",
        "lots": LOTS + "ABC,100,2026-03-02,2000,17,stock\n",
    }
    assert windows(household(tmp_path, {"A": files}))["sales"][0]["disallowed_loss"] == 0


def test_lots_as_listed_are_not_sold_again_by_a_history_that_begins_late(tmp_path):
    files = {
        "transactions": HEADER + "2026-06-10,sell,ABC,100,4000\n",
        "lots": LOTS + "ABC,50,2025-03-02,2500,40,stock\n",
    }
    document = windows(household(tmp_path, {"A": files}))
    assert not document["sales"]
    assert [lot["quantity"] for lot in document["lots"]] == [50]
    assert "sale_not_explained" in {caution["code"] for caution in document["cautions"]}


def test_bought_and_sold_in_a_history_beside_listed_lots(tmp_path):
    files = {
        "transactions": HEADER + "2026-06-01,buy,ABC,30,1500\n2026-06-20,sell,ABC,10,400\n",
        "lots": LOTS + "ABC,20,2026-06-01,1000,40,stock\n",
    }
    document = windows(household(tmp_path, {"A": files}))
    (sale,) = document["sales"]
    assert (sale["recognized"], sale["disallowed_loss"]) == (-100, 0), "the rest of the lot is no replacement"
    assert [(lot["quantity"], lot["basis"]) for lot in document["lots"]] == [(20, 1_000)]


def test_one_contract_sold_in_two_spellings_is_one_window(tmp_path):
    sold = HEADER + "2026-10-01,buy,{0},1,700\n2026-12-01,sell,{0},1,500\n"
    files = {"A": sold.format("NKE  270115C00065000"), "B": sold.format("NKE 01/15/2027 65 CALL")}
    (window,) = windows(household(tmp_path, files), "2026-12-08")["windows"]
    assert "$400.00 of it is at stake" in window["because"]


# --- what was not seen ---


def test_an_account_without_files_is_never_clear(tmp_path):
    folder = household(tmp_path, {"A": SOLD_AT_A_LOSS, "R:ira": {}})
    texts = [c["text"] for c in windows(folder)["cautions"] if c["code"] == "coverage_incomplete"]
    assert [text[:2] for text in texts if "no file of this account was given" in text] == ["R:"]
    assert len([text for text in texts if text.startswith("R:")]) == 1


@pytest.mark.parametrize(("last", "told"), [("2025-11-03", True), ("2025-11-05", False)])
def test_a_history_that_ends_a_year_before_the_window_is_not_clear(tmp_path, last, told):
    """The loss is of 4 December 2026, its window opens on 4 November."""
    sold = HEADER + "2025-01-02,buy,ABC,10,1000\n2026-12-04,sell,ABC,10,700\n"
    folder = household(tmp_path, {"A": sold, "B": HEADER + f"2023-01-03,buy,DEF,1,9\n{last},buy,DEF,1,9\n"})
    texts = [c["text"] for c in windows(folder)["cautions"] if "of what was sold at a loss" in c["text"]]
    assert [text for text in texts if text.startswith("B:") and f"its transactions end on {last}" in text] == texts
    assert bool(texts) is told


def test_an_older_recent_lot_that_replaces_a_newer_is_told_with_its_open_reading(tmp_path):
    """C2: the loss is taken to be disallowed, and the screen says that this is open."""
    rows = "2026-11-10,buy,ABC,10,1000\n2026-11-20,buy,ABC,10,1200\n2026-12-01,sell,ABC,10,900\n"
    header, lots = HEADER.strip() + ",lot_id\n", ("old", "new", "new")
    text = header + "".join(f"{row},{lot}\n" for row, lot in zip(rows.splitlines(), lots, strict=True))
    shown = CliRunner().invoke(app, ["windows", str(household(tmp_path, {"A": text})), "--as-of", "2026-12-08"]).stdout
    assert "$300.00 disallowed" in shown
    assert "I-02" in shown


def test_the_screen(tmp_path):
    files = {"A": SOLD_AT_A_LOSS, "R:roth_ira": HEADER + "2026-10-30,buy,DEF,1,9\n2026-12-03,buy,ABC,4,320\n"}
    ran = CliRunner().invoke(app, ["windows", str(household(tmp_path, files)), "--as-of", "2026-12-08"])
    assert ran.exit_code == 0
    text = " ".join(ran.output.split())
    assert "Do not buy" in text
    assert "ABC 2026-11-01 2026-12-31 2027-01-01 sold at a loss, last on 2026-12-01; $120.00" in text
    assert "2026-12-01 A 10 ABC -$200.00 $80.00 -$120.00 long" in text
    assert "4 replaced by ABC bought on 2026-12-03 in R: $80.00 disallowed, permanently lost" in text
    assert "Rev. Rul. 2008-5" in text


def test_the_last_day_to_double_up_is_told_while_it_is_to_come(tmp_path):
    folder = household(tmp_path, {"A": SOLD_AT_A_LOSS})
    said = [
        " ".join(CliRunner().invoke(app, ["windows", str(folder), "--as-of", day]).output.split())
        for day in ("2026-12-01", "2026-12-08")
    ]
    assert not any("double up" in text for text in said)
    (folder / "0-transactions.csv").write_text(HEADER + "2025-01-06,buy,ABC,10,1000\n", "utf-8")
    text = " ".join(CliRunner().invoke(app, ["windows", str(folder), "--as-of", "2026-11-30"]).output.split())
    assert "To sell at a loss on Thu Dec 31, 2026" in text
    assert "by Mon Nov 30, 2026, the last day to double up" in text
