"""A file's bytes, where it is a file and no longer than any that is read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from planner.domain.input_limits import MOST_FILE_BYTES
from planner.loader.tables.unreadable import Unreadable


def read_bounded(path: Path, most: int = MOST_FILE_BYTES) -> bytes:
    """The whole of a file. Raises Unreadable, having read no more than `most`, where it is longer; OSError as ever.

    A pipe is refused, and not waited for: whoever would write to it may never come.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            what = "this is not a regular file but a pipe or a device"
            raise Unreadable(0, what, "save what it gives to a file, and name that file")
        content = file.read(most + 1)
    if len(content) > most:
        size = f"{most // 2**20} MB" if most >= 2**20 else f"{most:,} bytes"
        raise Unreadable(0, f"this file is larger than {size}", "download fewer years at once, and list the parts")
    return content


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
