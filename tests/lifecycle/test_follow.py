"""`harvest follow`: fresh downloads against a saved plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lifecycle_commands import invoke

TOML = """
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 140_000
[realized]
long_term = 9_000
[[accounts]]
name = "Broker"
lots = "lots.csv"
transactions = "history.csv"
[[accounts]]
name = "Roth"
kind = "roth_ira"
transactions = "roth.csv"
"""
LOTS = """lot_id,symbol,quantity,acquired,basis,price,asset_class
A1,AAA,100,2024-02-05,6000,40,stock
A2,AAA,50,2023-05-08,3500,40,stock
B1,BBB,20,2025-03-03,3000,100,stock
C1,CCC,10,2022-01-10,2000,150,stock
"""
HISTORY = "date,action,symbol,quantity,amount,lot_id\n2026-10-01,buy,ZZZ,1,10,Z1\n2026-10-02,sell,ZZZ,1,10,Z1\n"
ROTH = "date,action,symbol,quantity,amount\n2026-10-01,buy,YYY,1,10\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A household with a plan saved on 8 December that sells all four lots."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name, text in (
        ("household.toml", TOML),
        ("lots.csv", LOTS),
        ("history.csv", HISTORY),
        ("roth.csv", ROTH),
    ):
        (folder / name).write_text(text, "utf-8")
    saved = invoke("plan", folder, "--as-of", "2026-12-08", "--json")
    assert saved.exit_code == 0, saved.output
    (folder / "plan.json").write_text(saved.stdout, "utf-8")
    assert {sale["lot_id"] for sale in json.loads(saved.stdout)["sales"]} == {"A1", "A2", "B1", "C1"}
    return folder


def later(home: Path, *, lots: str, history: str = "", roth: str = "") -> None:
    """What the brokers' files say later: the lots still held, and the rows that came."""
    (home / "lots.csv").write_text(LOTS.splitlines()[0] + "\n" + lots, "utf-8")
    (home / "history.csv").write_text(HISTORY + history, "utf-8")
    (home / "roth.csv").write_text(ROTH + roth, "utf-8")


def followed(home: Path, as_of: str = "2026-12-22") -> dict[str, Any]:
    answer = invoke("follow", home, home / "plan.json", "--as-of", as_of, "--json")
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_on_the_day_itself_everything_is_open(home: Path) -> None:
    document = followed(home, "2026-12-08")
    assert {sale["status"] for sale in document["sales"]} == {"open"}
    plan = json.loads((home / "plan.json").read_text("utf-8"))
    assert document["left"]["total"] == plan["benefit"]["total"]
    assert document["realized"] == {"planned": sum(sale["gain"] for sale in plan["sales"]), "so_far": 0}
    assert document["not_planned"] == document["broken_windows"] == []


def test_each_sale_has_its_state(home: Path) -> None:
    later(
        home,
        lots="B1,BBB,15,2025-03-03,2250,100,stock\nC1,CCC,10,2022-01-10,2000,150,stock\n",
        history="2026-12-09,sell,AAA,100,4100,A1\n2026-12-09,sell,AAA,50,2050,A2\n2026-12-10,sell,BBB,5,490,B1\n",
    )
    document = followed(home)
    found = {sale["lot_id"]: (sale["status"], sale["sold_quantity"], sale["proceeds"]) for sale in document["sales"]}
    assert found == {
        "A1": ("done", 100, 4100),
        "A2": ("done", 50, 2050),
        "B1": ("partly", 5, 490),
        "C1": ("open", 0, 0),
    }
    assert document["realized"]["so_far"] == (4100 - 6000) + (2050 - 3500) + (490 - 750)
    assert document["left"]["total"] > 0


def test_two_lots_sold_on_a_day_of_which_the_history_knows_one(home: Path) -> None:
    """The history has A2's purchase and both sales; A1's basis is in the plan alone. Each row is of its own lot."""
    later(
        home,
        lots="B1,BBB,20,2025-03-03,3000,100,stock\nC1,CCC,10,2022-01-10,2000,150,stock\n",
        history=("2023-05-08,buy,AAA,50,3500,A2\n2026-12-09,sell,AAA,100,4100,A1\n2026-12-09,sell,AAA,50,2050,A2\n"),
    )
    document = followed(home)
    found = {sale["lot_id"]: (sale["status"], sale["sold_quantity"]) for sale in document["sales"]}
    assert found["A1"] == ("done", 100)
    assert found["A2"] == ("done", 50)
    assert document["realized"]["so_far"] == (4100 - 6000) + (2050 - 3500)


