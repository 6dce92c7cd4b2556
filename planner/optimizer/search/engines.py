"""The engines behind the door: HiGHS in a thread that can be interrupted, HiGHS or CBC in a process that can be killed.

An engine never prints, never outlives its time, and says of its answer only what its own words say. The first choice
is HiGHS in this process: it is asked to stop by its own callback, and where it does not answer in time it is left
behind and never asked again in this process. The second and third are processes of their own, started afresh (a
worker of a cluster may not fork), and killed when their time is over.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import pulp

START = 0.5  # seconds that a process of its own may need before it begins
GRACE = 0.3  # seconds after its time limit in which an engine may still answer
FAREWELL = 5.0  # seconds the program waits at its end for one left behind: to end Python under it ends in an abort
THREADS = 1  # one thread and a fixed seed: the same file gives the same plan
SEED = 0
# Tolerances a hundred times finer than HiGHS's own: in scaled units 1e-6 of a switch could still be cents.
FEASIBILITY = 1e-9
LIFTED = "primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"


class EngineVerdict(Enum):
    """What an engine may say; everything else that it says is FAILED."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    TIME_LIMIT = "time limit"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EngineAnswer:
    """An engine's own words. `bound` is below the cost of every solution, minus infinity where it has none.

    Cost and bound are without the objective's constant. `values` are empty where it holds no solution.
    """

    verdict: EngineVerdict
    cost: float = math.inf
    bound: float = -math.inf
    values: Mapping[str, float] = field(default_factory=dict)


FAILED = EngineAnswer(EngineVerdict.FAILED)


# --- HiGHS in this process ---------------------------------------------------------------------------------------


_first_word = threading.Lock()
_spoken = False
_left_behind = threading.Event()


def _quiet_highs() -> Any:
    """A HiGHS that says nothing. Version 1.16 prints its name when the first one is made, whatever its options are."""
    import highspy

    global _spoken
    with _first_word:
        if _spoken:
            made = highspy.Highs()  # type: ignore[no-untyped-call]
        else:
            with _descriptor_held():
                made = highspy.Highs()  # type: ignore[no-untyped-call]
            _spoken = True
    made.setOptionValue("output_flag", False)
    made.setOptionValue("log_to_console", False)
    return made


@contextmanager
def _descriptor_held() -> Iterator[None]:
    """Standard output points nowhere for a moment, for what is printed behind Python's back."""
    try:
        kept = os.dup(1)
    except OSError:  # it is closed: nothing can be said there
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        _flush_c()
        os.dup2(nowhere, 1)
        yield
        _flush_c()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _flush_c() -> None:
    with suppress(Exception):  # where the C library has no such door its output is not buffered here either
        (ctypes.cdll.msvcrt if os.name == "nt" else ctypes.CDLL(None)).fflush(None)


