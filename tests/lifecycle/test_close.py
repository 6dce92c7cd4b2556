"""`harvest close`: what one year hands to the next, and the forms of a year that is over."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from lifecycle_commands import invoke

TOML = """
[taxpayer]
tax_year = 2025
filing_status = "single"
ordinary_income = 90_000
[carryover]
long_term = 1_000
[[accounts]]
name = "Broker"
transactions = "history.csv"
[[accounts]]
name = "Roth"
kind = "roth_ira"
transactions = "roth.csv"
[[planned_purchases]]
date = 2025-12-30
account = "Broker"
symbol = "OLD"
quantity = 1
[[planned_purchases]]
date = 2026-03-30
account = "Roth"
symbol = "NEW"
quantity = 2
[plan]
sale_date = 2025-12-15
keep = ["KEEP"]
[scenarios."Crypto under § 1091"]
wash_sale.crypto = true
"""
# 100 AAA at a loss of $2,000 on 22 December, 40 of them bought back on 6 January: $800 moves into these 40.
HISTORY = """date,action,symbol,quantity,amount,lot_id
2024-02-05,buy,AAA,100,6000,A1
2024-03-05,buy,BBB,50,5000,B1
2024-04-05,buy,KEEP,10,1000,K1
2025-05-05,sell,BBB,20,1000,B1
2025-12-22,sell,AAA,100,4000,A1
2026-01-06,buy,AAA,40,1640,A2
"""
ROTH = "date,action,symbol,quantity,amount\n2024-01-02,buy,YYY,1,10\n"
PRICES = "symbol,price\nAAA,41\nBBB,60\nKEEP,90\nYYY,9\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    files = {"household.toml": TOML, "history.csv": HISTORY, "roth.csv": ROTH, "prices.csv": PRICES}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def closed(home: Path, as_of: str = "2026-02-10") -> Path:
    folder = home.parent / f"next-{as_of}"
    answer = invoke("close", home, "--output", folder, "--as-of", as_of)
    assert answer.exit_code == 0, answer.output
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8"))))


def document(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "household.toml").read_text("utf-8"))


def test_carryovers_go_on_by_the_worksheet(home: Path) -> None:
    """$2,000 less $800 washed, $1,000 on BBB and $1,000 carried in: a net loss of $3,200, of which $200 is left."""
    toml = document(closed(home))
    assert toml["taxpayer"]["tax_year"] == 2026
    assert toml["carryover"] == {"short_term": 0, "long_term": 200}
    assert toml["taxpayer"]["assumed"] == ["ordinary_income"]


def test_a_sale_left_out_is_said_beside_the_carryovers(home: Path) -> None:
    """The history has a sale of 10 QQQ and no purchase: its basis is not known, so the carryover may be another."""
    (home / "history.csv").write_text(HISTORY + "2025-11-03,sell,QQQ,10,5000,\n", "utf-8")
    answer = invoke("close", home, "--output", home.parent / "next", "--as-of", "2026-02-10")
    said = " ".join(answer.stdout.split())
    assert "What may change these carryovers * history.csv" in said
    assert "10 QQQ more than" in said


def test_the_states_own_carryover_goes_on_beside_the_federal(home: Path) -> None:
    """Massachusetts: $3,200 of net long-term loss meets $500 of interest (M.G.L. c. 62 § 2(c)); $2,700 is carried."""
    toml = TOML.replace(
        "ordinary_income = 90_000", 'ordinary_income = 90_000\nnet_investment_income = 500\nstate = "MA"'
    )
    (home / "household.toml").write_text(toml, "utf-8")
    carried = document(closed(home))["carryover"]
    assert carried == {"short_term": 0, "long_term": 200, "state": {"short_term": 0, "long_term": 2_700}}


def test_a_state_that_follows_the_federal_return_has_no_table_of_its_own(home: Path) -> None:
    (home / "household.toml").write_text(TOML.replace("[carryover]", 'state = "IL"\n[carryover]'), "utf-8")
    assert document(closed(home))["carryover"] == {"short_term": 0, "long_term": 200}


def test_lots_have_the_basis_and_holding_period_that_the_wash_left(home: Path) -> None:
    """§ 1091(d): $1,640 and $800. § 1223(3): 686 days of the lot sold are tacked to 6 January 2026."""
    lots = {row["lot_id"]: row for row in rows(closed(home), "lots-1.csv")}
    washed = lots["A2"]
    assert (washed["quantity"], washed["acquired"], float(washed["basis"])) == ("40", "2026-01-06", 2440)
    assert washed["holding_since"] == "2024-02-20"
    assert float(lots["B1"]["basis"]) == 3000
    assert set(lots) == {"A2", "B1", "K1"}


def test_what_belongs_to_the_year_alone_stays_behind(home: Path) -> None:
    toml = document(closed(home))
    assert toml["plan"] == {"keep": ["KEEP"]}
    assert [planned["symbol"] for planned in toml["planned_purchases"]] == ["NEW"]
    assert "realized" not in toml
    assert toml["scenarios"] == {"Crypto under § 1091": {"wash_sale": {"crypto": True}}}


def windows(folder: Path, as_of: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(invoke("windows", folder, "--as-of", as_of, "--json").stdout)
    return found


def bases(found: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {lot["lot_id"]: (lot["basis"], lot["holding_since"]) for lot in found["lots"] if lot["account"] == "Broker"}


@pytest.mark.parametrize("as_of", ["2026-01-10", "2026-02-10"])
def test_no_loss_is_moved_twice(home: Path, as_of: str) -> None:
    """While a window is open the sale is carried, and the next year's ledger moves its loss; later the file has it."""
    before, after = windows(home, as_of), windows(closed(home, as_of), as_of)
    assert bases(after)["A2"] == bases(before)["A2"] == (2440, "2024-02-20")
    sold = [sale["symbol"] for sale in after["sales"]]
    assert sold == (["AAA"] if as_of == "2026-01-10" else [])


