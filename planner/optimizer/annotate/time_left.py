"""Explanations where time runs out: sensitivities stop first, then reasons, and the plan says so."""

from __future__ import annotations

import time
from dataclasses import dataclass

from planner.domain.errors import Caution

REASONS = Caution(
    "time_limit", "Time ran out before every sale and every lot kept was explained; no sale depends on that."
)
SENSITIVITIES = Caution("time_limit", "Time ran out before the sales were planned again under every other assumption.")


@dataclass
class TimeLeft:
    """Asked before each part of an explanation; `cut`: something was left out."""

    deadline: float  # on the monotonic clock
    cut: bool = False

    def is_over(self) -> bool:
        self.cut = self.cut or time.monotonic() > self.deadline
        return self.cut
