"""What a plan says of the state's tax: `state_estimate`, `state_deduction`, and 61 Pa. Code § 121.15(d)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from rules.states import state_tax_law
from rules.states.figures import state_codes, state_file
from rules.terms import FilingStatus

HOUSEHOLD = """[taxpayer]
tax_year = 2026
filing_status = "{status}"
ordinary_income = 90_000
{more}
[[accounts]]
name = "A"
kind = "taxable"
lots = "a.csv"
[[accounts]]
name = "B"
kind = "taxable"
owner = "{owner}"
lots = "b.csv"
"""
LOTS = "symbol,quantity,acquired,basis,price,asset_class,lot_id\n"
NO_DEDUCTION = {"CT", "IL", "IN", "MA", "MI", "NJ", "OH", "PA", "WA", "WV"}  # neither standard nor itemized


def cautions(folder: Path, more: str, *, status: str = "single", owner: str = "taxpayer") -> dict[str, str]:
    (folder / "household.toml").write_text(HOUSEHOLD.format(status=status, more=more, owner=owner), "utf-8")
    (folder / "a.csv").write_text(LOTS + "KO,100,2020-01-02,9000,60,stock,LOSS\n", "utf-8")
    (folder / "b.csv").write_text(LOTS + "PEP,100,2020-01-02,4000,90,stock,GAIN\n", "utf-8")
    ran = CliRunner().invoke(app, ["plan", str(folder), "--as-of", "2026-12-08", "--json"])
    assert ran.exit_code == 0, ran.output
    return {caution["code"]: caution["text"] for caution in json.loads(ran.stdout)["cautions"]}


@pytest.mark.parametrize("code", ["IL", "PA", "MA"])
@pytest.mark.parametrize("key", ['ordinary_kind = "pension"', "born = 1967-06-30", "social_security = 20_000"])
def test_retired_households_are_shown_the_way(tmp_path: Path, code: str, key: str) -> None:
    said = cautions(tmp_path, f'state = "{code}"\n{key}')
    assert "enter what it does not tax as `state_subtractions`" in said["state_estimate"]


@pytest.mark.parametrize("key", ["born = 1967-07-01", 'ordinary_kind = "wages"'])
def test_others_are_not(tmp_path: Path, key: str) -> None:
    said = cautions(tmp_path, f'state = "MA"\n{key}')
    assert "state_subtractions" not in said["state_estimate"]


def test_only_states_with_a_deduction_of_their_own_ask_for_it() -> None:
    laws = {code: state_tax_law(code, 2026, FilingStatus.SINGLE) for code in state_codes()}
    own_base = {code for code, law in laws.items() if law.figures and law.figures.file.base == "federal_agi"}
    assert own_base - {code for code, law in laws.items() if law.own_deduction} == NO_DEDUCTION
    assert not [code for code, law in laws.items() if law.own_deduction and not law.figures.has("standard_deduction")]


@pytest.mark.parametrize(("code", "asked"), [("MA", False), ("IL", False), ("PA", False), ("NY", True)])
def test_a_plan_asks_where_it_matters(tmp_path: Path, code: str, asked: bool) -> None:
    assert ("state_deduction" in cautions(tmp_path, f'state = "{code}"\ndeduction = 40_000')) is asked


SELL_BOTH = 'state = "PA"\n[plan]\nmust_sell = ["LOSS", "GAIN"]'


def test_one_spouses_loss_beside_the_others_gain(tmp_path: Path) -> None:
    """3,000 of loss and 5,000 of gain: 3.07% of 3,000 is 92.10."""
    said = cautions(tmp_path, SELL_BOTH, status="married_jointly", owner="spouse")
    assert "up to $92.10 more" in said["state_spouses"]
    assert "121.15(d)" in said["state_estimate"]


def test_not_where_both_are_of_one_owner(tmp_path: Path) -> None:
    assert "state_spouses" not in cautions(tmp_path, SELL_BOTH, status="married_jointly")


def test_the_surtax_of_massachusetts_in_2026() -> None:
    assert state_file("MA").tables["surtax"]["2026"] == [[0, 0], [1_107_750, Decimal("0.04")]]


@pytest.mark.parametrize(("benefits", "given"), [(20_000, 0), (20_000, 5_000), (0, 5_000)])
def test_an_exclusion_that_moves_with_the_sales_is_said(tmp_path: Path, benefits: int, given: int) -> None:
    """Minnesota excludes benefits (Minn. Stat. § 290.0132): less where a sale lowers what is taxed of them, § 86."""
    said = cautions(tmp_path, f'state = "MN"\nsocial_security = {benefits}\nstate_subtractions = {given}')
    assert ("one amount with and without the plan" in said["state_estimate"]) == (benefits > 0)
    assert ("give it as `state_subtractions`" in said["state_estimate"]) == (given == 0)
