"""Dividing plans into cases (docs/model.md, "The certificate"): no lawful number of units is left out between two."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from planner.optimizer.search.cases import DividedAt, _split


@pytest.mark.parametrize("quantity", [0.5, 1.0, 4.0, 4.5])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("alone", [True, False])
def test_no_number_of_units_is_between_two_cases(quantity: float, whole: bool, alone: bool) -> None:
    """Whole shares, the last fraction only with the whole lot; else any part down to a hundred-millionth."""
    lawful = {*map(float, range(int(quantity) + 1)), quantity, *(() if whole else (1e-8, quantity / 3))}
    offers = SimpleNamespace(shares=[quantity])
    part: Any = SimpleNamespace(sold={}, ground=SimpleNamespace(offers=offers, alone=[alone]))
    divided = 0
    for now in lawful:
        for less, more in _split(part, DividedAt(np.array([now]), np.array([whole])), 0):
            divided += 1
            assert all(any(low <= units <= high for low, high in (less, more)) for units in lawful), (less, more)
    assert divided
