"""A file that is not a table: where that shows, why, and the remedy."""

from __future__ import annotations

from planner.domain.input_limits import MOST_ELEMENTS, MOST_MARKUP_BYTES

ARCHIVE = b"PK\x03\x04"  # a workbook is one


class Unreadable(Exception):  # noqa: N818 (it is the user's file, not our error)
    """A file that is not a table of text: the line where that shows (0: the file as a whole), why, and the remedy."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        self.line = line
        self.what = what
        self.remedy = remedy
        super().__init__(what)


def refuse_long_markup(text: str) -> None:
    """Raises Unreadable for more XML, OFX or JSON than is read: made into objects it takes many times its length."""
    if len(text) > MOST_MARKUP_BYTES:
        raise Unreadable(0, f"this file is larger than {MOST_MARKUP_BYTES // 2**20} MB", _FEWER)


def too_many_elements(line: int) -> Unreadable:
    return Unreadable(line, f"more than {MOST_ELEMENTS:,} elements are in this file", _FEWER)


_FEWER = "download fewer years at once, and list the parts"
