"""What people do without a planner, valued by the same law as the plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from household_files import AS_OF, write

from planner.loader import load_case
from planner.optimizer import Order, ask
from planner.scenarios.rules_of_thumb import every_loss, nothing, until_gains_are_zero

LOSERS = """
AAA,1,2020-01-02,3000,1000,stock,A2000
BBB,1,2020-01-02,7000,1000,stock,B6000
CCC,1,2020-01-02,1500,1000,stock,C500
DDD,1,2020-01-02,1000,9000,stock,WINNER
"""


def lots(orders: Sequence[Order]) -> list[str]:
    return [order.holding.lot.lot_id for order in orders]


@pytest.mark.parametrize(
    ("realized", "expected"),
    [
        ("long_term = 7_999", ["B6000", "A2000"]),
        ("long_term = 8_000", ["B6000", "A2000"]),
        ("long_term = 8_001", ["B6000", "A2000", "C500"]),
        ("short_term = 100", ["B6000"]),
        ("long_term = 7_000\nshort_term = -1_000", ["B6000"]),
        ("long_term = -1", []),
    ],
)
def test_losers_until_gains_are_zero(tmp_path: Path, realized: str, expected: list[str]) -> None:
    """The largest loss first; the lot that reaches zero goes whole; no gain, no sale."""
    case = load_case(write(tmp_path, LOSERS, f"[realized]\n{realized}\n"), as_of=AS_OF)
    assert lots(until_gains_are_zero(ask(case))) == expected


def test_a_carryover_has_used_up_gains_first(tmp_path: Path) -> None:
    more = "[realized]\nlong_term = 7_000\n[carryover]\nlong_term = 1_500\n"
    assert lots(until_gains_are_zero(ask(load_case(write(tmp_path, LOSERS, more), as_of=AS_OF)))) == ["B6000"]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("", ["B6000", "A2000", "C500"]),
        ('keep = ["BBB"]', ["A2000", "C500"]),
        ("minimum_loss = 600", ["B6000", "A2000"]),
        ("max_sales = 1", ["B6000"]),
        ("max_turnover = 2_000", ["B6000", "A2000"]),
        ("sell_gains = true", ["B6000", "A2000", "C500"]),
        ("sell = false", []),
    ],
)
def test_every_loss_keeps_to_what_the_household_allows(tmp_path: Path, wish: str, expected: list[str]) -> None:
    question = ask(load_case(write(tmp_path, LOSERS, f"[plan]\n{wish}\n"), as_of=AS_OF))
    assert lots(every_loss(question)) == expected
    assert nothing(question) == []
