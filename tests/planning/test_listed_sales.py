"""`harvest compare --sales FILE`: a trade list edited by hand, valued beside the plan."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from household_files import ACCOUNT, compared, exactly, printed, write
from typer.testing import CliRunner, Result

from planner import cli
from planner.domain.errors import ExitCode

LOTS = """\
AAA,10,2024-01-05,3000,100,stock,a
AAA,10,2024-02-05,2500,100,stock,b
BBB,10,2024-01-05,2000,100,stock,c
CCC,10,2024-01-05,500,100,stock,d
"""
GAIN = "\n[realized]\nlong_term = 20_000\n"
IRA = ACCOUNT + '\n[[accounts]]\nname = "IRA"\nkind = "ira"\nlots = "ira.csv"\n'
IRA_LOTS = "symbol,quantity,acquired,basis,price,asset_class,lot_id\nAAA,4,2026-12-20,400,100,stock,i\n"


def asked(folder: Path, text: str, *words: str) -> Result:
    (folder / "trades.csv").write_text(text, "utf-8")
    sales = ["--sales", str(folder / "trades.csv")]
    return CliRunner().invoke(cli.app, ["compare", str(folder), "--as-of", "2026-12-31", *sales, *words])


def row(folder: Path, text: str) -> dict[str, Any]:
    answer = asked(folder, text, "--json")
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    return next(each for each in exactly(answer.stdout)["scenarios"] if each["name"] == "sales in trades.csv")


def test_the_plans_own_trade_list_is_worth_what_the_plan_is(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, GAIN)
    words = ["export", str(folder), "trades", "--as-of", "2026-12-31", "--output", str(tmp_path / "trades.csv")]
    assert CliRunner().invoke(cli.app, words).exit_code == ExitCode.DONE
    own = row(folder, (tmp_path / "trades.csv").read_text("utf-8-sig"))
    assert own["plan"]["status"] == "valued"
    assert own["plan"]["benefit"]["total"] == printed(folder)["benefit"]["total"]
    assert own["differences"] == []
    assert own["apart"] is None


def test_an_edited_list_says_what_it_misses(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, GAIN)
    own = row(folder, "lot_id,quantity\na,10\nb,4\n")
    assert {sale["lot_id"]: sale["quantity"] for sale in own["plan"]["sales"]} == {"a": 10, "b": 4}
    assert [(d["lot_id"], d["quantity_as_given"], d["quantity"]) for d in own["differences"]] == [
        ("b", 10, 4),
        ("c", 10, 0),
    ]
    # 2,000 and 600 of long-term loss against the gain at 20%; φ = 0.0920869881 of it later; 0.02% of 1,400 for trading
    assert own["plan"]["benefit"]["total"] == Decimal("520.00") - Decimal("239.43") - Decimal("0.28")
    answer = asked(folder, "lot_id,quantity\na,10\nb,4\n")
    assert "The net benefit of your list is $" in answer.stdout


def test_wash_sales_of_a_list_are_counted(tmp_path: Path) -> None:
    """Four shares bought in an IRA eleven days before: the loss of four is permanently lost (Rev. Rul. 2008-5)."""
    folder = write(tmp_path, LOTS, GAIN, accounts=IRA, ira=IRA_LOTS)
    own = row(folder, "lot_id,quantity\na,10\n")
    assert own["disallowed_loss"] == 800
    assert own["plan"]["sales"][0]["permanently_lost"] == 800


def test_gains_are_valued_too_and_the_key_that_forbids_them_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, GAIN + "[plan]\nmax_sales = 1\n")
    own = row(folder, "lot_id,quantity,date\nd,10,2026-12-31\na,10,\n")
    assert own["apart"] == "breaks sell_gains, max_sales"
    assert own["plan"]["status"] == "valued"


def test_purchases_are_called_off_where_that_makes_the_list_worth_more(tmp_path: Path) -> None:
    planned = "[[planned_purchases]]\ndate = 2027-01-05\naccount = 'Broker'\nsymbol = 'AAA'\nquantity = 10\n"
    folder = write(tmp_path, LOTS, GAIN + planned + "cancelable = true\n")
    own = row(folder, "lot_id,quantity\na,10\n")
    assert [cancelled["symbol"] for cancelled in own["plan"]["cancellations"]] == ["AAA"]
    assert own["disallowed_loss"] == 0


def test_rows_of_another_action_are_no_sales(tmp_path: Path) -> None:
    own = row(write(tmp_path, LOTS, GAIN), "action,lot_id,quantity\nsell,a,10\nbuy,,10\n")
    assert [sale["lot_id"] for sale in own["plan"]["sales"]] == ["a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lot,quantity\na,10\n", ("trades.csv:1", "lot_id")),
        ("lot_id,quantity\na,ten\n", ("trades.csv:2", "quantity")),
        ("lot_id,quantity\na,0\n", ("trades.csv:2", "above zero")),
        ("lot_id,quantity\n,5\n", ("trades.csv:2", "lot_id")),
        ("lot_id,quantity\nA,5\n\nzz,1\n", ("trades.csv:2", "trades.csv:4", "not a lot held")),
        ("lot_id,quantity\na,11\n", ("trades.csv:2", "held with 10")),
        ("lot_id,quantity\na,1\na,1\n", ("trades.csv:3", "twice")),
        ("lot_id,quantity,date\na,1,2027-01-04\n", ("trades.csv:2", "2027-01-04")),
        ("lot_id,quantity,date\na,1,2026-12-30\n", ("trades.csv:2", "2026-12-30")),
        ("lot_id,quantity\ni,1\n", ("trades.csv:2", "not taxable")),
    ],
)
def test_what_cannot_be_sold_so_is_refused_with_its_line(tmp_path: Path, text: str, said: tuple[str, ...]) -> None:
    answer = asked(write(tmp_path, LOTS, GAIN, accounts=IRA, ira=IRA_LOTS), text)
    assert answer.exit_code == ExitCode.REFUSED, answer.stdout
    assert all(words in answer.stderr for words in said), answer.stderr


def test_a_rule_that_leaves_what_must_be_sold_stands_apart(tmp_path: Path) -> None:
    found = compared(write(tmp_path, LOTS, GAIN + '[plan]\nmust_sell = ["d"]\n'))
    apart = {each["name"]: each["apart"] for each in found["scenarios"]}
    assert apart["sell every loss"] == "breaks must_sell"
    assert apart["as given"] is None
    assert found["best"] == "as given"
