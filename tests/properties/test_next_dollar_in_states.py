"""The staircase of the next dollar in states of different kinds: its rungs and jumps sum to the state's own law."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from planner.analysis.marginal_value import Side, staircase
from planner.domain.carryover_value import CarryoverValue
from planner.domain.household import Assumptions
from rules.liability import TaxReturn, liability
from rules.states import state_tax_law
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, Character, FilingStatus, Gains

NOTHING_CARRIED = CarryoverValue(((None, ZERO),))


def facts(code: str) -> TaxReturn:
    law, status = tax_year(2026), FilingStatus.SINGLE
    return TaxReturn(
        law, status, Decimal(110_000), ZERO, Decimal(4_000), law.standard_deduction[status], Carryover(),
        state_tax_law(code, 2026, status),
    )  # fmt: skip


@pytest.mark.parametrize("code", ["AL", "CT", "MA", "MD", "MO", "NJ", "NY", "OR", "UT", "VT", "WA", "WI"])
@pytest.mark.parametrize("character", Character)
@pytest.mark.parametrize("side", Side)
def test_rungs_and_jumps_sum_to_the_state_tax(code: str, character: Character, side: Side) -> None:
    """A jump is given in whole cents, and only where it is over a dollar: that much may be missing at each."""
    start = Gains(Decimal(20_000), Decimal(60_000))
    stairs = staircase(facts(code), Assumptions(), NOTHING_CARRIED, start, side, character)
    before = liability(facts(code), start).state_tax
    for distance in (Decimal(12_345), Decimal(77_777), Decimal(190_000)):
        signed = distance if side is Side.GAIN else -distance
        moved = Gains(short_term=signed) if character is Character.SHORT else Gains(long_term=signed)
        saved = before - liability(facts(code), start + moved).state_tax
        passed = [rung for rung in stairs.rungs if rung.start < distance]
        sloped = sum(
            Fraction(rung.state_tax_saved) * Fraction(min(distance, rung.end or distance) - rung.start)
            for rung in passed
        )
        jumps = sum(Fraction(rung.jump) for rung in passed)
        assert abs(sloped + jumps - Fraction(saved)) <= 1 + len(passed)
