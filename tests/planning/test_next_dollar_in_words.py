"""What the next dollar does, computed by hand for the usual taxpayer (household_files): 35%, 15% on gain, 5% state."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from household_files import AS_OF, planned, write

from planner.analysis.marginal_value import Marginal, MarginalStaircase, marginal
from planner.loader import load_case

LOSER = "AAA,1,2020-01-02,{basis},1000,stock,L"


def at(folder: Path, *, loss: int = 0, realized: str = "", more: str = "") -> Marginal:
    """The staircases at the plan of a household with one long-term loss."""
    write(folder, LOSER.format(basis=1000 + loss), f"[realized]\n{realized}\n{more}")
    return marginal(planned(folder), load_case(folder, as_of=AS_OF).household)


def steps(stairs: MarginalStaircase) -> list[tuple[int, int | None, Decimal, str]]:
    """From, to, tax saved per dollar, and why."""
    return [
        (int(rung.start), None if rung.end is None else int(rung.end), rung.tax_saved.normalize(), rung.why)
        for rung in stairs.rungs
    ]


def test_a_long_term_loss_meets_its_own_gain_then_the_other_then_income_then_next_year(tmp_path: Path) -> None:
    stairs = at(tmp_path, loss=20_000, realized="short_term = 5_000\nlong_term = 12_000").long_loss
    assert steps(stairs)[:4] == [
        (0, 12_000, Decimal("0.2"), "offsets long-term gain at 15% + 5% state"),
        (12_000, 17_000, Decimal("0.4"), "offsets short-term gain at 35% + 5% state"),
        (17_000, 20_000, Decimal("0.4"), "reduces other income at 35% + 5% state"),
        (20_000, 23_000, Decimal(0), "is carried to 2027"),
    ]
    assert [rung.carryover_value for rung in stairs.rungs[3:5]] == [
        Decimal("0.4") / Decimal("1.05") ** t for t in (1, 2)
    ]
    assert len(stairs.rungs) == 3 + 40 + 1  # forty years of carryover, and what no year is left for
    assert [rung.end for rung in stairs.shown[3:]] == [23_000, 140_000, None]
    assert stairs.plan_at == 20_000
    assert stairs.next_dollar.carried == 1
    assert stairs.rung_at(Decimal(0)) == stairs.rungs[0]


def test_a_gain_first_uses_the_losses_that_are_there(tmp_path: Path) -> None:
    stairs = at(tmp_path, realized="short_term = -10_000\nlong_term = 5_000").short_gain
    assert steps(stairs)[:3] == [
        (0, 2_000, Decimal(0), "uses loss that would be carried to 2027"),
        (2_000, 5_000, Decimal("-0.4"), "uses loss that would reduce other income at 35% + 5% state"),
        (5_000, 10_000, Decimal("-0.2"), "uses loss that would offset long-term gain at 15% + 5% state"),
    ]
    assert steps(stairs)[3][3] == "is short-term gain at 35% + 5% state"
    assert stairs.plan_at == 0
    assert stairs.next_dollar.carryover_value < 0


@pytest.mark.parametrize(
    ("income", "expected"),
    [
        ("ordinary_income = 0", "has no income to reduce, and is carried to 2027"),
        ("ordinary_income = 30_000", "reduces other income at 12%"),
    ],
)
def test_without_income_a_loss_is_kept_whole(tmp_path: Path, income: str, expected: str) -> None:
    taxpayer = f'[taxpayer]\ntax_year = 2026\nfiling_status = "single"\ndeduction = 0\n{income}\n'
    write(tmp_path, LOSER.format(basis=1000), taxpayer=taxpayer)
    first = marginal(planned(tmp_path), load_case(tmp_path, as_of=AS_OF).household).long_loss.rungs[0]
    assert first.why == expected


def test_a_gain_that_pushes_dividends_up_a_bracket_says_so(tmp_path: Path) -> None:
    """40,000 of wages and 15,000 of dividends, no deduction: beyond 49,450 dividends leave the 0% rate."""
    taxpayer = (
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 40_000\ndeduction = 0\n'
        "qualified_dividends = 15_000\n"
    )
    write(tmp_path, LOSER.format(basis=1000), taxpayer=taxpayer)
    first = marginal(planned(tmp_path), load_case(tmp_path, as_of=AS_OF).household).short_gain.rungs[0]
    assert first.income_tax_saved == Decimal("-0.27")
    assert first.why == "is short-term gain at 27% (it moves other gain or dividends into another bracket)"
