"""Whole returns on which at least two public tax engines agree: every line to the cent.

`regular_tax` is the tax by formula; `regular_tax_table` in the same rows is the Tax Table's and not ours."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.income_facts import IncomeFacts, Itemized
from rules.liability import Liability, TaxReturn, liability
from rules.tax_year import tax_year
from rules.terms import Carryover, FilingStatus, Gains, RateGroups

CASES = Path(__file__).parents[1] / "cases"


def rows(name: str) -> list[dict[str, Any]]:
    lines = (CASES / name).read_text("utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


FEDERAL = rows("federal_tax.jsonl")
CARRYOVER = rows("carryover.jsonl")

LINES = {
    "schd_line7",
    "schd_line15",
    "schd_line16",
    "schd_line18",
    "schd_line19",
    "line7_1040",
    "capital_loss_deduction",
    "agi",
    "taxable_income",
    "regular_tax",
    "niit",
    "st_carryover_out",
    "lt_carryover_out",
}


def figured(row: dict[str, Any]) -> Liability:
    inputs, law, status = row["inputs"], tax_year(row["year"]), FilingStatus(row["filing_status"])
    investment = inputs["interest"] + inputs["ordinary_dividends"] - inputs["qualified_dividends"]
    standard = inputs["deduction"] == "standard"
    reduced = inputs["section68"]  # § 68: the deductions have to be known as itemized ones
    deduction = law.standard_deduction[status] if standard else inputs["deduction"]
    facts = TaxReturn(
        law=law,
        status=status,
        ordinary_income=inputs["wages"] + investment,
        qualified_dividends=inputs["qualified_dividends"],
        net_investment_income=investment,
        deduction=Decimal(0) if reduced else deduction,
        carryover=Carryover(inputs["st_carryover_in"], inputs["lt_carryover_in"]),
        edges=IncomeFacts(itemized=Itemized(mortgage_interest=deduction)) if reduced else None,
        rate_groups=RateGroups(unrecaptured_1250=Decimal(inputs.get("unrecaptured_1250", 0))),
    )
    return liability(facts, Gains(inputs["st_gain"], inputs["lt_gain"], inputs["collectibles"]))


def test_no_other_return_is_left_out() -> None:
    assert len(FEDERAL) == 600
    assert sum(1 for row in FEDERAL if row["inputs"]["unrecaptured_1250"]) == 13


@pytest.mark.parametrize("row", FEDERAL, ids=lambda row: f"{row['id']}-{row['category']}")
def test_federal_return(row: dict[str, Any]) -> None:
    ours, expected = figured(row), row["expected"]
    lines = ours.schedule_d.worksheet()
    assert {
        "schd_line7": ours.net_short_term,
        "schd_line15": ours.net_long_term,
        "schd_line16": lines["16"],
        "schd_line18": lines.get("18"),
        "schd_line19": lines.get("19"),
        "line7_1040": ours.schedule_d.gain_or_deduction,
        "capital_loss_deduction": ours.deductible_loss,
        "agi": ours.adjusted_gross_income,
        "taxable_income": ours.taxable_income,
        "regular_tax": ours.income_tax,
        "niit": ours.niit,
        "st_carryover_out": ours.carryover_short,
        "lt_carryover_out": ours.carryover_long,
    } == {key: expected[key] for key in LINES}


@pytest.mark.parametrize("row", CARRYOVER, ids=lambda row: f"{row['id']}-{row['category']}")
def test_carryover_return(row: dict[str, Any]) -> None:
    ours = figured(row)
    assert ours.carryover_short == row["expected"]["st_carryover"]
    assert ours.carryover_long == row["expected"]["lt_carryover"]
    assert ours.deductible_loss == row["expected"]["capital_loss_deduction"]
    expected = dict(row["worksheet"])
    used = expected.pop("used")
    assert (ours.carryover_worksheet is not None) == used
    if ours.carryover_worksheet:
        lines = ours.carryover_worksheet.worksheet
        assert {number: lines.get(number) for number in expected} == expected
