"""docs/interpretations.md and docs/limits.md: every number cited exists, once, and every entry is complete."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"\b([IL])-(\d\d\d?)\b")
INTERPRETATIONS = (ROOT / "docs" / "interpretations.md").read_text("utf-8")
LIMITS = (ROOT / "docs" / "limits.md").read_text("utf-8")
ENTRIES = {entry.split(" ", 1)[0]: entry for entry in re.split(r"^### ", INTERPRETATIONS, flags=re.MULTILINE)[1:]}
LIMIT_NUMBERS = re.findall(r"^\*\*(L-\d\d\d?) ", LIMITS, flags=re.MULTILINE)
CITING = sorted(
    path
    for folder in ("rules", "planner", "docs")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".toml", ".md"}
)


def undefined(text: str) -> set[str]:
    cited = {f"{letter}-{number}" for letter, number in NUMBER.findall(text)}
    return cited - set(ENTRIES) - set(LIMIT_NUMBERS)


@pytest.mark.parametrize("path", CITING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_number_cited_is_defined(path):
    assert undefined(path.read_text("utf-8")) == set()


def test_a_number_without_an_entry_would_be_seen():
    assert undefined("as in I-01, I-99 and L-98") == {"I-99", "L-98"}


def test_numbers_are_given_once():
    headings = re.findall(r"^### (I-\d\d\d?)", INTERPRETATIONS, flags=re.MULTILINE)
    for numbers in (headings, LIMIT_NUMBERS):
        assert max(Counter(numbers).values()) == 1


def test_the_table_lists_every_interpretation():
    listed = re.findall(r"^\| (I-\d\d\d?) ", INTERPRETATIONS, flags=re.MULTILINE)
    assert sorted(listed) == sorted(ENTRIES)


@pytest.mark.parametrize("number", sorted(ENTRIES))
def test_an_interpretation_is_complete(number):
    for part in ("**Question.**", "Readings", "**Why.**", "**Source.**", "**The other reading"):
        assert part in ENTRIES[number], part
    assert "**Taken.**" in ENTRIES[number] or "what is taken.**" in ENTRIES[number]


@pytest.mark.parametrize("entry", re.split(r"^\*\*(?=L-\d\d\d? )", LIMITS, flags=re.MULTILINE)[1:], ids=lambda e: e[:4])
def test_a_limit_says_what_happens(entry):
    assert re.search(r"\b([Rr]efuse[ds]?|[Hh]eld back|[Cc]autioned|[Oo]utside)\b", entry)
