"""Plain American English wherever a person reads: the code's words, the page, the documents. Issue 10, point 3.

The words below are those of a private dialect that the program once spoke. Each has a plain word beside it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLAIN = {
    r"wish(es)?": "constraint, plan settings",
    r"reckon\w*": "compute",
    r"(nobody|somebody|anybody)": "no one, someone, anyone",
    r"(mend|mends|mended)": "fix, correct",
    r"so too": "also",
    r"as far as": "to the extent",
    r"(gone|lost) for good": "permanently lost",
    r"told apart": "distinguished",
    r"(is|are|was|were|be|been|has|have) told|told (of|twice)": "given, answered, known",
    r"anew|once more": "again",
    r"all the same": "still, anyway",
    r"our fault": "internal error",
    r"refusals?": "input error",
    r"(hang|hangs|hung) on": "depend on",
    r"(to hold|held|hold) against": "compare with",
    r"(stand|stands) (in|at|beside|under|above|below) (?!for)": "is in, has",
    r"(realis|recognis|colour|harbour|favour|behaviour|licence)\w*": "American spelling",
}
CODE = re.compile(r"```.*?```|`[^`\n]*`|\"[^\"\n]*\"", re.DOTALL)
DIALECT = re.compile("|".join(rf"\b{word}\b" for word in PLAIN), re.IGNORECASE)
MARKUP = re.compile(r"<[^>]*>|\{[{%#].*?[}%#]\}", re.DOTALL)
EXCEPTIONS = {
    "recognises": "a field of a layout",
    "refusals": "a key of `harvest compare --json`",
}


def dialect(text: str) -> list[str]:
    """The words of the dialect in a text, its code and quotations left out."""
    return [found[0] for found in DIALECT.finditer(CODE.sub("", text)) if found[0].lower() not in EXCEPTIONS]


def texts(source: str, *, strings: bool) -> Iterator[tuple[int, str]]:
    """Each docstring and comment of a module, and each string where asked, with its line."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (strings or id(node) in docstrings):
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.parametrize("package", ["planner", "rules", "benchmarks", "tests"])
def test_strings_docstrings_and_comments_are_in_plain_words(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, text in texts(path.read_text("utf-8"), strings=package != "tests")
        for word in dialect(text)
    ]
    assert not found, "\n".join(found)


def test_the_page_is_in_plain_words() -> None:
    pages = sorted((ROOT / "planner" / "report" / "html" / "parts").glob("*.html"))
    assert pages
    found = [f"{page.name}: {word}" for page in pages for word in dialect(MARKUP.sub("", page.read_text("utf-8")))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]), ids=lambda page: page.name
)
def test_documents_are_in_plain_words(page: Path) -> None:
    assert dialect(page.read_text("utf-8")) == []


@pytest.mark.parametrize("text", ["No plan keeps your wishes.", "Nobody may buy", "it stands in the file", "realised"])
def test_the_dialect_is_found(text: str) -> None:
    assert dialect(text)


@pytest.mark.parametrize("text", ["`recognises` is a field", 'the row says "so too"', "stand in for it"])
def test_code_and_quotations_are_left_alone(text: str) -> None:
    assert not dialect(text)
