"""The folder that a batch fills: plans, trade lists and letters by household, the results, and how to resume.

`journal.jsonl` holds a line for each household that is done, written as it is done: a run that is ended, by whatever,
goes on from there with --resume. Its first line says what was asked, and only the same question is continued.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from planner.domain.errors import InputError, Problem
from planner.domain.version import __version__

if TYPE_CHECKING:
    from planner.analysis.batch_results import Batch, BatchLine
    from planner.domain.case import Case
    from planner.domain.plan import Plan
    from planner.scenarios.batch import Keep, Place

JOURNAL = "journal.jsonl"
RESULTS = ("results.csv", "results.parquet")
PLANS, TRADES, LETTERS = "plans", "trades", "letters"
_BEGINNINGS = {JOURNAL: b'{"schema": "harvest.batch-journal/', RESULTS[0]: b"\xef\xbb\xbfname,status,exit_code,"}


@dataclass(frozen=True, slots=True)
class BatchFolder:
    """A folder to fill; `question` is what was asked: the as-of date, the time limit and the program's version."""

    path: Path
    as_of: date
    seconds: float

    @property
    def question(self) -> str:
        asked = {"as_of": self.as_of.isoformat(), "time_limit": self.seconds, "version": __version__}
        return json.dumps({"schema": "harvest.batch-journal/1", **asked})

    def begin(self, places: list[Place], *, force: bool, resume: bool) -> list[BatchLine]:
        """The lines that are done already, none without `resume`. Raises InputError where a file is in the way."""
        from planner.report.files.whole_file import write_whole

        journal = self.path / JOURNAL
        for name, beginning in _BEGINNINGS.items():
            self._refuse_another_file(name, beginning)
        if resume and journal.is_file():
            return self._done(journal, places)
        there = [name for name in (JOURNAL, *RESULTS, PLANS, TRADES, LETTERS) if (self.path / name).exists()]
        if there and not force:
            what = f"already holds the results of a batch: {', '.join(there)}"
            remedy = "choose another folder, continue that batch with --resume, or replace it with --force"
            raise InputError([Problem(str(self.path), what, remedy)])
        _make(self.path)
        if there:
            self._clear(places)
        write_whole(journal, f"{self.question}\n".encode(), force=True)
        return []

    def _clear(self, places: list[Place]) -> None:
        """Removes the results of the batch before, so that no order of it is taken for one of this batch: the files of
        every household that its journal or this batch names, and no file that a household lists."""
        from planner.loader.assembly.files import files_under_every_scenario
        from planner.report.files.batch_results import lines_of

        journal = self.path / JOURNAL
        old = lines_of(journal.read_text("utf-8", "replace").splitlines()) if journal.is_file() else []
        paths = {place.name: {str(place.path)} for place in places}
        for line in old:
            paths.setdefault(line.name, set()).add(line.path)
        files = [self.path / name for name in RESULTS]
        files += [self.path / file for name in sorted(paths) for file in files_of(name)]
        there = [path for path in files if path.is_file()]
        households = set().union(*paths.values()) if there else set()
        inputs = {_identity(file) for path in households for file in files_under_every_scenario(Path(path))}
        for path in there:
            if _identity(path) not in inputs:
                _remove(path)

    def _refuse_another_file(self, name: str, beginning: bytes) -> None:
        """Raises InputError where a file of that name is none that a batch wrote: it may be an account's."""
        path = self.path / name
        if path.is_file():
            with path.open("rb") as file:
                if file.read(len(beginning)) != beginning:
                    what = "is not what a batch wrote, and is not replaced"
                    raise InputError([Problem(str(path), what, "choose another folder")])

    def _done(self, journal: Path, places: list[Place]) -> list[BatchLine]:
        from planner.report.files.batch_results import lines_of

        asked, *lines = journal.read_text("utf-8").splitlines() or [""]
        if asked != self.question:
            what = f"was started with different options: {asked or 'an empty journal'}; now {self.question}"
            remedy = "give the same --as-of and --time-limit, or start again in another folder"
            raise InputError([Problem(str(journal), what, remedy)])
        for half_written in (path for name in (PLANS, TRADES, LETTERS) for path in (self.path / name).rglob(".*")):
            half_written.unlink(missing_ok=True)  # what a run that was ended was about to move to its place
        paths = {place.name: str(place.path) for place in places}
        return [line for line in lines_of(lines) if paths.get(line.name) == line.path]

    def note(self, line: BatchLine) -> None:
        """A household is done."""
        from planner.report.files.batch_results import journal_line

        try:
            with (self.path / JOURNAL).open("a", encoding="utf-8") as journal:
                journal.write(f"{journal_line(line)}\n")
        except OSError as why:
            what = f"could not be written: {why.strerror}"
            raise InputError(
                [Problem(str(self.path / JOURNAL), what, "free some space; continue with --resume")]
            ) from why

    def finish(self, batch: Batch) -> None:
        """The results, by name, and the journal in the same order: the same bytes whoever was done first. Raises
        InputError with all that could not be written."""
        from planner.report.files.batch_results import journal_line, results_csv, results_parquet, writes_parquet
        from planner.report.files.whole_file import write_whole

        journal = "".join(f"{text}\n" for text in (self.question, *map(journal_line, batch.lines)))
        files = {RESULTS[0]: results_csv(batch.lines), JOURNAL: journal.encode()}
        if writes_parquet():
            files[RESULTS[1]] = results_parquet(batch.lines)
        problems: list[Problem] = []
        for name, content in files.items():
            try:
                write_whole(self.path / name, content, force=True)
            except InputError as refused:
                problems += refused.problems
        if problems:
            raise InputError(problems)

    def keep(self) -> Keep:
        """What is done with a plan in the process that made it."""
        return partial(write_plan, self.path)


def files_of(name: str) -> tuple[str, ...]:
    """The files of a household in the folder, its plan first; none for a name that leads elsewhere."""
    if not name or name.startswith("/") or ".." in name.split("/"):
        return ()
    return f"{PLANS}/{name}.json", f"{TRADES}/{name}.csv", f"{LETTERS}/{name}.txt"


def write_plan(folder: Path, name: str, plan: Plan, case: Case) -> None:
    """A household's plan, and where it sells its trade list and letter. Other processes can run it too."""
    from planner.analysis.lot_orders import lot_orders
    from planner.report.files.letter import letter_file
    from planner.report.files.orders import trades_file
    from planner.report.json_documents.plan import plan_document
    from planner.report.json_documents.text import as_json

    saved, trades, letter = files_of(name)
    files = {saved: f"{as_json(plan_document(plan))}\n".encode()}
    if plan.sales:
        orders = lot_orders(plan, case)
        files |= {trades: trades_file(orders), letter: letter_file(orders, case)}
    _write(folder, files.items(), case.household.path)


def _write(folder: Path, files: Iterable[tuple[str, bytes]], household: Path) -> None:
    from planner.loader.assembly.files import files_under_every_scenario
    from planner.report.files.whole_file import write_whole

    for name, content in files:
        path = folder / name
        _make(path.parent)
        inputs = files_under_every_scenario(household) if path.exists() else ()
        write_whole(path, content, force=True, inputs=inputs)


def _identity(path: Path) -> tuple[int, int] | None:
    """What is the same of one file by whatever name it is reached; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as why:
        what = f"is of the batch before, and could not be removed: {why.strerror}"
        raise InputError([Problem(str(path), what, "remove it, or choose another folder")]) from why


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as why:
        problem = Problem(str(folder), f"could not be created: {why.strerror}", "choose another path")
        raise InputError([problem]) from why
