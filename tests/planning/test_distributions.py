"""`[[distributions]]`: what funds are expected to pay this year is in the baseline and in the plan; § 852(b)(3)(B)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from household_files import ACCOUNT, exactly, write
from typer.testing import CliRunner

from planner import cli
from planner.domain.errors import ExitCode

AS_OF = "2026-12-08"
LOTS = "VTI,100,2024-01-05,20000,300,etf,a\nFXAIX,10,2024-01-05,1000,200,fund,b\nAAA,10,2024-01-05,4000,100,stock,c\n"
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 200_000\n'
IRA = ACCOUNT + '\n[[accounts]]\nname = "IRA"\nkind = "ira"\nlots = "ira.csv"\n'
IRA_LOTS = "symbol,quantity,acquired,basis,price,asset_class,lot_id\nVTI,50,2024-01-05,5000,300,etf,i\n"


def expected(symbol: str, kind: str, day: str = "2026-12-18", per_share: str = "1.5") -> str:
    return f'\n[[distributions]]\ndate = {day}\nsymbol = "{symbol}"\nper_share = {per_share}\nkind = "{kind}"\n'


def planned(folder: Path) -> dict[str, Any]:
    answer = CliRunner().invoke(cli.app, ["plan", str(folder), "--as-of", AS_OF, "--json"])
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    return exactly(answer.stdout)


def household(folder: Path, more: str, lots: str = LOTS) -> Path:
    return write(folder, lots, more, taxpayer=TAXPAYER, accounts=IRA, ira=IRA_LOTS)


def codes(plan: dict[str, Any]) -> list[str]:
    return [caution["code"] for caution in plan["cautions"]]


def test_a_capital_gain_distribution_is_long_term_gain_of_the_year(tmp_path: Path) -> None:
    """150 shares held, 100 of them in the taxable account: 150 dollars."""
    bare = planned(household(tmp_path, ""))["baseline"]
    plan = planned(household(tmp_path, expected("VTI", "long_term")))
    assert plan["baseline"]["net_long_term"] - bare["net_long_term"] == 150
    assert plan["planned"]["net_long_term"] == 150 - 3_000
    assert "distributions_expected" in codes(plan)


@pytest.mark.parametrize(("kind", "rate"), [("qualified", Decimal("0.15")), ("ordinary", Decimal("0.24"))])
def test_dividends_are_taxed_at_their_rates(tmp_path: Path, kind: str, rate: Decimal) -> None:
    """Single, 200,000 less 16,100: below 201,775 the bracket is 24%, and 15% for qualified dividends; above 200,000 of
    income all of it meets the 3.8% of § 1411."""
    bare = planned(household(tmp_path, ""))["baseline"]
    found = planned(household(tmp_path, expected("VTI", kind)))["baseline"]
    assert found["taxable_income"] - bare["taxable_income"] == 150
    assert found["income_tax"] - bare["income_tax"] == 150 * rate
    assert found["niit"] - bare["niit"] == round(150 * Decimal("0.038"), 2)


def test_what_is_past_or_not_held_is_said_and_not_counted(tmp_path: Path) -> None:
    more = expected("VTI", "long_term", "2026-12-01") + expected("ZZZ", "long_term")
    plan = planned(household(tmp_path, more))
    assert plan["baseline"]["net_long_term"] == planned(household(tmp_path, ""))["baseline"]["net_long_term"]
    assert {"distribution_past", "distribution_not_held"} <= set(codes(plan))


def test_a_replacement_that_goes_ex_dividend_in_the_window_is_named(tmp_path: Path) -> None:
    lots = LOTS.replace("VTI,100,2024-01-05,20000,300", "VTI,100,2024-01-05,40000,300")
    named = '\n[replacements]\nVTI = ["ITOT"]\n'
    gain = "\n[realized]\nlong_term = 20_000\n"
    inside = planned(household(tmp_path, gain + named + expected("ITOT", "qualified"), lots))
    (said,) = (c["text"] for c in inside["cautions"] if c["code"] == "replacement_distribution")
    assert "ITOT" in said
    assert "§ 1(h)(11)(B)(iii)" in said
    later = planned(household(tmp_path, gain + named + expected("ITOT", "qualified", "2026-12-31"), lots))
    assert "replacement_distribution" in codes(later)
    before = planned(household(tmp_path, gain + named + expected("ITOT", "qualified", "2026-12-08"), lots))
    assert "replacement_distribution" not in codes(before)


def test_a_fund_sold_before_its_distribution_is_flagged(tmp_path: Path) -> None:
    lots = LOTS.replace("VTI,100,2024-01-05,20000,300", "VTI,100,2024-01-05,40000,300")
    plan = planned(household(tmp_path, "\n[realized]\nlong_term = 20_000\n" + expected("VTI", "long_term"), lots))
    (said,) = (c for c in plan["cautions"] if c["code"] == "sold_before_distribution")
    assert said["lot_id"] == "a"
    assert "$150.00" in said["text"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('\n[[distributions]]\nsymbol = "VTI"\n', "`date` is missing"),
        (expected("VTI", "dividend"), "kind"),
        (expected("VTI", "long_term", "2027-01-05"), "outside the tax year"),
        (expected("VTI", "long_term", per_share="-1"), "less than 0"),
        (expected("VTI", "long_term") + "amount = 5\n", "amount"),
    ],
)
def test_what_is_no_distribution_is_refused(tmp_path: Path, written: str, said: str) -> None:
    answer = CliRunner().invoke(cli.app, ["plan", str(household(tmp_path, written)), "--as-of", AS_OF])
    assert answer.exit_code == ExitCode.REFUSED
    assert said in answer.stderr
