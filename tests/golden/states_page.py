"""docs/states.md, made from the states' figures files and the cases they pass. `make golden` writes it."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules.liability import Liability, TaxReturn, liability
from rules.states import state_tax_law
from rules.states.figures import CERTAINTY, StateFigures, state_codes, state_file
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains

CASES = Path(__file__).parents[1] / "cases" / "states.jsonl"
LOSSES = {
    "federal": "as federally: $3,000, then carried",
    "none": "against gains of the year only; none carried",
    "massachusetts": "gains, then $2,000 of interest and dividends; the rest carried",
    "washington": "long-term losses against long-term gains; carried federally",
}
WHOLE_LOSS = "in full against all income; none carried"
LEAST_SURE = ("projected", "secondary", "one engine", "engines", "authority")
HEAD = """\
# The states

Made by `make golden` from `rules/figures/states/` and `tests/cases/states.jsonl`; do not edit. What every figure is and
where it was read: `harvest law YEAR --state XX`. *Cases* are changes in state tax on which public engines agree, 2025
and 2026, within a dollar; *how sure* is the least certain figure of 2026.

| | its tax | gains | losses | how sure | cases | left out, besides what all leave out |
|---|---|---|---|---|---|---|
"""
TAIL = """
All leave out: a part of a year in another state and income from other states, exemptions and credits for dependents,
age and blindness, credits and exemptions for low incomes, and every tax of counties, cities and school districts. Where
one of them matters, give `state_rate`, your own marginal rate, instead of `state`. Pensions and other income that a
state does not tax: `state_subtractions`. Social security is left out by itself where a state taxes none.
"""
COMMON = 3  # the first entries of every `left_out`
MISSED: dict[str, str] = {}
"""Cases that are missed, each with its reason."""


def cases() -> list[dict[str, Any]]:
    """The agreed cases, amounts exact."""
    return [json.loads(line, parse_float=Decimal) for line in CASES.read_text("utf-8").splitlines()]


def year(case: dict[str, Any], realized: str) -> Liability:
    """The year as the case's household has it; keys that begin with `_` are for other engines."""
    given = case["inputs"]["taxpayer"]
    law, status = tax_year(given["tax_year"]), FilingStatus(given["filing_status"])
    carryover, gains = case["inputs"]["carryover"], case["inputs"][realized]
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
    return liability(facts, Gains(Decimal(gains["short_term"]), Decimal(gains["long_term"])))


def agrees(case: dict[str, Any]) -> bool:
    """Whether the change in state tax is the expected one, within a dollar."""
    change = year(case, "realized_with").state_tax - year(case, "realized_without").state_tax
    return bool(abs(change - case["expected"]["change"]) <= 1)


def states_page() -> str:
    """The whole of docs/states.md."""
    held, passed = Counter[str](), Counter[str]()
    for case in cases():
        held[case["state"]] += 1
        passed[case["state"]] += agrees(case)
    rows = [_row(code, f"{passed[code]} of {held[code]}") for code in state_codes()]
    missed = ["\nCases that are missed, and why:\n\n"] if MISSED else []
    missed += [f"* `{name}`: {reason}.\n" for name, reason in MISSED.items()]
    return HEAD + "".join(rows) + TAIL + "".join(missed)


def _row(code: str, cases_passed: str) -> str:
    file = state_file(code)
    if file.untaxed_from is not None:
        return f"| {code} | {file.name}: none | | | | {cases_passed} | |\n"
    how = "by data alone" if file.rule == "ordinary" else f"`rules/states/{file.rule}.py`"
    losses = WHOLE_LOSS if code == "AL" else LOSSES[file.losses]
    found = {figure.certainty for figure in StateFigures(file, 2026, FilingStatus.SINGLE).figures()}
    sure = CERTAINTY["projected" if "2026" in file.projected else next(s for s in LEAST_SURE if s in found)]
    left_out = "; ".join(file.left_out[COMMON:])
    return f"| {code} | {file.name}, {how} | {file.gains} | {losses} | {sure} | {cases_passed} | {left_out} |\n"