def test_sales_of_the_next_year_go_on_with_their_lots(home: Path) -> None:
    """20 BBB sold at a loss on 12 January, 5 bought back on 20 January."""
    (home / "history.csv").write_text(
        HISTORY + "2026-01-12,sell,BBB,20,1200,B1\n2026-01-20,buy,BBB,5,300,B2\n", "utf-8"
    )
    before, after = windows(home, "2026-02-11"), windows(closed(home, "2026-02-11"), "2026-02-11")

    def january(found: dict[str, Any]) -> list[tuple[Any, ...]]:
        keys = ("date", "symbol", "quantity", "gain_before_wash", "disallowed_loss")
        return [tuple(sale[key] for key in keys) for sale in found["sales"] if sale["date"] >= "2026-01-01"]

    assert january(after) == january(before) == [("2026-01-12", "BBB", 20, -800, 200)]
    assert bases(after) == bases(before)


def test_the_next_year_is_planned(home: Path) -> None:
    plan = invoke("plan", closed(home), "--as-of", "2026-02-10", "--json")
    assert plan.exit_code == 0, plan.output
    assert json.loads(plan.stdout)["baseline"]["net_long_term"] == -200


def test_a_window_still_open_is_provisional_lot_by_lot(home: Path) -> None:
    folder = closed(home, "2026-01-10")
    text = (folder / "household.toml").read_text("utf-8")
    assert "PROVISIONAL" in text
    assert "AAA, lot A1: safe on 2026-01-22" in text
    assert "PROVISIONAL" not in (closed(home, "2026-01-22") / "household.toml").read_text("utf-8")
    said = " ".join(invoke("close", home, "--output", home.parent / "x", "--as-of", "2026-01-10").stdout.split())
    assert "Run harvest close again on or after Thu Jan 22, 2026" in said


