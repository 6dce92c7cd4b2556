"""Writing a file whole or not at all, readable by its owner alone, and never over another unless told to."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from planner.domain.errors import InputError, Problem


def refuse_to_overwrite(path: Path, *, force: bool) -> None:
    """Raises Refused where `path` cannot be written, or may not without `force`."""
    if not os.path.isdir(path.parent):
        raise _refused(path, f"there is no folder {path.parent}", "make it, or choose another place")
    if os.path.lexists(path):
        if os.path.exists(path) and not os.path.isfile(path):
            raise _refused(path, "is no file that could be replaced", "choose another place")
        if not force:
            raise _exists(path)


def write_whole(path: Path, content: bytes, *, force: bool) -> None:
    """Write it beside its place, then move it there in one step. Raises Refused where that cannot be done."""
    refuse_to_overwrite(path, force=force)
    target = Path(os.path.realpath(path))  # a link keeps pointing where it points
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _move(temporary, target, force=force)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as why:
        raise _refused(path, f"could not be written: {why.strerror}", "make room, or choose another place") from why
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _move(temporary: str, target: Path, *, force: bool) -> None:
    """A link is made only where nothing stands, so that a file which came meanwhile is not lost."""
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
    return _refused(path, "exists already", "choose another place, or add --force to replace it")


def _refused(path: Path, what: str, remedy: str) -> InputError:
    return InputError([Problem(str(path), what, remedy)])
