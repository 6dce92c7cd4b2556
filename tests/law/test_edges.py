"""Returns on both sides of every income edge: every figure to the dollar.

tests/cases/edges.jsonl holds figures on which two public engines agree, or one of them and a computation from the
statute. Where they do not, the row names the figure in `disputed`; who is right there is in ENGINES_AT_FAULT.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.liability import Liability
from tests.law.edge_returns import figured

CASES = Path(__file__).parents[1] / "cases" / "edges.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line, parse_float=Decimal) for line in CASES.read_text("utf-8").splitlines()]
ENGINES_AT_FAULT = {
    "premium_tax_credit": "PolicyEngine does not round the applicable figure to four places (Form 8962 line 7), and "
    "gives nothing at exactly 400 percent in 2026 (§ 36B(c)(1)(A): not above it)",
    "premium_tax_credit_unrounded": "the same, at exactly 400 percent",
    "amt": "neither PolicyEngine nor taxcalc has § 56(b)(1)(F): § 68 does not apply to the minimum tax (I-83)",
}


def shown(ours: Liability) -> dict[str, Decimal]:
    return {
        "agi": ours.agi,
        "taxable_social_security": ours.taxable_social_security,
        "deduction": ours.income.deduction,
        "senior_deduction": ours.income.senior,
        "taxable_income": ours.taxable_income,
        "regular_tax": ours.income_tax,
        "amt": ours.amt,
        "niit": ours.niit,
        "eitc": ours.earned_income_credit,
        "child_tax_credit": ours.child_tax_credit,
        "premium_tax_credit": ours.premium_tax_credit,
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_return(row: dict[str, Any]) -> None:
    ours = shown(figured(row["year"], row["filing_status"], row["inputs"]))
    expected = {key: value for key, value in row["expected"].items() if key in ours}
    off = {key: (ours[key], value) for key, value in expected.items() if abs(ours[key] - Decimal(value)) > 1}
    assert off == {}


def test_every_dispute_has_a_reason_and_no_row_is_left_out() -> None:
    assert len(ROWS) == 275
    assert {name for row in ROWS for name in row.get("disputed", ())} == set(ENGINES_AT_FAULT)
    agreed = {key for row in ROWS for key in row["expected"]}
    assert set(shown(figured(2026, "single", ROWS[0]["inputs"]))) <= agreed


@pytest.mark.parametrize(
    ("row", "credit"),
    [("aca-2026-045", "7565.04"), ("aca-2026-047", "20973.84")],
)
def test_exactly_four_times_the_poverty_line_keeps_the_credit_of_2026(row: str, credit: str) -> None:
    """§ 36B(c)(1)(A): income must not "exceed" 400 percent; the engines differ here. One dollar more loses it all."""
    found = next(each for each in ROWS if each["id"] == row)
    assert figured(2026, found["filing_status"], found["inputs"]).premium_tax_credit == Decimal(credit)
    beyond = {**found["inputs"], "capital_gains_long": found["inputs"]["capital_gains_long"] + 1}
    assert figured(2026, found["filing_status"], beyond).premium_tax_credit == 0