def test_the_year_must_be_over_and_nothing_is_overwritten(home: Path) -> None:
    early = invoke("close", home, "--output", home.parent / "x", "--as-of", "2025-12-20")
    assert early.exit_code == 1
    assert "is not over" in early.stderr
    folder = closed(home)
    before = (folder / "household.toml").read_bytes()
    assert invoke("close", home, "--output", folder, "--as-of", "2026-02-11").exit_code == 1
    assert (folder / "household.toml").read_bytes() == before
    assert invoke("close", home, "--output", folder, "--as-of", "2026-02-11", "--force").exit_code == 0
    assert invoke("close", home, "--output", home, "--as-of", "2026-02-11", "--force").exit_code == 1
    assert (home / "household.toml").read_text("utf-8") == TOML


@pytest.mark.parametrize("kind", ["form-8949", "schedule-d", "txf", "xlsx", "html"])
def test_forms_of_a_year_that_is_over(home: Path, tmp_path: Path, kind: str) -> None:
    output = tmp_path / "form"
    answer = invoke("export", home, kind, "--output", output, "--as-of", "2026-02-10")
    assert answer.exit_code == 0, answer.output
    assert "the year 2025 as filed" in answer.stdout
    if kind == "form-8949":  # January's purchase is in the adjustment, and no sale is called planned
        found = {row["lot_id"]: row for row in csv.DictReader(io.StringIO(output.read_text("utf-8-sig")))}
        assert (found["A1"]["f_codes"], found["A1"]["g_adjustment"]) == ("W", "800.00")
        assert {row["status"] for row in found.values()} == {"made"}


@pytest.mark.parametrize("words", [["plan"], ["compare"], ["explain"], ["export", "trades"], ["export", "ics"]])
def test_nothing_is_planned_in_a_year_that_is_over(home: Path, tmp_path: Path, words: list[str]) -> None:
    command, *kind = words
    more = {"explain": ["AAA"], "export": [*kind, "--output", str(tmp_path / "x")]}.get(command, [])
    answer = invoke(command, home, *more, "--as-of", "2026-02-10")
    assert answer.exit_code == 1
    assert "harvest close" in answer.stderr
    assert not (tmp_path / "x").exists()


def test_a_worthless_security_is_lost_with_the_year(tmp_path: Path) -> None:
    """§ 165(g)(1): 1,000 for 1,000 of 10 shares are a long-term loss of the year that ends, and no lot of the next."""
    case = tmp_path / "case"
    case.mkdir()
    (case / "household.toml").write_text(
        TOML.replace('keep = ["KEEP"]', "") + '[special]\nworthless = ["KEEP"]\n', "utf-8"
    )
    for name, text in {"history": HISTORY, "roth": ROTH, "prices": PRICES}.items():
        (case / f"{name}.csv").write_text(text, "utf-8")
    out = tmp_path / "next"
    answer = invoke("close", case, "--output", out, "--as-of", "2026-02-15")
    assert answer.exit_code == 0, answer.stderr
    written = "".join(file.read_text("utf-8") for file in out.iterdir())
    assert "BBB" in written
    assert "KEEP" not in written
    assert tomllib.loads((out / "household.toml").read_text("utf-8"))["carryover"]["long_term"] > 1_000


def test_lots_without_a_price_or_a_basis_go_on_too(home: Path) -> None:
    """They are held back, with basis and day as they were: nothing bought is forgotten."""
    (home / "history.csv").write_text(HISTORY + "2025-03-03,buy,ZZZ,7,70,Z1\n2025-03-04,gift_in,QQQQ,3,0,\n", "utf-8")
    following = home.parent / "next"
    said = invoke("close", home, "--output", following, "--as-of", "2026-02-15")
    assert said.exit_code == 0, said.output
    assert "Held back: 2 lots with unknown basis or price" in said.stdout
    lots = json.loads(invoke("check", following, "--as-of", "2026-02-15", "--json").stdout)["lots"]
    open_ones = [(lot["symbol"], lot["acquired"], lot["basis"], lot["price"]) for lot in lots if lot["price"] is None]
    assert sorted(open_ones) == [("QQQQ", "2025-03-04", None, None), ("ZZZ", "2025-03-03", 70, None)]