def test_another_lot_than_the_one_named_is_seen(home: Path) -> None:
    """The plan's only CCC is C1; what was sold is a lot that the plan does not name."""
    later(
        home,
        lots="C1,CCC,10,2022-01-10,2000,150,stock\n",
        history=(
            "2026-01-05,buy,CCC,10,1900,C9\n2026-12-09,sell,CCC,10,1500,C9\n"
            "2026-12-09,sell,AAA,100,4100,A1\n2026-12-09,sell,AAA,50,2050,A2\n2026-12-10,sell,BBB,20,2000,B1\n"
        ),
    )
    document = followed(home)
    (sale,) = [sale for sale in document["sales"] if sale["lot_id"] == "C1"]
    assert (sale["status"], sale["sold_quantity"], sale["proceeds"]) == ("other_lot", 10, 1500)
    assert sale["taken_instead"] == ["2026-01-05"]
    said = " ".join(invoke("follow", home, home / "plan.json", "--as-of", "2026-12-22").stdout.split())
    assert "A different lot was sold" in said
    assert "Reg. § 1.1012-1(c)" in said


def test_a_broken_window_says_what_it_cost(home: Path) -> None:
    """40 of AAA bought in the Roth nine days after 150 were sold at a loss: that loss is gone, Rev. Rul. 2008-5."""
    later(
        home,
        lots="B1,BBB,20,2025-03-03,3000,100,stock\nC1,CCC,10,2022-01-10,2000,150,stock\n",
        history="2026-12-09,sell,AAA,100,4000,A1\n2026-12-09,sell,AAA,50,2000,A2\n",
        roth="2026-12-18,buy,AAA,40,1600\n",
    )
    document = followed(home)
    (window,) = document["broken_windows"]
    assert (window["symbol"], window["account"], window["date"], window["quantity"]) == (
        "AAA",
        "Roth",
        "2026-12-18",
        40,
    )
    assert window["disallowed_loss"] == window["permanently_lost"] > 0
    assert document["realized"]["so_far"] == -2000 - 1500  # before § 1091
    assert "Bought back too early" in invoke("follow", home, home / "plan.json", "--as-of", "2026-12-22").stdout


def test_shares_that_the_plan_would_have_sold_and_that_were_kept_disallow_what_was_sold(home: Path) -> None:
    """10 AAA bought 18 days before the plan sells them with the rest; 150 are sold, these are not. § 1091(a)."""
    lots = LOTS + "A3,AAA,10,2026-11-20,450,40,stock\n"
    (home / "lots.csv").write_text(lots, "utf-8")
    plan = invoke("plan", home, "--as-of", "2026-12-08", "--json").stdout
    (home / "plan.json").write_text(plan, "utf-8")
    assert "A3" in {sale["lot_id"] for sale in json.loads(plan)["sales"]}
    later(
        home,
        lots="".join(line + "\n" for line in lots.splitlines() if line[:2] in ("B1", "C1", "A3")),
        history="2026-12-09,sell,AAA,100,4000,A1\n2026-12-09,sell,AAA,50,2000,A2\n",
        roth="2026-12-18,buy,AAA,7,280\n",
    )
    document = followed(home)
    (kept,) = document["older_purchases"]
    assert (kept["date"], kept["quantity"], kept["planned_lot"]) == ("2026-11-20", 10, "A3")
    assert kept["disallowed_loss"] == 300  # of A2's, $30 a share: the older lot is sold first
    assert document["broken_windows"][0]["disallowed_loss"] == 210
    assert document["realized"]["so_far"] == -2000 - 1500
    assert document["recognized"]["so_far"] == -2000 - 1500 + 300 + 210
    said = " ".join(invoke("follow", home, home / "plan.json", "--as-of", "2026-12-22").stdout.split())
    assert "$510.00 of loss is disallowed (§ 1091(a))" in said
    assert "After wash sales: -$2,990.00 so far" in said
    assert "2026-11-20 Broker 10 AAA $300.00 $0.00 overdue" in said


