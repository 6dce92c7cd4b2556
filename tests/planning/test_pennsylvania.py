"""Pennsylvania has no § 1091, 72 P.S. § 7303(a)(3), I-147: its gains are a sum apart in ledger, plan and bound."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner.cli import app
from rules.liability import TaxReturn
from rules.pieces.names import sums_of
from rules.states import state_tax_law
from rules.states.figures import state_codes
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus

RATE = Decimal("0.0307")
TAXPAYER = """[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 90_000
state = "{state}"
[realized]
long_term = {gains}
[[accounts]]
name = "A"
kind = "taxable"
lots = "lots.csv"
transactions = "history.csv"
"""
LOTS = "symbol,quantity,acquired,basis,price,asset_class,lot_id\n"
HISTORY = "date,action,symbol,quantity,amount,lot_id\n2026-01-02,interest,,0,1,\n"
KEPT = '[plan]\nkeep = ["NEW"]\nlast_sale_date = 2026-12-10\n'


def household(folder: Path, lots: str, history: str, more: str = "", *, state: str = "PA", gains: int = 20_000) -> Path:
    (folder / "household.toml").write_text(TAXPAYER.format(state=state, gains=gains) + more, "utf-8")
    (folder / "lots.csv").write_text(LOTS + lots, "utf-8")
    (folder / "history.csv").write_text(HISTORY + history, "utf-8")
    return folder


def told(folder: Path, *command: str) -> Any:
    ran = CliRunner().invoke(app, [command[0], str(folder), *command[1:], "--as-of", "2026-12-08", "--json"])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


OLD_AND_NEW = "KO,100,2020-01-02,9000,60,stock,OLD\nKO,100,2026-11-20,6300,60,stock,NEW\n"
BOUGHT = "2026-11-20,buy,KO,100,6300,NEW\n"


def test_a_loss_washed_federally_is_worth_the_state_rate(tmp_path: Path) -> None:
    """3,000 of loss meet 20,000 of gains there: 92.10. Federally nothing is recognized, and no basis is given up."""
    plan = told(household(tmp_path, OLD_AND_NEW, BOUGHT, KEPT), "plan")
    (sale,) = plan["sales"]
    assert (sale["lot_id"], sale["disallowed_loss"]) == ("OLD", 3000)
    assert "which Pennsylvania allows" in sale["reason"]
    assert plan["benefit"]["tax_saved"] == 92.10
    assert plan["benefit"]["deferred_tax"] == 0
    assert plan["planned"]["income_tax"] == plan["baseline"]["income_tax"]
    assert plan["status"] == "proven"


def test_elsewhere_it_is_worth_nothing(tmp_path: Path) -> None:
    assert told(household(tmp_path, OLD_AND_NEW, BOUGHT, KEPT, state="IL"), "plan")["sales"] == []


def test_without_gains_it_is_worth_nothing_there_either(tmp_path: Path) -> None:
    """A loss meets gains of the same year alone, 61 Pa. Code § 121.13."""
    assert told(household(tmp_path, OLD_AND_NEW, BOUGHT, KEPT, gains=0), "plan")["sales"] == []


def test_the_certificate_has_the_sum_and_holds(tmp_path: Path) -> None:
    folder = household(tmp_path, OLD_AND_NEW, BOUGHT, KEPT)
    plan = told(folder, "plan")
    assert all(
        set(p["multipliers"]) == {"short", "long", "collectibles", "disallowed"} for p in plan["certificate"]["pieces"]
    )
    (tmp_path / "plan.json").write_text(json.dumps(plan), "utf-8")
    ran = CliRunner().invoke(app, ["verify", str(folder), str(tmp_path / "plan.json")])
    assert ran.exit_code == 0, ran.output


def test_the_year_so_far_and_the_replacement_sold_later(tmp_path: Path) -> None:
    """1,000 lost in June and washed in July; the replacement's basis is 5,000 federally and 4,000 in Pennsylvania."""
    history = "2026-03-02,buy,KO,100,5000,FIRST\n2026-06-10,sell,KO,100,4000,FIRST\n2026-06-20,buy,KO,100,4000,SECOND\n"
    folder = household(tmp_path, "KO,100,2026-06-20,4000,45,stock,SECOND\n", history, "[plan]\nsell_gains = true\n")
    so_far = told(folder, "plan")["baseline"]
    assert (so_far["net_short_term"], so_far["net_long_term"]) == (0, 20_000)
    assert so_far["state_tax"] == pytest.approx(float(RATE * (90_000 + 20_000 - 1_000)))
    sold = told(
        household(tmp_path, "KO,100,2026-06-20,4000,45,stock,SECOND\n", history, '[plan]\nmust_sell = ["KO"]\n'), "plan"
    )
    assert sold["planned"]["net_short_term"] == -500  # 4,500 less 5,000
    assert sold["planned"]["state_tax"] == pytest.approx(float(RATE * (90_000 + 20_000 - 1_000 + 500)))  # less 4,000


def test_which_places_have_a_sum_of_their_own() -> None:
    law = tax_year(2026)
    its = {}
    for code in state_codes():
        state = state_tax_law(code, 2026, FilingStatus.SINGLE)
        facts = TaxReturn(law, FilingStatus.SINGLE, ZERO, ZERO, ZERO, ZERO, Carryover(), state)
        its[code] = sums_of(facts)
    assert [code for code, sums in its.items() if len(sums) == 4] == ["PA"]


def test_nebraskas_tax_is_no_more_than_the_federal_tax() -> None:
    """Form 1040N, Federal Tax Liability Worksheet: a joint return whose gain is taxed at nothing federally."""
    from rules.liability import liability
    from rules.terms import Gains

    law, joint = tax_year(2025), FilingStatus.MARRIED_JOINTLY
    state = state_tax_law("NE", 2025, joint)
    facts = TaxReturn(law, joint, Decimal(49_435), ZERO, ZERO, law.standard_deduction[joint], Carryover(), state)
    year = liability(facts, Gains(long_term=Decimal(37_387)))
    assert year.state_tax == year.income_tax == Decimal("1793.50")
    assert year.state_tax - liability(facts, Gains()).state_tax == Decimal("1088.47")
