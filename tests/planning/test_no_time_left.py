"""A time limit that has run out before the proof begins: an unproven plan with a bound, never exit 70."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from planner.domain.plan import Status
from planner.loader import load_case
from planner.optimizer import proof
from planner.optimizer.pipeline import answer_case

ROOT = Path(__file__).resolve().parents[2]


def test_a_certificate_begun_after_the_deadline_still_bounds_the_plan() -> None:
    case = load_case(ROOT / "examples" / "eight-thousand-loss", as_of=date(2026, 12, 8))
    answer = answer_case(case)
    found = proof.prove(answer.question, answer.evaluation, None, deadline=time.monotonic() - 1)
    assert found.bound >= answer.evaluation.benefit.total
    assert found.status in (Status.PROVEN, Status.UNPROVEN)
