"""Vanguard's download holds plans at work below the accounts, in tables of their own: an account must name them."""

from __future__ import annotations

from pathlib import Path

FILE = (Path(__file__).parent / "fixtures" / "vanguard_workplace.csv").read_text("utf-8")
TAXABLE = '[[accounts]]\nname = "B"\nnumbers = []\ntransactions = "a.csv"\n'
PLAN = '[[accounts]]\nname = "Plan"\nkind = "401k"\nnumbers = ["071234"]\ntransactions = "a.csv"\n'


def test_the_rows_of_a_plan_that_no_account_names_are_no_ones_and_said_so(load):
    case = load(toml=TAXABLE.replace("numbers = []\n", ""), a=FILE)
    assert [(t.account, t.action, t.symbol, t.quantity) for t in case.transactions] == [("B", "buy", "VTI", 10)]
    (caution,) = (caution for caution in case.cautions if caution.code == "account_unclaimed")
    assert caution.text.startswith("a.csv:15: rows of the employer plan 071234 are not read")
    assert 'numbers = ["071234"]' in caution.text
    assert {row.line for row in case.files[0].skipped} == {2, 11, 15, 16}


def test_an_account_that_names_the_plan_has_its_contributions(load):
    case = load(toml=TAXABLE.replace("numbers = []\n", "") + PLAN, a=FILE)
    told = [(t.account, t.action, t.quantity, t.amount, t.date.isoformat()) for t in case.transactions]
    assert [(a, b, str(c), str(d), e) for a, b, c, d, e in told] == [
        ("B", "buy", "10.0000", "3250.00", "2026-11-16"),
        ("Plan", "buy", "1.250", "250.25", "2026-12-04"),
        ("Plan", "sell", "0.250", "50.10", "2026-12-05"),
    ]
    assert "account_unclaimed" not in [caution.code for caution in case.cautions]
    assert "ticker_missing" in [caution.code for caution in case.cautions]
