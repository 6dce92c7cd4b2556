"""Every state's tax on the changes that public engines agree on: 1,257 cases, all 51 places, 2025 and 2026."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.liability import Liability, TaxReturn, liability
from rules.states import state_tax_law
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains

FILE = Path(__file__).parents[1] / "cases" / "states.jsonl"
CASES = [json.loads(line, parse_float=Decimal) for line in FILE.read_text("utf-8").splitlines()]
MISSED = {
    "ST-AL-2025-S-lt_gain_1200k": "the engines' federal tax, which Alabama deducts, has alternative minimum tax in it",
}


def year(case: dict[str, Any], realized: str) -> Liability:
    """The year as the case's household has it; keys that begin with `_` are for other engines."""
    given = case["inputs"]["taxpayer"]
    law, status = tax_year(given["tax_year"]), FilingStatus(given["filing_status"])
    carryover = case["inputs"]["carryover"]
    facts = TaxReturn(
        law=law,
        status=status,
        ordinary_income=Decimal(given["ordinary_income"]),
        qualified_dividends=ZERO,
        net_investment_income=Decimal(given["net_investment_income"]),
        deduction=law.standard_deduction[status],
        carryover=Carryover(Decimal(carryover["short_term"]), Decimal(carryover["long_term"])),
        state=state_tax_law(given["state"], given["tax_year"], status),
    )
    gains = case["inputs"][realized]
    return liability(facts, Gains(Decimal(gains["short_term"]), Decimal(gains["long_term"])))


def parameters() -> list[Any]:
    """The cases by name, known misses as strict xfail with their reason."""
    return [
        pytest.param(
            case,
            id=case["id"],
            marks=[pytest.mark.xfail(strict=True, reason=MISSED[case["id"]])] if case["id"] in MISSED else [],
        )
        for case in CASES
    ]


@pytest.mark.parametrize("case", parameters())
def test_the_change_in_state_tax(case: dict[str, Any]) -> None:
    change = year(case, "realized_with").state_tax - year(case, "realized_without").state_tax
    assert abs(change - case["expected"]["change"]) <= 1


def test_the_cases_reach_every_place() -> None:
    assert len(CASES) == 1257
    assert len({case["state"] for case in CASES}) == 51
    assert MISSED.keys() <= {case["id"] for case in CASES}
