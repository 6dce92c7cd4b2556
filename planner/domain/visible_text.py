"""Text that shows what it is: signs that show nothing, or that a terminal obeys, written as `\\x1b` or `\\u202e`.

What a file says is text, never a command to a terminal, never two things that look alike. Everything that is printed
goes through here (`planner/cli/output.py`), and every writer of a file, before the escapes of its own format.
"""

from __future__ import annotations

import re

_CONTROLS = "\x00-\x09\x0b-\x1f\x7f-\x9f"  # all but the line break
_MARKS = (  # shown as nothing, or turning the direction of what follows: Default_Ignorable_Code_Point, and the blanks
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\U000f0000-\U000ffffd\U00100000-\U0010fffd"  # of private use: what they show, one font alone says
)
_NO_TEXT = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff" + "".join(
    f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17)
)

_unseen = re.compile(f"[{_CONTROLS}{_MARKS}{_NO_TEXT}]")
_marks = re.compile(f"[{_MARKS}{_NO_TEXT}]")
_style = re.compile("(\x1b\\[[0-9;]{0,20}m)")  # how our own screens color a word


def visible(text: str) -> str:
    """The text with every sign that shows nothing written out; line breaks stay."""
    if text.isascii() and (text.isprintable() or text.replace("\n", "").isprintable()):
        return text  # the usual case, a long document among them, at a hundredth of the cost
    return _unseen.sub(_written, text)


def visible_line(text: str) -> str:
    """The same on one line, with single blanks."""
    return visible(" ".join(text.split()))


def visible_styled(text: str) -> str:
    """The same of a screen, whose own colors stay. Its words went through `visible` before it was colored."""
    return "".join(part if n % 2 else visible(part) for n, part in enumerate(_style.split(text)))


def unseen(text: str) -> str | None:
    """The first sign of a name or identifier that shows nothing, as it is written out; None where there is none."""
    if "\n" in text:
        return "\\n"
    found = None if text.isascii() and text.isprintable() else _unseen.search(text)
    return _written(found) if found else None


def without_marks(text: str) -> str:
    """The text without marks that show nothing; control characters stay, for they are no text."""
    return text if text.isascii() else _marks.sub("", text)


def without_unseen(text: str) -> str:
    """The text without any sign that shows nothing: for what is compared, such as a symbol."""
    return text if text.isascii() and text.isprintable() else _unseen.sub("", text)


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
