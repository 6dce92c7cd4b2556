"""The JSON Schemas that are published: made from the code, true of every document, and strict.

`tests/conftest.py` holds every document that any test makes against them.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import ValidationError
from typer.testing import CliRunner

from planner.cli import app
from planner.report.json_documents import text
from tests.golden import schemas
from tests.golden.regenerate import ROOT

KEPT = sorted((ROOT / "examples").glob("*/expected/*.json"))


@pytest.mark.parametrize("name", schemas.DOCUMENTS)
def test_a_schema_is_published_as_the_code_has_it(name: str) -> None:
    assert schemas.file_of(name).read_text("utf-8") == schemas.text_of(name), "run: make schemas"


def test_nothing_else_is_published() -> None:
    published = {path.name for path in schemas.FOLDER.iterdir()}
    assert published == {schemas.file_of(name).name for name in schemas.DOCUMENTS}


def test_every_document_of_the_program_has_a_schema() -> None:
    named = {
        name
        for path in (ROOT / "planner" / "report").rglob("*.py")
        for name in re.findall(r"""schema(?:["']: |=)["'](harvest\.[\w.-]+/\d+)""", path.read_text("utf-8"))
    }
    assert named == set(schemas.DOCUMENTS)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parts[-3]}-{path.name}")
def test_what_the_examples_keep_is_valid(path: Any) -> None:
    document = json.loads(path.read_text("utf-8"))
    schemas.validator(document["schema"]).validate(document)


def _plan() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "examples/household/expected/plan.json").read_text("utf-8"))
    return found


def _undeclared(plan: dict[str, Any]) -> None:
    plan["sales"][0]["profit"] = 1


def _missing(plan: dict[str, Any]) -> None:
    del plan["benefit"]["bound"]


def _unknown_word(plan: dict[str, Any]) -> None:
    plan["status"] = "optimal"


def _text_for_money(plan: dict[str, Any]) -> None:
    plan["sales"][0]["gain"] = "-3000.00"


def _no_day(plan: dict[str, Any]) -> None:
    plan["as_of"] = "2026-13-08"


@pytest.mark.parametrize("spoil", [_undeclared, _missing, _unknown_word, _text_for_money, _no_day])
def test_a_breach_is_noticed(spoil: Any) -> None:
    plan = _plan()
    spoil(plan)
    with pytest.raises(ValidationError):
        schemas.validator("harvest.plan/1").validate(plan)


def test_what_a_command_prints_is_checked_by_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    """The door of `tests/conftest.py` is in the way: an undeclared key does not pass through a command."""
    from planner.report.json_documents import formats

    made = formats.formats_document
    monkeypatch.setattr(formats, "formats_document", lambda layouts: {**made(layouts), "more": 1})
    answer = CliRunner().invoke(app, ["formats", "--json"])
    assert answer.exit_code != 0
    with pytest.raises(ValidationError):
        text.as_json({"schema": "harvest.verify/1"})
