"""OFX and QFX to a tree: the one home of its reader. OFX 1 is SGML whose values need no closing tags; OFX 2 is XML.

Both are a sequence of tags and the text behind them, and both are read so: no document type, no entity but the five
of XML, nothing looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from planner.domain.input_limits import MOST_ELEMENTS
from planner.loader.tables.unreadable import Unreadable, refuse_long_markup, too_many_elements

DEEPEST = 50  # aggregates within aggregates; a statement has a dozen
_tags = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z0-9._]+)\s*(?P<empty>/?)>(?P<text>[^<]*)").finditer


@dataclass(slots=True)
class Aggregate:
    """A tag of an OFX file with the text behind it and the tags within; `line` is where it is."""

    name: str
    line: int
    text: str = ""
    within: list[Aggregate] = field(default_factory=list)

    def every(self, *names: str) -> Iterator[Aggregate]:
        """Each tag of these names below, from the top of the file down."""
        for inner in self.within:
            if inner.name in names:
                yield inner
            yield from inner.every(*names)

    def value(self, name: str) -> str:
        """The text of the first tag of this name below; blank where there is none."""
        return next((found.text for found in self.every(name)), "")


def parse_ofx(text: str) -> Aggregate:
    """The `OFX` aggregate of a file. Raises Unreadable, with the line, where tags do not fit together."""
    refuse_long_markup(text)
    start = text.find("<OFX>")
    if start < 0:
        raise Unreadable(0, "this starts like OFX but has no OFX statement", "download the file again")
    line = text.count("\n", 0, start) + 1
    top = Aggregate("", line)
    open_tags = [top]
    last = start
    for count, tag in enumerate(_tags(text, start)):
        if count > MOST_ELEMENTS:
            raise too_many_elements(line)
        line += text.count("\n", last, tag.start())
        last = tag.start()
        name = tag["name"].upper()
        if tag["close"]:
            _close(open_tags, name, line)
            continue
        found = Aggregate(name, line, unescape(tag["text"].strip()))
        open_tags[-1].within.append(found)
        if not found.text and not tag["empty"]:
            open_tags.append(found)  # an aggregate, or a value left blank, which closes with what holds it
        if len(open_tags) > DEEPEST:
            raise Unreadable(line, f"more than {DEEPEST} tags are nested here", "download the file again")
    if len(open_tags) > 1 and open_tags[1].name == "OFX":
        raise Unreadable(line, "the file is incomplete: its statement is never closed", "download the file again")
    return top.within[0]


def _close(open_tags: list[Aggregate], name: str, line: int) -> None:
    """Leave the aggregate of this name; the closing tag of a value has nothing to leave."""
    for depth in range(len(open_tags) - 1, 0, -1):
        if open_tags[depth].name == name:
            del open_tags[depth:]
            return
    if not (open_tags[-1].within and open_tags[-1].within[-1].name == name):
        raise Unreadable(line, f"the tag {name} is closed here but was never opened", "download the file again")