def test_a_lot_sold_in_part_is_said_with_the_units_of_each(home: Path) -> None:
    """Of the 10 CCC that the plan names, 6 were sold, and 4 of another lot."""
    later(
        home,
        lots="C1,CCC,4,2022-01-10,800,150,stock\n",
        history="2026-01-05,buy,CCC,4,760,C9\n2026-12-09,sell,CCC,4,600,C9\n2026-12-09,sell,CCC,6,900,C1\n",
    )
    (sale,) = [sale for sale in followed(home)["sales"] if sale["lot_id"] == "C1"]
    assert (sale["sold_quantity"], sale["taken_instead"], sale["units_instead"]) == (10, ["2026-01-05"], [4])
    said = " ".join(invoke("follow", home, home / "plan.json", "--as-of", "2026-12-22").stdout.split())
    assert "names 10 of the lot acquired 2022-01-10; sold: 6 of it and 4 acquired 2026-01-05" in said
    assert "1 partly another lot" in said


def test_what_the_plan_does_not_name_is_listed(home: Path) -> None:
    later(
        home,
        lots="A1,AAA,100,2024-02-05,6000,40,stock\nA2,AAA,50,2023-05-08,3500,40,stock\n"
        "B1,BBB,20,2025-03-03,3000,100,stock\nC1,CCC,10,2022-01-10,2000,150,stock\n",
        history="2026-11-20,buy,NEW,3,300,N1\n2026-12-15,sell,NEW,3,360,N1\n",
    )
    document = followed(home)
    assert document["not_planned"] == [
        {"lot_id": "N1", "account": "Broker", "symbol": "NEW", "date": "2026-12-15", "quantity": 3, "gain": 60}
    ]
    assert document["realized"]["so_far"] == 0


def test_a_lot_that_is_gone_without_a_sale_is_not_called_open(home: Path) -> None:
    later(home, lots="A1,AAA,100,2024-02-05,6000,40,stock\nA2,AAA,50,2023-05-08,3500,40,stock\n")
    states = {sale["lot_id"]: sale["status"] for sale in followed(home)["sales"]}
    assert states == {"A1": "open", "A2": "open", "B1": "unknown", "C1": "unknown"}


def test_what_is_left_is_planned_from_today_on(home: Path) -> None:
    """A first day of sale that has passed by now holds nothing up, and what was realized counts."""
    (home / "household.toml").write_text(TOML + "[plan]\nsale_date = 2026-12-10\n", "utf-8")
    later(
        home,
        lots="C1,CCC,10,2022-01-10,2000,150,stock\n",
        history="2026-12-10,sell,AAA,100,4000,A1\n2026-12-10,sell,AAA,50,2000,A2\n2026-12-10,sell,BBB,20,2000,B1\n",
    )
    left = followed(home)["left"]["total"]
    # $500 of loss against what is left of $9,000 of gain at 15%, less 9.21 cents a dollar deferred and 0.02% of $1,500
    assert left == pytest.approx(500 * 0.15 - 500 * 0.15 / 1.05**10 - 0.30, abs=0.02)


def test_after_the_year_nothing_is_left(home: Path) -> None:
    later(home, lots="", history="2026-12-09,sell,AAA,100,4100,A1\n2026-12-30,sell,AAA,50,2050,A2\n")
    document = followed(home, "2027-02-01")
    assert document["left"]["total"] == 0
    assert [sale["status"] for sale in document["sales"] if sale["symbol"] == "AAA"] == ["done", "done"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is not a JSON document"),
        ("[]", "is not a plan"),
        ('{"schema": "harvest.check/1"}', "is not a plan"),
        ('{"schema": "harvest.plan/1"}', "a part missing"),
        ('{"schema": "harvest.plan/1", "tax_year": "x"}', "a part missing"),
    ],
)
def test_what_is_no_plan_is_refused(home: Path, text: str, what: str) -> None:
    (home / "other.json").write_text(text, "utf-8")
    answer = invoke("follow", home, home / "other.json", "--as-of", "2026-12-22")
    assert answer.exit_code == 1
    assert what in answer.stderr
    assert "fix: give the plan.json" in answer.stderr
    assert invoke("follow", home, home / "none.json", "--as-of", "2026-12-22").exit_code == 1


