"""The certificate keeps the time limit: what multipliers there are by then prove less, and what they prove is true."""

from __future__ import annotations

import math
import time
from pathlib import Path

from household_files import AS_OF, planned, write

from planner.loader import load_case
from planner.optimizer.pipeline import ask
from planner.optimizer.proof import START, ground_of
from planner.optimizer.verify.certificate import certified_bound, certify
from planner.optimizer.verify.year_bound import vector

LOTS = "AAA,30,2024-01-05,60000,1000,stock,\nBBB,31,2025-01-06,62000,1010,stock,\nCCC,7,2026-02-02,9000,900,stock,\n"
GAINS = "\n[realized]\nshort_term = 41_000\nlong_term = 30_000\n"


def test_out_of_time_it_proves_less_and_nothing_false(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, GAINS)
    best = planned(folder)
    on = ground_of(ask(load_case(folder, as_of=AS_OF)))
    bounds = []
    for deadline in (math.inf, time.monotonic() - 1):
        certificate = certify(on, [vector(START, on.names)], best.benefit.total, deadline)
        bounds.append(certified_bound(on, certificate))
    in_time, late = bounds
    assert in_time is not None
    assert late is not None
    assert best.benefit.total <= in_time < late
