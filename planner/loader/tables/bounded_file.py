"""A file's bytes, where it is no longer than any that is read."""

from __future__ import annotations

from pathlib import Path

from planner.domain.input_limits import MOST_FILE_BYTES
from planner.loader.tables.unreadable import Unreadable


def read_bounded(path: Path, most: int = MOST_FILE_BYTES) -> bytes:
    """The whole of a file. Raises Unreadable, having read no more than `most`, where it is longer; OSError as ever."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        size = f"{most // 2**20} MB" if most >= 2**20 else f"{most:,} bytes"
        raise Unreadable(0, f"this file is larger than {size}", "download fewer years at once, and list the parts")
    return content
