"""Writing a file whole or not at all, readable by its owner alone, and never over another unless asked to.

A file of the household that an export is made from (`inputs`) is never written over, asked to or not, by whatever name
it is reached.
"""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from planner.domain.errors import InputError, Problem

TEMPORARY = ".harvest-"  # how a file being written begins; short, so that the longest name there is can be written
_ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def refuse_to_overwrite(path: Path, *, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Raises InputError where `path` cannot be written, may not without `force`, or is one of the `inputs`."""
    if not os.path.isdir(path.parent):
        raise _refused(path, f"there is no folder {path.parent}", "create it, or choose another path")
    if os.path.lexists(path):
        if os.path.exists(path) and not os.path.isfile(path):
            raise _refused(path, "is not a regular file", "choose another path")
        if any(_is_one_file(path, used) for used in inputs):
            what = "is a file of the household itself, which is never overwritten"
            raise _refused(path, what, "choose another path")
        if not force:
            raise _exists(path)


def _is_one_file(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file: links of both kinds, relative paths and another case included."""
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return False


def write_whole(path: Path, content: bytes, *, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Write it beside its place, then move it there in one step. Raises InputError where that cannot be done."""
    refuse_to_overwrite(path, force=force, inputs=inputs)
    target = Path(os.path.realpath(path))  # a link keeps pointing where it points
    temporary = target.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    try:
        with _leaving_nothing(temporary):
            with _opened(temporary) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _move(temporary, target, force=force)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as why:
        raise _refused(
            path, f"could not be written: {why.strerror}", "free some space, or choose another path"
        ) from why


def _opened(temporary: Path) -> BinaryIO:
    return os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def _leaving_nothing(temporary: Path) -> Iterator[None]:
    """Takes the temporary file away in the end, also where the process is asked to end in the meantime."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)  # as shells have it

    ours = threading.current_thread() is threading.main_thread()  # no other may say what a signal does
    before = {number: signal.signal(number, end) for number in _ENDS} if ours else {}
    try:
        yield
    finally:
        with suppress(OSError):
            os.unlink(temporary)
        for number, usual in before.items():
            signal.signal(number, usual)


def _move(temporary: Path, target: Path, *, force: bool) -> None:
    """A link is made only where there is nothing, so that a file which came in the meantime is not lost."""
    if not force:
        try:
            os.link(temporary, target)
            return
        except FileExistsError:
            raise
        except OSError:
            pass  # a file system without links
    os.replace(temporary, target)


def _exists(path: Path) -> InputError:
    return _refused(path, "already exists", "choose another path, or add --force to replace it")


def _refused(path: Path, what: str, remedy: str) -> InputError:
    return InputError([Problem(str(path), what, remedy)])