def test_a_plan_of_another_household_is_refused(home: Path) -> None:
    saved = (home / "plan.json").read_text("utf-8")
    (home / "plan.json").write_text(saved.replace('"account": "Broker"', '"account": "Elsewhere"'), "utf-8")
    answer = invoke("follow", home, home / "plan.json", "--as-of", "2026-12-22")
    assert answer.exit_code == 1
    assert "`Elsewhere`, which is not an account of this household" in answer.output


def test_a_lot_that_is_still_listed_was_not_the_one_sold(home: Path) -> None:
    """The history names no lot, and the lots of a later day still have the one that the plan sells whole."""
    columns = '"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis","Holding Period"'
    fresh = "".join(
        f'"{symbol} Lot Details for  ...412 as of 10:48 AM ET, 12/20/2026"\n{columns}\n'
        + "".join(f'"{day}","{units}","$40","--","--","${cost}","Long Term"\n' for day, units, cost in lots)
        for symbol, lots in (
            ("AAA", [("02/05/2024", 50, 3000), ("05/08/2023", 50, 3500)]),
            ("CCC", [("01/10/2022", 10, 2000)]),
        )
    )
    (home / "lots.csv").write_text(fresh, "utf-8")
    plan = json.loads((home / "plan.json").read_text("utf-8"))
    plan["sales"] = [sale for sale in plan["sales"] if sale["lot_id"] != "A1"]
    (home / "plan.json").write_text(json.dumps(plan), "utf-8")
    sold = "2026-12-09,sell,AAA,50,2000,\n2026-12-09,sell,BBB,20,2000,\n"
    (home / "history.csv").write_text(HISTORY + sold, "utf-8")
    said = invoke("follow", home, home / "plan.json", "--as-of", "2026-12-21", "--json")
    assert said.exit_code == 0, said.output
    progress = {sale["lot_id"]: (sale["status"], sale["sold_quantity"]) for sale in json.loads(said.stdout)["sales"]}
    assert progress["A2"] == ("other_lot", 50)
    assert (progress["B1"], progress["C1"]) == (("done", 20), ("open", 0))


@pytest.mark.parametrize(("again", "status"), [(True, "other_lot"), (False, "done")])
def test_lots_of_no_day_are_of_a_later_one_where_the_file_is_another(home: Path, again: bool, status: str) -> None:
    """BBB is sold and its lot still listed. In the file that the plan was made from, that says nothing."""
    if again:
        (home / "lots.csv").write_text(LOTS.replace("C1,CCC,10,2022-01-10,2000,150,stock\n", ""), "utf-8")
    (home / "history.csv").write_text(HISTORY + "2026-12-09,sell,BBB,20,2000,\n", "utf-8")
    (sale,) = [sale for sale in followed(home, "2026-12-21")["sales"] if sale["lot_id"] == "B1"]
    assert sale["status"] == status


def test_what_the_plan_alone_knows_is_written_as_the_household_takes_it(home: Path) -> None:
    """One sale of two lots: with the two tables that the screen prints, the year knows what the plan knew."""
    later(home, lots="B1,BBB,20,2025-03-03,3000,100,stock\n", history="2026-12-09,sell,AAA,150,6000,\n")
    document = followed(home)
    assert [(sale["quantity"], sale["basis"]) for sale in document["by_plan_alone"]] == [(100, 6000), (50, 3500)]
    screen = invoke("follow", home, home / "plan.json", "--as-of", "2026-12-22").stdout
    tables = "\n".join(line.strip() for line in screen[screen.index("    [[basis]]") :].splitlines())
    (home / "household.toml").write_text(TOML + tables, "utf-8")
    assert followed(home)["by_plan_alone"] == []
    answer = invoke("windows", home, "--as-of", "2026-12-22", "--json")
    (sale,) = [sale for sale in json.loads(answer.stdout)["sales"] if sale["symbol"] == "AAA"]
    assert sale["gain_before_wash"] == -3500
    assert "disallowed_differs" not in answer.stdout
