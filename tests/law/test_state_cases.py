"""Every state's tax on the changes that public engines agree on: 1,257 cases, all 51 places, 2025 and 2026."""

from __future__ import annotations

from typing import Any

import pytest

from tests.golden.states_page import MISSED, agrees, cases

CASES = cases()


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
    assert agrees(case)


def test_the_cases_reach_every_place() -> None:
    assert len(CASES) == 1257
    assert len({case["state"] for case in CASES}) == 51
    assert MISSED.keys() <= {case["id"] for case in CASES}
