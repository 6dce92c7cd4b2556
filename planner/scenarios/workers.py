"""The same work for many items, in this process or in several; what comes back is in the order of the items either way.

Processes cost half a second to start, so there is a second one only where the first item shows that it pays.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")
Told = Callable[[int, int, float], None]  # so many done, of so many, in so many seconds

PAYS = 2.0  # seconds of a processor's work still to come, above which processes of its own are worth their start
BREATH = 4  # items handed to a process at a time, of many


def silent(done: int, of: int, seconds: float) -> None:
    """Reports no progress."""


def in_order(
    work: Callable[[Item], Done], items: Sequence[Item], *, told: Told = silent, processors: int | None = None
) -> Iterator[Done]:
    """`work` on each item: a function of a module, on values and with values for answers, so that processes share them.

    An exception of one item ends the whole; what is an answer too, such as an input error, is to be returned.
    """
    began, worked = time.monotonic(), 0.0
    available = processors or available_processors()
    for done, item in enumerate(items, 1):
        before = time.process_time()  # not by the clock: on a machine that others keep busy more processes are no help
        answer = work(item)
        worked += time.process_time() - before
        yield answer
        told(done, len(items), time.monotonic() - began)
        left = len(items) - done
        if available > 1 and left > 1 and worked / done * left > PAYS:
            yield from _shared(work, items, done, min(available, left), began, told)
            return


def _shared(
    work: Callable[[Item], Done], items: Sequence[Item], done: int, processes: int, began: float, told: Told
) -> Iterator[Done]:
    """The items after the first `done`, by so many processes."""
    pool = ProcessPoolExecutor(processes, mp_context=start_method(), initializer=end_with_the_program)
    try:
        left = items[done:]
        chunk = max(1, min(BREATH, len(left) // (processes * BREATH)))
        for answer in pool.map(work, left, chunksize=chunk):
            done += 1
            yield answer
            told(done, len(items), time.monotonic() - began)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def available_processors() -> int:
    """How many processors may be worked on. A script that uses the library has one: each process that was started would
    run the script again, unless it guards its last lines with `if __name__ == "__main__"`.
    """
    if "planner.cli" not in sys.modules and hasattr(sys.modules["__main__"], "__file__"):
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def start_method() -> multiprocessing.context.BaseContext:
    """How processes are started: never a plain fork, which would copy the locks of a solver's threads without them."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["planner.optimizer", "planner.loader"])
    return context


def end_with_the_program() -> None:
    """A process stopped by the keyboard leaves without a word: the program itself says what there is to say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
