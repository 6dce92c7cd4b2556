"""Returns with income edges, in the terms of tests/cases/edges.jsonl, as `rules` takes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from rules.deductions import standard_deduction
from rules.income_facts import ADULT_AGES, IncomeFacts, Itemized, Marketplace, age_at_close
from rules.liability import Liability, TaxReturn, liability
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains


def figured(year: int, filing_status: str, inputs: dict[str, Any]) -> Liability:
    """`children` are ages; `ordinary_kind` tells whether ordinary income was earned."""
    law, status = tax_year(year), FilingStatus(filing_status)
    born = [inputs[key] for key in ("born", "spouse_born") if key in inputs]
    ages = [age_at_close(date.fromisoformat(day), year) for day in born]
    seniors = sum(age >= 65 for age in ages)
    income, investment = inputs["ordinary_income"], inputs["net_investment_income"]
    market, itemized = inputs.get("marketplace"), inputs.get("itemized")
    edges = IncomeFacts(
        seniors=seniors,
        adult=any(age in ADULT_AGES for age in ages),
        social_security=Decimal(inputs["social_security"]),
        tax_exempt_interest=Decimal(inputs["tax_exempt_interest"]),
        earned_income=income - investment if inputs["ordinary_kind"] == "wages" else ZERO,
        children=tuple(inputs.get("children", ())),
        marketplace=market and Marketplace(market["household_size"], *2 * (Decimal(market["benchmark_premium"]),)),
        itemized=itemized and Itemized(**{key: Decimal(value) for key, value in itemized.items()}),
    )
    facts = TaxReturn(
        law=law,
        status=status,
        ordinary_income=Decimal(income),
        qualified_dividends=Decimal(inputs["qualified_dividends"]),
        net_investment_income=Decimal(investment),
        deduction=standard_deduction(law, status, seniors, inputs["blind"]),
        carryover=Carryover(),
        edges=edges,
    )
    gains = Gains(Decimal(inputs["capital_gains_short"]), Decimal(inputs["capital_gains_long"]))
    return liability(facts, gains)
