"""Every command that the documentation shows is run, and prints what the documentation says it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.cli import app
from planner.loader.plausibility.question import CODES
from planner.loader.reading.layout import ANY_BROKER, all_layouts
from tests.golden.regenerate import DOCUMENTS, ROOT, SESSION, replayed

WRITTEN = [document for document in DOCUMENTS if document.exists()]
SESSIONS = [(document, found[1]) for document in WRITTEN for found in SESSION.finditer(document.read_text("utf-8"))]


@pytest.mark.parametrize(("document", "session"), SESSIONS)
def test_a_session_prints_what_the_documentation_shows(document: Path, session: str) -> None:
    assert replayed(session, document.read_text("utf-8")) == session


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert sum(document.name == "README.md" for document, _ in SESSIONS) >= 1
    assert (ROOT / "README.md").read_text("utf-8").count("\n") <= 150


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in app.registered_commands:
        name = command.callback.__name__ if command.callback else ""
        assert f"`harvest {name}" in readme or f"`{name}`" in readme, name


@pytest.mark.parametrize("document", WRITTEN, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", WRITTEN, ids=lambda path: path.name)
def test_targets_of_make_exist(document: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for target in re.findall(r"`make ([a-z]+)", document.read_text("utf-8")):
        assert target in targets, target


def test_no_command_is_named_that_does_not_exist() -> None:
    there_are = {command.callback.__name__ for command in app.registered_commands if command.callback}
    written = [*WRITTEN, ROOT / "CHANGELOG.md", *(ROOT / "planner").rglob("*.py"), *(ROOT / "rules").rglob("*.py")]
    for path in written:
        for named in re.findall(r"(?:`|\$ )harvest ([a-z]+)", path.read_text("utf-8")):
            assert named in there_are, f"{path}: harvest {named}"


def test_every_broker_and_exchange_that_is_read_is_named() -> None:
    written = " ".join((ROOT / "docs" / "input.md").read_text("utf-8").split())
    listed = written.partition("**Read, every layout of it:** ")[2].partition(";")[0]
    assert {layout.broker for layout in all_layouts()} - {ANY_BROKER} - set(listed.split(", ")) == set()


def test_every_caution_is_documented_and_every_documented_caution_exists() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "planner").rglob("*.py"))
    given = {*re.findall(r'Caution\(\s*"(\w+)"', sources), *CODES}
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "messages.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(given) == listed


@pytest.mark.parametrize(
    ("page", "number"),
    [("decisions.md", r"^\*\*(D-\d+) "), ("interpretations.md", r"^### (I-\d+) "), ("limits.md", r"^\*\*(L-\d+) ")],
)
def test_a_number_is_never_given_twice(page: str, number: str) -> None:
    given = re.findall(number, (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)
    assert given
    assert len(given) == len(set(given))
