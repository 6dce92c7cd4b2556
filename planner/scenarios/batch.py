"""Many households, each planned by itself: found in folders, shared by workers, none of them able to stop another."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from planner.analysis.batch_results import Batch, BatchLine
from planner.analysis.totals import total_of
from planner.domain.case import Case
from planner.domain.errors import ExitCode, InputError, Problem
from planner.domain.plan import Plan, Status
from planner.loader import HOUSEHOLD_FILE, load_case
from planner.loader.sources import files_digest
from planner.optimizer import SECONDS, plan_case
from planner.scenarios.executors import Lost, Workers, each
from planner.scenarios.workers import Told, silent

HANGS_AFTER = 60.0  # seconds in which a household is read, and
HANGS_AFTER_LIMITS = 4.0  # time limits in which it is planned; longer, and it is given up

Keep = Callable[[str, Plan, Case], None]  # what is done with a household's name, plan and case where they were made


@dataclass(frozen=True, slots=True)
class Place:
    """A household that was asked for, by a name that no other of them has; `path` may turn out to hold none."""

    name: str
    path: Path


def places_in(folders: Iterable[Path]) -> list[Place]:
    """Every household in these folders and the folders in them, hidden ones left out; a folder without any is a place
    too, so that it is refused and not passed over.

    Names are paths from the folder that all have in common; a file named otherwise than household.toml keeps its ending
    where a folder has the same name.
    """
    found = {path.resolve() for folder in folders for path in _households(folder)}
    homes = {path: path.parent if path.name == HOUSEHOLD_FILE else path.with_suffix("") for path in found}
    twice = {home for home, times in Counter(homes.values()).items() if times > 1}
    named = {path: path if home in twice and path.name != HOUSEHOLD_FILE else home for path, home in homes.items()}
    common = Path(os.path.commonpath(list(homes.values())))
    base = common.parent if common in homes.values() else common
    places = [Place(name.relative_to(base).as_posix(), path) for path, name in named.items()]
    return sorted(places, key=lambda place: place.name)


def _households(folder: Path) -> Iterator[Path]:
    inside = [Path(at, HOUSEHOLD_FILE) for at, folders, files in _walked(folder) if HOUSEHOLD_FILE in files]
    yield from inside or [folder]


def _walked(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    for at, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield at, folders, files


def plan_places(
    places: Sequence[Place],
    as_of: date,
    *,
    seconds: float = SECONDS,
    keep: Keep | None = None,
    told: Told = silent,
    workers: Workers | None = None,
    finished: Callable[[BatchLine], None] = lambda line: None,
) -> Batch:
    """Each household planned as of the day, in the order of their names.

    Of a plan only its figures stay; `keep`, a function of a module, is given the whole of it in whichever process made
    it, and what it refuses counts as refused input. `finished` is given each line as it comes. Without `workers` all
    happens in this process.
    """
    work = partial(_line, as_of=as_of, seconds=seconds, keep=keep)
    began = time.monotonic()
    lines: dict[int, BatchLine] = {}
    longest = HANGS_AFTER + HANGS_AFTER_LIMITS * seconds
    answers = enumerate(map(work, places)) if workers is None else each(work, places, workers, longest=longest)
    for at, answer in answers:
        line = _lost(places[at], answer) if isinstance(answer, Lost) else answer
        lines[at] = line
        finished(line)
        told(len(lines), len(places), time.monotonic() - began)
    return Batch(as_of, tuple(lines[at] for at in range(len(places))))


def _lost(place: Place, lost: Lost) -> BatchLine:
    remedy = f"run `harvest plan {place.path}` by itself to see where it stops; it may need more memory"
    return BatchLine(place.name, str(place.path), ExitCode.OUR_FAULT, problems=(Problem(place.name, lost.why, remedy),))


def _line(place: Place, as_of: date, seconds: float, keep: Keep | None) -> BatchLine:
    path = str(place.path)
    gc.enable()  # a process plans thousands of households, and cannot keep them all until it ends
    digest = ""
    try:
        if keep is not None:
            digest = files_digest(place.path)  # before they are read: a change meanwhile is one since
        case = load_case(place.path, as_of=as_of)
        plan = plan_case(case, seconds=seconds)
        if keep is not None:
            keep(place.name, plan, case)
    except InputError as refused:
        return BatchLine(place.name, path, refused.exit_code, problems=refused.problems, digest=digest)
    except Exception as fault:  # one household's, and no reason to leave the others without a plan
        what = f"internal error: {type(fault).__name__}: {fault}"
        remedy = f"run HARVEST_DEBUG=1 harvest plan {path} and send us the output (it may contain your figures)"
        return BatchLine(place.name, path, ExitCode.OUR_FAULT, problems=(Problem(place.name, what, remedy),))
    sold = total_of(plan.sales)
    proven = plan.status is Status.PROVEN
    return BatchLine(
        place.name,
        path,
        ExitCode.DONE if proven else ExitCode.NO_PLAN,
        benefit=plan.benefit,
        status=plan.status,
        sales=sold.lots,
        proceeds=sold.proceeds,
        digest=digest,
    )
