"""The columns of what may be sold say what its objects say: no row is another by the way it is asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from planner.domain.errors import NoPlan
from planner.optimizer import ask
from planner.optimizer import candidates as module
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.candidates import candidates
from planner.optimizer.verify.sale_figures import figures
from tests.hunt.random_households import household


def rows_of(seed: int) -> CandidateRows:
    try:
        return ask(household(seed)).field.candidates
    except NoPlan:
        pytest.skip("a household whose limits contradict one another")


@pytest.mark.parametrize("seed", range(12))
def test_columns_are_those_of_the_candidates(seed: int) -> None:
    rows = rows_of(seed)
    for row, candidate in enumerate(rows):
        lot = rows.lot[row]
        assert candidate.whole == figures(candidate.whole.order)
        assert (candidate.sold, candidate.basket, candidate.cost_rate) == (
            rows.sold[row],
            rows.basket[row],
            rows.rates[row],
        )
        assert (candidate.lot_id, candidate.holding) == (rows.lot_id(row), rows.holding(row))
        assert float(candidate.whole.gain) == rows.gain[lot]
        assert float(candidate.whole.proceeds) == rows.proceeds[lot]
        assert float(candidate.quantity) == rows.quantity[lot]
        assert candidate.must == (rows.duty[lot] > 0)
    assert sum(map(len, rows.days.values())) == len(rows)


@pytest.mark.parametrize("seed", range(12))
def test_some_lots_alone_are_the_same_rows(seed: int) -> None:
    rows = rows_of(seed)
    kept = np.arange(len(rows.firsts)) % 3 != 1
    some = rows.of_lots(kept)
    wanted = [(c.lot_id, c.sold, c.basket) for row, c in enumerate(rows) if kept[rows.lot[row]]]
    assert [(c.lot_id, c.sold, c.basket) for c in some] == wanted
    assert list(some.starts) == [row for row in range(len(some)) if row == 0 or some.lot[row] != some.lot[row - 1]]


@pytest.mark.parametrize("seed", range(40))
def test_lots_told_apart_by_columns_are_as_each_by_itself(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """§§ 1001, 1222, 1091 of every lot: by its kind and its columns, or as an object of its own."""
    try:
        case, days = (question := ask(household(seed))).case, question.days.one
    except NoPlan:
        pytest.skip("a household whose limits contradict one another")
    by_columns = candidates(case, days)
    monkeypatch.setattr(module, "_usual", lambda case, _: np.zeros(len(case.lots), dtype=bool))
    alone = candidates(case, days)
    assert by_columns.held_back == alone.held_back
    assert list(by_columns.candidates) == list(alone.candidates)
    for name in ("rows", "proceeds", "gain", "moved", "quantity", "duty", "smallest", "step"):
        found, wanted = (getattr(field.candidates.firsts, name).tolist() for field in (by_columns, alone))
        assert found == wanted, name
    for name in ("lot_ids", "identities", "bought_as", "bought"):
        assert getattr(by_columns.candidates.firsts, name) == getattr(alone.candidates.firsts, name)
    firsts = by_columns.candidates.firsts
    assert firsts.bought == [first.holding.bought for first in firsts]
    assert firsts.bought_as == [first.holding.purchase for first in firsts]
    assert [firsts.owner(n) for n in range(len(firsts))] == [first.owner for first in firsts]


def test_a_gain_that_rounding_makes_is_not_realized_either() -> None:
    """§ 1001: $100.007 is a cent more than a basis of $100 once it is rounded; `sell_gains` is false."""
    case, days = (question := ask(household(0))).case, question.days.one
    first = question.field.candidates[0].holding
    lots = [replace(first.lot, lot_id=name, quantity=Decimal(1), basis=Decimal(100)) for name in ("b", "a")]
    prices = Decimal("99"), Decimal("100.007")
    held = [replace(first, lot=lot, price=price) for lot, price in zip(lots, prices, strict=True)]
    assert not case.household.plan_limits.sell_gains
    assert candidates(replace(case, holdings=held), days).candidates.lot_ids == ["b"]