def test_a_share_that_has_replaced_one_loss_replaces_no_other_next_year(home: Path) -> None:
    """The first of two sales is wholly washed, so its window no longer matters: but its replacement is used up."""
    history = HISTORY.split("2025-12-22")[0] + "2025-12-22,sell,AAA,40,1600,A1\n2025-12-23,sell,AAA,60,2400,A1\n"
    history += "2025-12-05,buy,DDD,5,500,D1\n2025-12-24,sell,DDD,5,400,D1\n2026-01-06,buy,AAA,40,1640,A2\n"
    (home / "history.csv").write_text(history, "utf-8")
    following = home.parent / "next"
    assert invoke("close", home, "--output", following, "--as-of", "2026-01-10").exit_code == 0
    ledgers = [json.loads(invoke("windows", at, "--as-of", "2026-01-10", "--json").stdout) for at in (home, following)]
    lots = [[(lot["symbol"], lot["quantity"], lot["basis"]) for lot in ledger["lots"]] for ledger in ledgers]
    assert ("AAA", 40, 2440) in lots[1]
    assert [lot[:2] for lot in lots[1]] == [lot[:2] for lot in lots[0]]  # nor is what was bought and sold still there


@pytest.mark.parametrize("as_of", ["2026-01-10", "2026-01-29", "2026-02-10"])
def test_what_was_bought_and_sold_leaves_the_next_year_as_it_is(home: Path, as_of: str) -> None:
    """Of 100 EEE 20 and 30 are sold; 5 FFF bought and sold; of two lots of GGG of one day a part each: in the next
    year's history no unit is left that no lot has, no share stands twice, and what is left of a purchase washes no sale
    of its own (I-01)."""
    history = HISTORY + "2025-12-11,buy,EEE,100,6000,E1\n2025-12-28,sell,EEE,20,1000,E1\n"
    history += "2025-12-29,sell,EEE,30,1500,E1\n2025-12-03,buy,FFF,5,500,F1\n2025-12-09,sell,FFF,5,600,F1\n"
    history += "2025-12-11,buy,GGG,10,1000,G1\n2025-12-11,buy,GGG,10,1200,G2\n"
    history += "2025-12-30,sell,GGG,4,320,G1\n2025-12-30,sell,GGG,3,240,G2\n"
    (home / "history.csv").write_text(history, "utf-8")
    (home / "prices.csv").write_text(PRICES + "EEE,50\nFFF,100\nGGG,80\n", "utf-8")
    before, after = windows(home, as_of), windows(closed(home, as_of), as_of)
    lots = [sorted((lot["symbol"], lot["quantity"], lot["basis"]) for lot in at["lots"]) for at in (before, after)]
    assert lots[1] == lots[0]
    keys = ("date", "symbol", "quantity", "gain_before_wash", "disallowed_loss")
    sales = [[[sale[key] for key in keys] for sale in found["sales"]] for found in (before, after)]
    assert all(sale in sales[0] for sale in sales[1])
    assert "lots_contradict_history" not in {caution["code"] for caution in after["cautions"]}


def test_a_replacement_that_was_sold_is_carried_at_what_it_had_cost(home: Path) -> None:
    """$800 moved into 20 BBB, sold in December too: the next year's ledger moves it again, once. § 1091(d)."""
    history = (
        HISTORY + "2025-12-10,sell,BBB,20,1200,B1\n2025-12-15,buy,BBB,20,1200,B2\n2025-12-28,sell,BBB,20,1100,B2\n"
    )
    (home / "history.csv").write_text(history, "utf-8")
    found = windows(closed(home, "2026-01-10"), "2026-01-10")["sales"]
    assert [sale["gain_before_wash"] for sale in found if sale["symbol"] == "BBB"] == [-800, -900]