class _Quiet(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS, made without a word and stopped by `stop`."""

    def __init__(self, stop: threading.Event, nodes: int | None, **options: Any) -> None:
        super().__init__(msg=False, **options)
        self.stop, self.nodes = stop, nodes

    def createAndConfigureSolver(self, lp: pulp.LpProblem) -> None:  # noqa: N802  PuLP's own name
        import highspy

        lp.solverModel = _quiet_highs()
        kinds = highspy.cb.HighsCallbackType
        lp.solverModel.setCallback(self._asked, None)
        for kind in (kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt, kinds.kCallbackIpmInterrupt):
            lp.solverModel.startCallback(kind)
        for name, value in (
            ("mip_rel_gap", 0.0),  # HiGHS's own 1e-4 is a hundred dollars on a million
            ("mip_abs_gap", self.gapAbs),
            ("threads", THREADS),
            ("random_seed", SEED),
            ("time_limit", float(self.timeLimit)),
            *((tolerance, FEASIBILITY) for tolerance in LIFTED),
            *((("mip_max_nodes", self.nodes),) if self.nodes is not None else ()),
        ):
            lp.solverModel.setOptionValue(name, value)

    def findSolutionValues(self, lp: pulp.LpProblem) -> tuple[int, int]:  # noqa: N802
        return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound  # PuLP's reading of them is not asked for

    def _asked(self, _kind: Any, _words: str, _out: Any, into: Any, _data: Any) -> None:
        if into is not None and self.stop.is_set():
            into.user_interrupt = True


def highs_here(problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None) -> EngineAnswer:
    """HiGHS in a thread of this process. Where it does not stop when asked it is left behind, and so is this engine.

    `nodes`: of its tree, after which it stops as if time were out: the same on every machine.
    """
    if _left_behind.is_set():
        return highs_apart(problem, seconds, gap, nodes)
    until = time.monotonic() + seconds
    stop, answers = threading.Event(), list[EngineAnswer]()

    def work() -> None:
        with suppress(Exception):  # whatever it throws: no answer
            problem.solve(_Quiet(stop, nodes, timeLimit=seconds, gapAbs=gap))
            answers.append(_words_of(problem))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        thread.join(max(0.0, until - time.monotonic()) + GRACE / 2)
        stop.set()
        thread.join(GRACE / 2)
    finally:
        stop.set()
        if thread.is_alive():
            _left_behind.set()
            atexit.register(thread.join, FAREWELL)
    return answers[0] if answers else FAILED


def _words_of(problem: pulp.LpProblem) -> EngineAnswer:
    """HiGHS's own status and dual bound; PuLP calls a run that hit its limit optimal, and fills in zeros."""
    import highspy

    highs = problem.solverModel
    facts, statuses = highs.getInfo(), highspy.HighsModelStatus
    verdict = {
        statuses.kOptimal: EngineVerdict.OPTIMAL,
        statuses.kInfeasible: EngineVerdict.INFEASIBLE,
        statuses.kUnboundedOrInfeasible: EngineVerdict.INFEASIBLE,  # no cost here is without a floor
        statuses.kTimeLimit: EngineVerdict.TIME_LIMIT,
        statuses.kInterrupt: EngineVerdict.TIME_LIMIT,
        statuses.kSolutionLimit: EngineVerdict.TIME_LIMIT,  # of nodes
    }.get(highs.getModelStatus(), EngineVerdict.FAILED)
    if verdict in (EngineVerdict.FAILED, EngineVerdict.INFEASIBLE):
        return EngineAnswer(verdict)
    integer = any(v.cat == pulp.LpInteger for v in problem.variables())
    feasible = facts.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    found = highs.getSolution().col_value if feasible else ()
    values = {v.name: float(value) for v, value in zip(problem.variables(), found, strict=feasible)}
    cost = facts.objective_function_value if feasible else math.inf
    if verdict is EngineVerdict.OPTIMAL and not feasible:
        return FAILED
    bound = facts.mip_dual_bound if integer else cost if verdict is EngineVerdict.OPTIMAL else -math.inf
    return EngineAnswer(verdict, cost, bound if math.isfinite(bound) else -math.inf, values)


# --- processes of their own --------------------------------------------------------------------------------------

APART = """
import json, os, sys
out = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
import highspy
path, nodes = sys.argv[1], int(sys.argv[2])
seconds, gap, tolerance = (float(word) for word in sys.argv[3:6])
h = highspy.Highs()
for name, value in [("output_flag", False), ("mip_rel_gap", 0.0), ("mip_abs_gap", gap), ("threads", 1),
                    ("random_seed", 0), ("time_limit", seconds), ("mip_max_nodes", nodes),
                    ("primal_feasibility_tolerance", tolerance),
                    ("dual_feasibility_tolerance", tolerance), ("mip_feasibility_tolerance", tolerance)]:
    h.setOptionValue(name, value)
h.readModel(path)
h.run()
facts, lp = h.getInfo(), h.getLp()
feasible = facts.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
said = {"status": h.getModelStatus().name, "cost": facts.objective_function_value, "bound": facts.mip_dual_bound,
        "values": dict(zip(lp.col_names_, h.getSolution().col_value)) if feasible else {}}
with os.fdopen(out, "w") as answer:
    json.dump(said, answer)
"""
SAID = {
    "kOptimal": EngineVerdict.OPTIMAL,
    "kInfeasible": EngineVerdict.INFEASIBLE,
    "kUnboundedOrInfeasible": EngineVerdict.INFEASIBLE,
    "kTimeLimit": EngineVerdict.TIME_LIMIT,
    "kSolutionLimit": EngineVerdict.TIME_LIMIT,
}


def highs_apart(problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None) -> EngineAnswer:
    """HiGHS in a process of its own, killed when its time is over."""
    with tempfile.TemporaryDirectory(prefix="harvest-") as folder, suppress(Exception):
        path, until = Path(folder) / "problem.mps", time.monotonic() + seconds
        problem.writeMPS(str(path))
        seconds = until - time.monotonic()
        run = subprocess.run(
            [
                sys.executable,
                "-c",
                APART,
                str(path),
                f"{nodes or 2**31 - 1}",
                f"{max(seconds / 2, seconds - START)}",
                f"{gap}",
                f"{FEASIBILITY}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds + GRACE,
            check=True,
        )
        said = json.loads(run.stdout)
        verdict = SAID.get(said["status"], EngineVerdict.FAILED)
        if verdict in (EngineVerdict.FAILED, EngineVerdict.INFEASIBLE):
            return EngineAnswer(verdict)
        integer = any(v.cat == pulp.LpInteger for v in problem.variables())
        cost = float(said["cost"]) if said["values"] else math.inf
        bound = float(said["bound"]) if integer else (cost if verdict is EngineVerdict.OPTIMAL else -math.inf)
        if verdict is EngineVerdict.OPTIMAL and not said["values"]:
            return FAILED
        return EngineAnswer(verdict, cost, bound if math.isfinite(bound) else -math.inf, said["values"])
    return FAILED


CBC_LIMIT = re.compile(r"Stopped on (?:time|iterations|nodes)")


def cbc_apart(problem: pulp.LpProblem, seconds: float, gap: float, nodes: int | None = None) -> EngineAnswer:
    """CBC, which comes with PuLP and shares no line with HiGHS. It says a bound only where it ended."""
    with tempfile.TemporaryDirectory(prefix="harvest-") as folder, suppress(Exception):
        engine = pulp.PULP_CBC_CMD(msg=False)
        path, solution = Path(folder) / "problem.mps", Path(folder) / "solution.txt"
        until = time.monotonic() + seconds
        _, variables, rows, _ = problem.writeMPS(str(path), rename=True)
        seconds = until - time.monotonic()
        subprocess.run(
            [engine.path, str(path), "-sec", f"{seconds}", "-maxN", f"{nodes or 2**31 - 1}",
             "-ratio", "0", "-allow", f"{gap}", "-primalT", "1e-9",
             "-integerT", "1e-9", "-timeMode", "elapsed", "-branch", "-printingOptions", "all", "-solution",
             str(solution)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds + GRACE,
            check=True,
        )  # fmt: skip
        first = solution.read_text("utf-8", "replace").partition("\n")[0]
        if first.startswith(("Infeasible", "Integer infeasible")):
            return EngineAnswer(EngineVerdict.INFEASIBLE)
        _, values, *_ = engine.readsol_MPS(str(solution), problem, problem.variables(), variables, rows)
        cost = sum(weight * values[v.name] for v, weight in problem.objective.items())
        if first.startswith("Optimal"):
            return EngineAnswer(EngineVerdict.OPTIMAL, cost, cost - gap, values)
        if CBC_LIMIT.match(first) and "no integer solution" not in first:
            return EngineAnswer(EngineVerdict.TIME_LIMIT, cost, -math.inf, values)
        return EngineAnswer(EngineVerdict.TIME_LIMIT) if CBC_LIMIT.match(first) else FAILED
    return FAILED
