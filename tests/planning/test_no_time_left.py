"""A time limit that has run out before the proof begins: an unproven plan with a bound, never exit 70."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from planner.loader import load_case
from planner.optimizer import proof
from planner.optimizer.pipeline import answer_case
from planner.optimizer.question import Question
from rules.cells import TooManyCells

ROOT = Path(__file__).resolve().parents[2]


def test_a_certificate_begun_after_the_deadline_still_bounds_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = answer_case(load_case(ROOT / "examples" / "eight-thousand-loss", as_of=date(2026, 12, 8)))
    late, ground_of = [True], proof.ground_of

    def ground(question: Question) -> object:
        if late.pop() if late else False:
            raise TooManyCells
        return ground_of(question)

    monkeypatch.setattr(proof, "ground_of", ground)
    found = proof.prove(solved.question, solved.evaluation, None, deadline=time.monotonic() - 1)
    assert found.bound >= solved.evaluation.benefit.total
    assert not late
