"""`harvest ask`: what one trade would do to losses taken, and to those of a saved plan. Figures by hand: a dollar of
long-term loss meets the gain of 20,000, at 20%."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from household_files import exactly, invoked, write
from typer.testing import CliRunner, Result

from planner import cli
from planner.domain.errors import ExitCode

AS_OF = "2026-12-08"
GAIN = "\n[realized]\nlong_term = 20_000\n"
ACCOUNTS = """
[[accounts]]
name = "Broker"
transactions = "history.csv"

[[accounts]]
name = "IRA"
kind = "ira"
transactions = "ira.csv"
"""
# AAA was sold on December 1 at a loss of 1,000; of BBB 30 are held with 100 of loss a share; VOO was sold too
HISTORY = """\
date,action,symbol,quantity,amount
2024-01-05,buy,AAA,10,2000
2024-01-05,buy,VOO,10,2000
2024-01-05,buy,BBB,10,2000
2024-02-05,buy,BBB,20,4000
2024-02-05,buy,CCC,10,500
2024-02-05,buy,BTC,1,90000
2026-12-01,sell,AAA,10,1000
2026-12-02,sell,VOO,10,1900
"""
IRA = "date,action,symbol,quantity,amount\n2026-10-01,deposit,,0,1\n"
PRICES = "symbol,price\nAAA,100\nBBB,100\nCCC,100\nVOO,190\nBTC,95000\n"


def household(folder: Path, *, more: str = "", history: str = HISTORY, ira: str = IRA) -> Path:
    lots = "symbol,quantity,acquired,basis,price\n"
    return write(folder, lots, GAIN + more, accounts=ACCOUNTS, history=history, ira=ira, prices=PRICES)


def asked(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.app, ["ask", str(folder), *words, "--as-of", AS_OF])


def answer(folder: Path, *words: str) -> dict[str, Any]:
    found = asked(folder, *words, "--json")
    assert found.exit_code == ExitCode.DONE, found.stderr
    return exactly(found.stdout)


def figures(found: dict[str, Any]) -> tuple[object, ...]:
    return tuple(found[key] for key in ("answer", "disallowed_loss", "permanently_lost", "tax_now", "safe_on"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("buy", "AAA", "10"), ("no", 1000, 0, 200, "2027-01-01")),
        (("buy", "AAA", "4"), ("no", 400, 0, 80, "2027-01-01")),
        (("buy", "aaa"), ("no", 1000, 0, 200, "2027-01-01")),  # any quantity
        (("buy", "AAA", "10", "--account", "IRA"), ("no", 1000, 1000, 200, "2027-01-01")),  # Rev. Rul. 2008-5
        (("buy", "AAA", "10", "--on", "2026-12-31"), ("no", 1000, 0, 200, "2027-01-01")),
        (("buy", "AAA", "10", "--on", "2027-01-01"), ("yes", 0, 0, 0, None)),
        (("buy", "CCC", "10"), ("yes", 0, 0, 0, None)),
        (("buy", "BTC"), ("yes", 0, 0, 0, None)),
        (("sell", "BBB"), ("yes", 0, 0, -600, None)),  # 3,000 of long-term loss
        (("sell", "BBB", "15"), ("yes", 0, 0, -300, None)),
        (("sell", "CCC"), ("yes", 0, 0, 100, None)),  # 500 of long-term gain
    ],
)
def test_a_trade_and_the_losses_taken(tmp_path: Path, words: tuple[str, ...], expected: tuple[object, ...]) -> None:
    assert figures(answer(household(tmp_path), *words)) == expected


def test_what_the_answer_says(tmp_path: Path) -> None:
    found = answer(household(tmp_path), "buy", "AAA", "10")
    assert (found["schema"], found["action"], found["symbol"]) == ("harvest.ask/1", "buy", "AAA")
    assert (found["quantity"], found["account"], found["date"]) == (10, "Broker", "2026-12-08")
    assert any("AAA sold on 2026-12-01" in because and "$1,000.00" in because for because in found["because"])
    assert answer(household(tmp_path), "buy", "AAA")["quantity"] is None
    sold = answer(household(tmp_path), "sell", "BBB", "15")
    assert sold["quantity"] == 15
    assert sold["because"][:2] == [
        "10 of Broker:BBB:2024-01-05:1, first in first out",
        "5 of Broker:BBB:2024-02-05:1, first in first out",
    ]


def test_a_sale_whose_own_loss_is_washed(tmp_path: Path) -> None:
    """Four shares bought in the IRA on November 28 stay in the window of a sale until December 28."""
    folder = household(tmp_path, ira=IRA + "2026-11-28,buy,BBB,4,400\n")
    assert figures(answer(folder, "sell", "BBB")) == ("no", 400, 400, Decimal(-520), "2026-12-29")
    assert figures(answer(folder, "sell", "BBB", "--on", "2026-12-29")) == ("yes", 0, 0, -600, None)


def test_what_is_planned_is_counted(tmp_path: Path) -> None:
    wish = "\n[[planned_purchases]]\ndate = 2026-12-20\naccount = 'Broker'\nsymbol = 'BBB'\nquantity = 5\n"
    found = answer(household(tmp_path, more=wish), "sell", "BBB")
    assert figures(found) == ("no", 500, 0, -500, "2027-01-20")


def test_a_saved_plan_is_counted(tmp_path: Path) -> None:
    folder = household(tmp_path)
    document = invoked(folder, as_of=date(2026, 12, 8)).stdout
    (tmp_path / "plan.json").write_text(document, "utf-8")
    plan = ("--plan", str(tmp_path / "plan.json"))
    assert {sale["symbol"] for sale in exactly(document)["sales"]} == {"BBB"}
    assert answer(folder, "buy", "BBB", "10")["answer"] == "yes"
    found = answer(folder, "buy", "BBB", "10", *plan)
    assert figures(found) == ("no", 1000, 0, 200, "2027-01-08")
    assert any("planned loss" in because for because in found["because"])
    found = answer(folder, "sell", "BBB", *plan)
    assert figures(found) == ("yes", 0, 0, 0, None), "sold now instead of later in the year: the same tax"
    assert any("now instead" in because for because in found["because"])


def test_open_identity_is_a_question(tmp_path: Path) -> None:
    found = answer(household(tmp_path), "buy", "SPY", "10")
    assert figures(found) == ("unknown", 0, 0, 0, "2027-01-02")
    assert any("VOO" in because and "[wash_sale]" in because for because in found["because"])
    different = household(tmp_path, more='\n[wash_sale]\ndifferent = [["VOO", "SPY"]]\n')
    assert answer(different, "buy", "SPY", "10")["answer"] == "yes"
    identical = household(tmp_path, more='\n[wash_sale]\nidentical = [["VOO", "SPY"]]\n')
    assert figures(answer(identical, "buy", "SPY", "10"))[:2] == ("no", 100)


def test_what_was_not_shown_is_unknown(tmp_path: Path) -> None:
    folder = household(tmp_path, ira="date,action,symbol,quantity,amount\n2026-11-20,deposit,,0,1\n")
    for words in (("buy", "CCC", "1"), ("sell", "BBB")):
        found = answer(folder, *words)
        assert found["answer"] == "unknown"
        assert any(because.startswith("IRA: ") for because in found["because"])
    assert answer(folder, "buy", "AAA", "10")["answer"] == "no", "what is known to be lost is no question"
    assert answer(folder, "buy", "CCC", "1", "--on", "2027-01-07")["answer"] == "unknown"
    assert answer(folder, "buy", "CCC", "1", "--on", "2027-01-08")["answer"] == "yes", "31 days after the as-of date"
    assert answer(folder, "sell", "CCC")["answer"] == "yes", "a gain has no window"


def test_a_sale_in_an_ira_is_none(tmp_path: Path) -> None:
    folder = household(tmp_path, ira=IRA + "2026-10-28,buy,DDD,4,400\n")
    (folder / "prices.csv").write_text(PRICES + "DDD,10\n", "utf-8")
    assert figures(answer(folder, "sell", "DDD")) == ("yes", 0, 0, 0, None)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("sell", "ZZZ"), ExitCode.REFUSED, "no account holds ZZZ"),
        (("sell", "BBB", "31"), ExitCode.REFUSED, "holds 30 of BBB"),
        (("sell", "BBB", "--account", "IRA"), ExitCode.REFUSED, "IRA holds no BBB"),
        (("buy", "BBB", "--account", "Brokr"), ExitCode.REFUSED, "Broker"),
        (("sell", "BBB", "--on", "2027-01-04"), ExitCode.REFUSED, "2026-12-31"),
        (("buy", "BBB", "--on", "2026-12-01"), ExitCode.REFUSED, "2026-12-08"),
        (("buy", "BBB", "--plan", "none.json"), ExitCode.REFUSED, "none.json"),
        (("hold", "BBB"), ExitCode.USAGE, "neither buy nor sell"),
        (("buy", "BBB", "0"), ExitCode.USAGE, "not a quantity"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, words: tuple[str, ...], code: ExitCode, said: str) -> None:
    found = asked(household(tmp_path), *words)
    assert found.exit_code == code
    assert said in found.stderr


def test_the_screen_answers_first(tmp_path: Path) -> None:
    lines = asked(household(tmp_path), "buy", "AAA", "10").stdout.splitlines()
    assert lines[0] == "Buy 10 AAA in Broker on Tue Dec 8, 2026?"
    assert lines[2] == "No. A loss would be disallowed."
    assert "Safe from Fri Jan 1, 2027." in lines


def test_a_purchase_goes_where_such_assets_are_held(tmp_path: Path) -> None:
    """Without --account: where the symbol is held, else where others of its class are."""
    wallet = "\n[[accounts]]\nname = 'Wallet'\nkind = 'taxable'\nlots = 'coins.csv'\n"
    folder = household(tmp_path, more=wallet)
    (folder / "coins.csv").write_text(
        "symbol,quantity,acquired,basis,price,asset_class\nETH,1,2024-01-02,900,1000,crypto\n", "utf-8"
    )
    assert answer(folder, "buy", "SOL", "1")["account"] == "Wallet"


def test_a_plan_under_way_is_asked_about_after_its_sale_date(tmp_path: Path) -> None:
    folder = household(tmp_path, more="\n[plan]\nsale_date = 2026-12-10\n")
    found = CliRunner().invoke(cli.app, ["ask", str(folder), "buy", "CCC", "1", "--as-of", "2026-12-15"])
    assert found.exit_code == ExitCode.DONE, found.stderr


def test_without_a_plan_it_is_said_that_none_is_counted(tmp_path: Path) -> None:
    found = answer(household(tmp_path), "buy", "BBB", "10")
    assert any("no saved plan was given" in because for because in found["because"])
