"""The page read as a browser reads it: its elements, their attributes, its text, its tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

VOID = {"meta", "br", "input", "link", "img", "hr"}


@dataclass
class Element:
    """An element with what is in it. `pieces` are its texts and its elements in order."""

    tag: str
    attributes: dict[str, str]
    pieces: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says, with single spaces."""
        return " ".join(self._said().split())

    def _said(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece._said() for piece in self.pieces)

    def all(self, *tags: str) -> Iterator[Element]:
        """The elements in it, of these tags or of any."""
        for piece in self.pieces:
            if isinstance(piece, Element):
                if not tags or piece.tag in tags:
                    yield piece
                yield from piece.all(*tags)

    def by_id(self, name: str) -> Element:
        return next(element for element in self.all() if element.attributes.get("id") == name)

    def rows(self) -> list[list[str]]:
        """The text of a table's cells, row by row, the heads' rows included."""
        return [[cell.text for cell in row.all("th", "td")] for row in self.all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].pieces.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].pieces.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].pieces.append(data)


def read_page(page: bytes) -> Element:
    """The page as elements. Raises AssertionError where one is left open or closed by another."""
    reader = _Reader()
    reader.feed(page.decode("utf-8"))
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


BLOCKS = {"p", "li", "summary", "h1", "h2", "h3", "label", "dt", "dd", "title"}
MARKS = {"h1": "# ", "h2": "## ", "h3": "### ", "li": "* "}


def plain_text(page: Element) -> str:
    """What the page says, a block or a table's row a line: its figures and words without its looks.

    Of drawings only titles and descriptions. The wide and the narrow one say the same, and that is there once.
    """
    return "".join(f"{line}\n" for line, _ in groupby(_lines(page)))


def _lines(element: Element) -> Iterator[str]:
    for piece in element.pieces:
        if not isinstance(piece, Element) or piece.tag in {"style", "script"}:
            continue
        if piece.tag == "svg":
            if piece.attributes.get("role") == "img":
                yield f"[{' · '.join(part.text for part in piece.all('title', 'desc'))}]"
        elif piece.tag == "table":
            yield from (" | ".join(row) for row in piece.rows())
        elif piece.tag in BLOCKS and not any(piece.all("ul", "ol", "table", "h3")):
            yield f"{MARKS.get(piece.tag, '')}{piece.text}"
        else:
            yield from _lines(piece)
