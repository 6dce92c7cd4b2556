"""XML that came from anywhere, to a tree whose elements know their lines: the one home of XML readers.

A document type is refused, and with it all that makes XML dangerous: entities that grow into gigabytes, and those that
name a file or an address. None of the files we read has one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from planner.domain.input_limits import MOST_ELEMENTS
from planner.loader.tables.unreadable import Unreadable, refuse_long_markup, too_many_elements

if TYPE_CHECKING:
    ElementOfText = Element[str]  # generic for the type checker only
else:
    ElementOfText = Element

DEEPEST = 100  # elements within elements; a broker's file has a dozen


class Markup(ElementOfText):
    """An element of a file: `tag`, `attrib`, `text` and children as ElementTree has them, and its `line`."""

    line: int


def parse_markup(text: str) -> Markup:
    """The root element of an XML text, names as written. Raises Unreadable, with the line, where it is not whole XML.

    What the text declares as its encoding is passed over: it has been decoded.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    refuse_long_markup(text)
    depth = count = 0

    def element(tag: str, attributes: dict[str, str]) -> Markup:
        made = Markup(tag, attributes)
        made.line = parser.CurrentLineNumber
        return made

    tree = TreeBuilder(element_factory=element)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if count > MOST_ELEMENTS:
            raise too_many_elements(parser.CurrentLineNumber)
        if depth > DEEPEST:
            raise Unreadable(
                parser.CurrentLineNumber,
                f"more than {DEEPEST} elements are nested here, more than in any broker's file",
                "download the file again",
            )
        tree.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        tree.end(tag)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = tree.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise Unreadable(
            error.lineno,
            f"the XML is incomplete or damaged here ({expat.ErrorString(error.code)})",
            "download the file again and do not edit it",
        ) from None
    root = tree.close()
    assert isinstance(root, Markup)
    return root


def _refuse_document_type(name: str, *_: object) -> None:
    if name.casefold() == "html":
        raise Unreadable(
            0,
            "this is a web page, despite its name",
            "log in and download the file again: your session had probably expired",
        )
    raise Unreadable(
        0,
        "this XML has a document type, which broker files never need and which can be an attack",
        "download the file again from your broker; do not use the one you were sent",
    )
