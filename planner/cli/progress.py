"""How far long work is, on standard error and only where someone looks: never in a pipe, never for short work."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from planner.domain.visible_text import visible_line

SHORT = 1.5  # seconds of work still to come that no one needs to watch
AT_ONCE = 1.0  # seconds in which an answer comes at once


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int, float], None]]:
    """Gives the function to call when so many are done, of so many, in so many seconds."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda done, of, seconds: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    shown = Progress(*columns, console=Console(stderr=True), transient=True)
    task = shown.add_task(visible_line(what), total=None)

    def told(done: int, of: int, seconds: float) -> None:
        if not shown.live.is_started and seconds / done * (of - done) > SHORT:
            shown.start()
        shown.update(task, completed=done, total=of)

    try:
        yield told
    finally:
        shown.stop()


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Says what is being done where it is not done at once, for work that does not know how far it is."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    shown: list[Any] = []

    def show() -> None:
        from rich.console import Console

        shown.append(Console(stderr=True).status(visible_line(what)))
        shown[0].start()

    timer = threading.Timer(AT_ONCE, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for status in shown:
            status.stop()
