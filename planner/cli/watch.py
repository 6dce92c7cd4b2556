"""`harvest plan --watch`: the plan again whenever a file of the household changes, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from planner.cli.options import case_of
from planner.cli.output import complain, page_layout, say
from planner.domain.errors import ExitCode, InputError, Problem

LIBRARY, EXTRA = "watchfiles", "watch"
LOOK = 1000  # milliseconds after which we look for ourselves: not every file system tells of its changes

Stamp = tuple[int, int, int]  # a file's number on its disk, its length, when it was last written


def watch_plan(path: Path, as_of: date | None, scenario: str | None, seconds: float, *, full: bool = False) -> ExitCode:
    """Show the plan, and each later one with what has changed below it; what is refused is shown too."""
    if find_spec(LIBRARY) is None:
        what = f"watching files needs the library {LIBRARY}, which is not installed"
        raise InputError([Problem("harvest plan --watch", what, f"python -m pip install 'harvest-planner[{EXTRA}]'")])
    from planner.analysis.comparison import since
    from planner.optimizer import plan_case
    from planner.report.screens.first import first_screen
    from planner.report.screens.plan import plan_screen
    from planner.report.screens.since import since_screen

    last = None
    watched = Watched(path, scenario)
    for changed in watched.rounds():
        try:
            case = case_of(path, as_of, scenario)
            answer = plan_case(case, seconds=seconds)
        except InputError as refused:
            complain(refused)
            watched.refused = True
            say("harvest: still watching; Ctrl-C to stop", error=True)
            continue
        watched.refused = False
        layout = page_layout()
        shown = plan_screen(answer, case, **layout) if full else first_screen(answer, case, str(path), **layout)
        say(shown if last is None else f"{shown}{since_screen(since(last, answer), changed, **layout)}")
        say(f"harvest: watching {len(watched.files)} files of the household; Ctrl-C to stop", error=True)
        last = answer
    return ExitCode.DONE


@dataclass
class Watched:
    """The files of a household, and their state when they were last planned on.

    While it is refused, whatever appears in its folder counts too: it may be the file that was missing.
    """

    path: Path
    scenario: str | None
    refused: bool = False
    files: tuple[Path, ...] = ()
    _stamps: dict[Path, Stamp | None] = field(default_factory=dict)

    def rounds(self) -> Iterator[list[str]]:
        """The names of the files that changed, each time that any has; at first, at once, none."""
        self._look()
        yield []
        while True:
            changed = self._changed() or self._wait()
            self._look()
            yield sorted(path.name for path in changed)

    def _look(self) -> None:
        from planner.loader.assembly.files import household_files

        self.files = household_files(self.path, self.scenario)
        self._stamps = _stamps({*self.files, *self._neighbours()})

    def _neighbours(self) -> Iterable[Path]:
        """Everything in the folder of household.toml."""
        return self.files[0].parent.glob("*")

    def _changed(self) -> set[Path]:
        now = _stamps({*self.files, *self._neighbours()} if self.refused else self.files)
        return {path for path, stamp in now.items() if stamp != self._stamps.get(path)}

    def _wait(self) -> set[Path]:
        """Return what has changed once something has and is quiet again. Raises KeyboardInterrupt."""
        from watchfiles import watch

        folders = {path.parent for path in self.files if path.parent.is_dir()}
        for _ in watch(*folders, recursive=False, yield_on_timeout=True, rust_timeout=LOOK, watch_filter=None):
            if changed := self._changed():
                return changed
        raise KeyboardInterrupt


def _stamps(paths: Iterable[Path]) -> dict[Path, Stamp | None]:
    """The state of each file; None where there is none. A file replaced by another has a new number."""
    found: dict[Path, Stamp | None] = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            found[path] = None
        else:
            found[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found
