"""XML from strangers: a tree with lines, or one input error; nothing in it can grow, reach a file, or crash."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.loader.tables.unreadable import Unreadable
from planner.loader.tables.xml_tree import parse_markup

TRADES = """\
<?xml version="1.0" encoding="ISO-8859-1"?>
<Report>
  <Trade symbol="BRK B"
         quantity="1.5"/>
  <Note>Zürich &amp; co</Note>
</Report>
"""
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
STRANGERS_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'
STRANGERS_TYPE = '<!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>'


def test_elements_know_their_lines_and_the_text_is_as_decoded():
    root = parse_markup(TRADES)
    trade, note = root
    assert (root.tag, root.line) == ("Report", 2)
    assert (trade.attrib, trade.line) == ({"symbol": "BRK B", "quantity": "1.5"}, 3)
    assert (note.text, note.line) == ("Zürich & co", 5)
    assert root.find("Trade") is trade
    assert [element.line for element in root.iter()] == [2, 3, 5]


@pytest.mark.parametrize("trap", [LAUGHS, STRANGERS_FILE, STRANGERS_TYPE])
def test_a_document_type_is_refused_before_anything_in_it_is_read(trap):
    with pytest.raises(Unreadable, match="has a document type"):
        parse_markup(trap)


def test_a_web_page_is_called_one():
    with pytest.raises(Unreadable, match="this is a web page"):
        parse_markup('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "a.dtd"><html></html>')


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (TRADES[: TRADES.index("<Note>")], 5, "no element found"),
        (TRADES.replace("</Note>", ""), 6, "mismatched tag"),
        (TRADES.replace("&amp;", "&what;"), 5, "undefined entity"),
        ("", 1, "no element found"),
        ("symbol,quantity\n", 1, "syntax error"),
    ],
)
def test_damage_is_refused_with_its_line(text, line, why):
    with pytest.raises(Unreadable, match=why) as caught:
        parse_markup(text)
    assert caught.value.line == line


def test_depth_is_bounded():
    with pytest.raises(Unreadable, match="more than 100 elements"):
        parse_markup("<a>" * 100_000)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(), st.lists(st.sampled_from(["<a>", "</a>", "<a b='", "'>", "&", "<!", "]]>", "x"])).map("".join))
)
def test_no_text_makes_it_crash(text: str):
    with suppress(Unreadable):
        parse_markup(text)
