"""From a Vega specification to SVG that may be put inside a page: no scripts, no styles, no colors but the page's own.

`vl-convert` draws, offline. What it returns is parsed and written again with only the elements and attributes below, so
that nothing else can reach the page, whatever a file's cells say. Colors are the page's CSS variables: one drawing
serves light, dark and print. A drawing cannot reflow, so each is made twice, and CSS shows the one that fits.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import vl_convert

Spec = dict[str, Any]

WIDE, NARROW = 1040, 340  # pixels of a drawing before the page scales it
VEGA_LITE = "6.1"  # the language a specification is written in, whatever newer ones the library learns
FONT = "Liberation Sans"  # by which the library measures; the page shows its own
CHARACTER = 6.4  # pixels of a character of a label, about: how much of a name has room

INK, MUTED, LINE, PAPER = "var(--ink)", "var(--muted)", "var(--line)", "var(--paper)"
ACCENT, ACCENT_SOFT, ACCENT_FAINT = "var(--accent)", "var(--accent-soft)", "var(--accent-faint)"

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = {"svg", "g", "path", "rect", "line", "text", "tspan", "circle"}
_ATTRIBUTES = {
    "width", "height", "viewBox", "x", "y", "dx", "dy", "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "transform",
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linejoin",
    "stroke-linecap", "stroke-miterlimit", "opacity", "text-anchor", "font-size", "font-weight", "display",
}  # fmt: skip
_NOTHING = "M0,0h0v0h0Z"  # the ground of a group that has none
_DEFAULTS = {("opacity", "1"), ("font-weight", "normal"), ("stroke-width", "1"), ("transform", "translate(0,0)")}
_LONG_DECIMAL = re.compile(r"(\d\.\d{2})\d+")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is inside an `svg` element, safe as it is, and that element's `viewBox`."""

    width: str  # wide | narrow
    view_box: str
    content: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Two drawings of the same; `title` and `description` are read out in their place."""

    name: str
    title: str
    description: str
    drawings: tuple[Drawing, Drawing]  # wide, narrow


def vega_lite(name: str, title: str, description: str, specify: Callable[[int], Spec]) -> Chart:
    """A chart from Vega-Lite; `specify` is asked for each of the two widths."""

    def draw(width: int) -> Drawing:
        spec = {"config": _CONFIG, "background": None, "autosize": {"type": "fit-x", "contains": "padding"}}
        return _kept(
            width,
            vl_convert.vegalite_to_svg(json.dumps(spec | specify(width)), vl_version=VEGA_LITE, allowed_base_urls=[]),
        )

    return Chart(name, title, description, (draw(WIDE), draw(NARROW)))


def vega(name: str, title: str, description: str, specify: Callable[[int], Spec]) -> Chart:
    """The same from Vega itself."""

    def draw(width: int) -> Drawing:
        spec = {"config": {"aria": False}, "padding": 1, "width": width - 2}
        return _kept(width, vl_convert.vega_to_svg(json.dumps(spec | specify(width)), allowed_base_urls=[]))

    return Chart(name, title, description, (draw(WIDE), draw(NARROW)))


def shown(text: str, pixels: float | None = None) -> str:
    """A name as a drawing shows it: without control and direction characters, cut to about so many pixels."""
    plain = "".join(" " if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else sign for sign in text)
    most = len(plain) if pixels is None else max(int(pixels / CHARACTER), 1)
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def _kept(width: int, svg: str) -> Drawing:
    """The drawing without all that a page does not need: names of marks, fonts, a size of its own."""
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            unseen = child.get("display") == "none" or child.get("d") == _NOTHING
            if unseen or child.tag.removeprefix(f"{{{_SVG}}}") not in _ELEMENTS:
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
        element.attrib = {
            name: _LONG_DECIMAL.sub(r"\1", value)
            for name, value in element.attrib.items()
            if name in _ATTRIBUTES and (name, value) not in _DEFAULTS
        }
        element.tail = None
    _shorten(root)
    content = "".join(ElementTree.tostring(child, "unicode") for child in root)
    return Drawing("wide" if width == WIDE else "narrow", root.get("viewBox", ""), content)


def _shorten(parent: ElementTree.Element) -> None:
    """Without groups that say nothing, and with paths of one look that follow one another as one: a tenth of a page."""
    kept: list[ElementTree.Element] = []
    for child in list(parent):
        _shorten(child)
        for element in list(child) if child.tag == "g" and not child.attrib else [child]:
            if kept and kept[-1].tag == element.tag == "path" and _look(kept[-1]) == _look(element):
                kept[-1].set("d", kept[-1].get("d", "") + element.get("d", ""))
            else:
                kept.append(element)
    parent[:] = kept


def _look(path: ElementTree.Element) -> dict[str, str]:
    return {name: value for name, value in path.attrib.items() if name != "d"}


_CONFIG: Spec = {
    "aria": False,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "grid": False,
        "gridColor": LINE,
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 0,
        "titlePadding": 10,
    },
    "text": {"color": INK, "fontSize": 12},
}
