"""Every case of tests/cases/law.json is put to the program somewhere, and every category can be written as a household.

What a household writes for a category, and where its cases are tested: by category, or each under its own name.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
CASES = json.loads((TESTS / "cases" / "law.json").read_text("utf-8"))["cases"]

# category: what a household writes; nothing but "parameters" and "year_end_dates" is a question about the law alone
WRITTEN_AS = {
    "netting": "[realized], [carryover]; or lots and sales",
    "carryover_worksheet": "the same; `explain --tax` has its lines, `close` hands it on",
    "rate_groups": "[realized] collectibles, unrecaptured_1250, section_1202",
    "federal_tax": "[taxpayer], [realized]",
    "niit": "[taxpayer] net_investment_income",
    "harvest_value": "[plan] must_sell, exactly",
    "holding_period": "lots: acquired, holding_since, inherited, loss_basis",
    "wash_sale": "transactions of each account",
    "wash_applicability": "transactions; [wash_sale] identical, different",
    "year_end_dates": "a date of sale; short sales in [realized] of the year (L-07)",
    "parameters": "[taxpayer] tax_year",
    "basis_special": "lots: loss_basis, inherited; rows gift_in, gift_out; [giving]",
    "lot_identification": "rows sell with lot_id, else the first acquired",
    "short_sales": "their result in [realized] (L-07); a broker's rows owed hold the lots back",
    "options": "rows buy, write, close, expire, exercise, assign",
    "section_1256": "lots and rows of the contract; [realized] section_1256, section_1256_before",
    "fund_rules": "rows capital_gain_dividend, exempt_interest_dividend; [[distributions]]",
    "crypto": "rows sell, income; lots at a price of zero",
    "states": "[taxpayer] state",
}
BY_CATEGORY = re.compile(r'(?:@cases|law_cases)\("(\w+)"\)')
RANGE = re.compile(r"(US-[A-Z0-9]+-)(\d{3}) to (\d{3})")


def test_every_case_is_put_to_the_program() -> None:
    sources = [path.read_text("utf-8") for path in TESTS.rglob("test_*.py") if path.name != Path(__file__).name]
    whole = {category for source in sources for category in BY_CATEGORY.findall(source)}
    named = {case_id for source in sources for case_id in re.findall(r"US-[A-Z0-9]+-\d{3}", source)}
    for source in sources:
        for stem, first, last in RANGE.findall(source):
            named |= {f"{stem}{number:03}" for number in range(int(first), int(last) + 1)}
    missing = [case["id"] for case in CASES if case["category"] not in whole and case["id"] not in named]
    assert missing == []


def test_no_category_is_inexpressible() -> None:
    assert {case["category"] for case in CASES} == set(WRITTEN_AS)