def test_a_share_used_up_by_a_settled_loss_replaces_none_that_is_sold_after_closing(home: Path) -> None:
    """20 BBB bought on 28 December replaced 20 sold on the 10th. Closed on 16 January, when no window is open; 10 sold
    on the 20th at a loss look back to these 20. Reg. § 1.1091-1(e)."""
    history = HISTORY.split("2025-12-22")[0] + "2025-12-10,sell,BBB,20,1200,B1\n2025-12-28,buy,BBB,20,1200,B2\n"
    (home / "history.csv").write_text(history, "utf-8")
    following = closed(home, "2026-01-16")
    (file,) = following.glob("transactions-1.csv")
    sale = "2026-01-20,sell,BBB,10,600,B1"
    file.write_text(file.read_text("utf-8").rstrip() + f"\n{sale},\n", "utf-8")
    (home / "history.csv").write_text(history + sale + "\n", "utf-8")
    lots = (following / "lots-1.csv").read_text("utf-8").splitlines(keepends=True)
    (following / "lots-1.csv").write_text("".join(row for row in lots if ",B1," not in row), "utf-8")
    later = [windows(at, "2026-01-25")["sales"][-1] for at in (home, following)]
    assert [(sale["quantity"], sale["gain_before_wash"], sale["disallowed_loss"]) for sale in later] == [
        (10, -400, 0),
        (10, -400, 0),
    ]


def test_the_year_that_is_not_held_is_checked_and_waits_for_its_plan(home: Path) -> None:
    text = (home / "household.toml").read_text("utf-8").replace("tax_year = 2025", "tax_year = 2031")
    (home / "household.toml").write_text(text.replace("2025-12-15", "2031-12-15"), "utf-8")
    codes = [invoke(command, home, "--as-of", "2031-01-10").exit_code for command in ("check", "windows", "plan")]
    assert codes == [0, 0, 4]
    refused = invoke("plan", home, "--as-of", "2031-01-10").stderr
    assert "`harvest check` and `harvest windows` work without" in refused
    assert "set `tax_year`" not in refused, "no year that is held can be planned on that day"
    said = json.loads(invoke("check", home, "--as-of", "2031-01-10", "--json").stdout)["cautions"]
    assert "year_not_held" in {caution["code"] for caution in said}


@pytest.mark.parametrize("command", ["windows", "close"])
def test_files_that_stop_before_the_year_ends_are_said_not_to_show_the_rest(home: Path, command: str) -> None:
    """Never clear of what was not seen: the sales of December, and what was planned for it (§ 1091(a))."""
    ends = "".join(HISTORY.splitlines(keepends=True)[:5])  # on 2025-05-05
    (home / "history.csv").write_text(ends + "2025-11-21,buy,CCC,1,10,C1\n", "utf-8")
    (home / "roth.csv").write_text(ROTH + "2025-12-31,interest,,0,1\n", "utf-8")
    to = ["--output", home.parent / "next"] if command == "close" else []
    said = " ".join(invoke(command, home, *to, "--as-of", "2026-02-10").stdout.split())
    assert "Broker: its files end on 2025-11-21, so sales and purchases after it may be missing" in said
    assert "through 2025-12-31 at least. [coverage_incomplete]" in said
    assert "Roth: its files end" not in said
    assert "planned purchase of 1 OLD on 2025-12-30 in Broker is before the as-of date, and no file shows it" in said
    assert "2 NEW" not in said
    if command == "windows":
        assert "any loss of the sales that the files show through 2025-12-31" in said


def test_a_planned_purchase_that_a_file_shows_is_not_asked_for(home: Path) -> None:
    toml = TOML.replace("date = 2025-12-30", "date = 2026-01-05").replace('symbol = "OLD"', 'symbol = "AAA"')
    (home / "household.toml").write_text(toml, "utf-8")
    found = windows(home, "2026-02-10")["cautions"]
    assert "planned_purchase_past" not in {caution["code"] for caution in found}


def test_an_open_window_is_seen_through_its_last_day(home: Path) -> None:
    """Sold on 22 December: a purchase through 21 January would wash it, and the history ends on the 6th."""
    (found,) = [c for c in windows(home, "2026-02-10")["cautions"] if c["text"].startswith("Broker: its files end")]
    assert "end on 2026-01-06" in found["text"]
    assert "through 2026-01-21 at least" in found["text"]
