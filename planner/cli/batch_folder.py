"""The folder that a batch fills: plans, trade lists and letters by household, the results, and how to resume.

`journal.jsonl` holds a line for each household that is done, written as it is done: a run that is ended, by whatever,
goes on from there with --resume. Its first line says what was asked, and only the same question is continued.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.output import say
from planner.domain.errors import ExitCode, InputError, Problem
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
        """The lines that are done already, none without `resume`. What else a batch before left here is removed, but of
        what is resumed no household's files that is not asked for. Raises InputError where a file is in the way."""
        from planner.report.files.batch_results import journal_line
        from planner.report.files.whole_file import write_whole

        for name, beginning in _BEGINNINGS.items():
            self._refuse_another_file(name, beginning)
        there = [name for name in (JOURNAL, *RESULTS, PLANS, TRADES, LETTERS) if (self.path / name).exists()]
        journal = self.path / JOURNAL
        resumed = resume and journal.is_file()
        if there and not force and not resumed:
            what = f"already holds the results of a batch: {', '.join(there)}"
            remedy = "choose another folder, continue that batch with --resume, or replace it with --force"
            raise InputError([Problem(str(self.path), what, remedy)])
        old = self._old_lines(resumed=resumed) if journal.is_file() else []
        done = self._done(old, places) if resumed else []
        _make(self.path)
        if there:
            self._clear([] if resumed else old, places, {line.name for line in done})
        noted = "".join(f"{text}\n" for text in (self.question, *map(journal_line, done)))
        write_whole(journal, noted.encode(), force=True)
        return done

    def _old_lines(self, *, resumed: bool) -> list[BatchLine]:
        """What the batch before noted. To be continued (`resumed`), its journal has to be whole, and of this
        question; to be replaced, what can be read of it is enough. Raises InputError."""
        from planner.report.files.batch_results import lines_of

        journal = self.path / JOURNAL
        try:
            asked, *lines = journal.read_text("utf-8", "strict" if resumed else "replace").splitlines() or [""]
        except UnicodeDecodeError as why:
            what = "is damaged: some of its bytes are no text"
            remedy = "plan the whole batch again: with --force, or in another folder"
            raise InputError([Problem(str(journal), what, remedy)]) from why
        if resumed and asked != self.question:
            what = f"was started with different options: {asked or 'an empty journal'}; now {self.question}"
            remedy = "give the same --as-of and --time-limit, or start again in another folder"
            raise InputError([Problem(str(journal), what, remedy)])
        return lines_of(lines)

    def _done(self, old: list[BatchLine], places: list[Place]) -> list[BatchLine]:
        """The old lines that still hold; says how many do."""
        from planner.report.words import count

        for half_written in (path for name in (PLANS, TRADES, LETTERS) for path in (self.path / name).rglob(".*")):
            half_written.unlink(missing_ok=True)  # what a run that was ended was about to move to its place
        lines = {line.name: line for line in old}
        known = [(place, lines[place.name]) for place in places if place.name in lines]
        done = [line for place, line in known if self._holds(line, place)]
        taken = f"{len(done):,} of {count(len(places), 'household')} taken from the earlier run"
        say(f"harvest: {taken}, {len(known) - len(done):,} planned again", error=True)
        return done

    def _holds(self, line: BatchLine, place: Place) -> bool:
        """Whether an answer of the earlier run is there and is still that of the household's files. One that was
        refused, or ended in an internal error, never is: what was in its way may be gone."""
        from planner.loader.sources import files_digest

        if line.exit_code in (ExitCode.REFUSED, ExitCode.OUR_FAULT) or line.path != str(place.path):
            return False
        written = files_of(line.name)[: 3 if line.sales else 1 if line.benefit else 0]
        return all(os.path.isfile(self.path / name) for name in written) and line.digest == files_digest(place.path)

    def _refuse_another_file(self, name: str, beginning: bytes) -> None:
        """Raises InputError where a file of that name is none that a batch wrote: it may be an account's."""
        path = self.path / name
        if path.is_file():
            with path.open("rb") as file:
                if file.read(len(beginning)) != beginning:
                    what = "is not what a batch wrote, and is not replaced"
                    raise InputError([Problem(str(path), what, "choose another folder")])

    def _clear(self, old: list[BatchLine], places: list[Place], done: set[str]) -> None:
        """Removes the results of the batch before, so that no order of it is taken for one of this batch: the files of
        every household of either but those `done`, and no file that a household lists."""
        from planner.loader.assembly.files import files_under_every_scenario

        paths = {place.name: {str(place.path)} for place in places}
        for line in old:
            paths.setdefault(line.name, set()).add(line.path)
        files = [self.path / name for name in RESULTS]
        files += [self.path / file for name in sorted(paths.keys() - done) for file in files_of(name)]
        there = [path for path in files if os.path.isfile(path)]
        households = set().union(*paths.values()) if there else set()
        inputs = {_identity(file) for path in households for file in files_under_every_scenario(Path(path))}
        for path in there:
            if _identity(path) not in inputs:
                _remove(path)

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

    inputs: tuple[Path, ...] | None = None  # asked for once, and only where a file is there already
    for name, content in files:
        path = folder / name
        _make(path.parent)
        if inputs is None and path.exists():
            inputs = files_under_every_scenario(household)
        write_whole(path, content, force=True, inputs=inputs or ())


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
