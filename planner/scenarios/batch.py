"""Many households, each planned by itself: found in folders, shared by processes, none of them able to stop another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from planner.analysis.batch_results import Batch, BatchLine
from planner.analysis.totals import total_of
from planner.domain.errors import ExitCode, InputError, Problem
from planner.domain.plan import Plan, Status
from planner.loader import HOUSEHOLD_FILE, load_case
from planner.optimizer import SECONDS, plan_case
from planner.scenarios.workers import Told, in_order, silent

Keep = Callable[[str, Plan], None]  # what is done with a household's name and plan where the plan was made


@dataclass(frozen=True, slots=True)
class Place:
    """A household that was asked for, by a name that no other of them has; `path` may turn out to hold none."""

    name: str
    path: Path


def places_in(folders: Iterable[Path]) -> list[Place]:
    """Every household in these folders and the folders in them, hidden ones left out; a folder without any is a place
    too, so that it is refused and not passed over. Names are paths from the folder that all have in common."""
    found = {path.resolve() for folder in folders for path in _households(folder)}
    homes = {path: path.parent if path.name == HOUSEHOLD_FILE else path.with_suffix("") for path in found}
    common = Path(os.path.commonpath(list(homes.values())))
    base = common.parent if common in homes.values() else common
    places = [Place(home.relative_to(base).as_posix(), path) for path, home in homes.items()]
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
) -> Batch:
    """Each household planned as of the day. Of a plan only its figures stay; `keep`, a function of a module, is given
    the whole of it in whichever process made it. What `keep` refuses counts as refused input."""
    work = partial(_line, as_of=as_of, seconds=seconds, keep=keep)
    return Batch(as_of, tuple(in_order(work, places, told=told)))


def _line(place: Place, as_of: date, seconds: float, keep: Keep | None) -> BatchLine:
    path = str(place.path)
    try:
        plan = plan_case(load_case(place.path, as_of=as_of), seconds=seconds)
        if keep is not None:
            keep(place.name, plan)
    except InputError as refused:
        return BatchLine(place.name, path, refused.exit_code, problems=refused.problems)
    except Exception as fault:  # one household's, and no reason to leave the others without a plan
        what = f"this is our fault, not yours: {type(fault).__name__}: {fault}"
        remedy = f"run HARVEST_DEBUG=1 harvest plan {path} and send us what it prints; it may show your figures"
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
    )
