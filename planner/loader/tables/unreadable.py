"""A file that is no table: where that shows, why, and the remedy."""

from __future__ import annotations

ARCHIVE = b"PK\x03\x04"  # a workbook is one


class Unreadable(Exception):  # noqa: N818 (it is the user's file, not our error)
    """A file that is no table of text: the line where that shows (0: the file as a whole), why, and the remedy."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        self.line = line
        self.what = what
        self.remedy = remedy
        super().__init__(what)
