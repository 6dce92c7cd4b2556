"""Work on many items by executors of `concurrent.futures`: a lost process or a hanging item costs that item alone.

What is submitted is a function of a module, on values and with values for answers. At most as many items are under way
as there are workers, so that the time an item takes is known, and a lost process can only have been at one of these.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from planner.domain.errors import InputError, Problem
from planner.scenarios.workers import end_with_the_program, start_method

Item = TypeVar("Item")
Done = TypeVar("Done")

LOOK_EVERY = 0.5  # seconds between looks at what takes too long


@dataclass(frozen=True, slots=True)
class Lost:
    """An item without an answer, and why."""

    why: str


class Workers(Protocol):
    """Where the work is done: `size` items may be under way at once.

    `renew` ends what hangs, where it can: True where all that was under way went with it and must be submitted again.
    """

    size: int

    def executor(self) -> Executor: ...
    def renew(self) -> bool: ...
    def close(self) -> None: ...


@dataclass
class Processes:
    """Processes of this machine. One that is lost or hangs is replaced, with the others of its pool."""

    size: int
    _pool: ProcessPoolExecutor | None = None

    def executor(self) -> Executor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.size, mp_context=start_method(), initializer=end_with_the_program)
        return self._pool

    def renew(self) -> bool:
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):  # no public way to end one that hangs
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)
        return True

    def close(self) -> None:
        self.renew()


class Cluster:
    """A Dask cluster at an address such as `tcp://10.0.0.5:8786`; needs the extra `dask`.

    Its workers read the households' files by the same paths. It tries an item whose worker is lost on another worker,
    and gives it up after a few of them (`distributed.scheduler.allowed-failures`).
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            what = "a scheduler needs the library distributed, which is not installed"
            remedy = "python -m pip install 'harvest-planner[dask]'"
            raise InputError([Problem("harvest batch --scheduler", what, remedy)]) from None
        try:
            connect: Callable[..., Any] = distributed.Client  # the library says no types
            self._client = connect(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as why:
            remedy = "start one with `dask scheduler`, and give the address that it prints"
            raise InputError([Problem("harvest batch --scheduler", f"nothing answers at {address}", remedy)]) from why
        self.size = max(1, 2 * sum(self._client.nthreads().values()))

    def executor(self) -> Executor:
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def renew(self) -> bool:
        """A cluster replaces its workers itself, and goes on with the rest."""
        return False

    def close(self) -> None:
        self._client.close()


@dataclass
class _Under(Generic[Item]):
    """What is under way: each future's item by its place, and when it was submitted."""

    places: dict[Future[Any], int] = field(default_factory=dict)
    since: dict[Future[Any], float] = field(default_factory=dict)

    def add(self, future: Future[Any], place: int) -> None:
        self.places[future], self.since[future] = place, time.monotonic()

    def take(self, future: Future[Any]) -> int:
        del self.since[future]
        return self.places.pop(future)

    def take_all(self) -> list[int]:
        places = list(self.places.values())
        self.places.clear()
        self.since.clear()
        return places


def each(
    work: Callable[[Item], Done], items: Sequence[Item], workers: Workers, *, longest: float
) -> Iterator[tuple[int, Done | Lost]]:
    """`work` on each item; answers as they come, each with its item's place in the sequence.

    An item under way when a process was lost is tried again alone: lost again, it is Lost. One that takes
    longer than `longest` seconds is Lost at once. An exception of the work itself ends the whole.
    """
    waiting, alone, under = deque(range(len(items))), deque[int](), _Under[Item]()
    while waiting or alone or under.places:
        suspected = not waiting and not under.places
        while waiting and len(under.places) < workers.size:
            _submit(work, items, waiting, workers, under)
        if suspected:
            _submit(work, items, alone, workers, under)
        done, _ = wait(under.places, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
        broken = []
        for future in done:
            place = under.take(future)
            try:
                yield place, future.result()
            except BrokenProcessPool:
                broken.append(place)
            except Exception as why:
                if type(why).__name__ != "KilledWorker":  # Dask's own, after its own further tries
                    raise
                if suspected:
                    yield place, Lost("its planning process was lost repeatedly")
                else:
                    alone.append(place)  # it may have was beside the one that ends its workers
        if broken:
            broken += under.take_all()
            workers.renew()
            if suspected:
                yield from ((place, Lost("its planning process was lost twice")) for place in broken)
            else:
                alone.extend(sorted(broken))
        if late := [future for future, since in under.since.items() if time.monotonic() - since > longest]:
            yield from ((under.take(future), Lost(f"it took longer than {longest:g} seconds")) for future in late)
            for future in late:
                future.cancel()
            if workers.renew():
                waiting.extendleft(reversed(under.take_all()))


def _submit(
    work: Callable[[Item], Done], items: Sequence[Item], queue: deque[int], workers: Workers, under: _Under[Item]
) -> None:
    place = queue.popleft()
    try:
        under.add(workers.executor().submit(work, items[place]), place)
    except BrokenProcessPool:  # it broke since; what is under way will say so
        queue.appendleft(place)
        if not under.places:
            workers.renew()
