"""The JSON Schemas of `docs/schemas/`, made from the documents' declarations: `make schemas`.

A schema names every key: one that is not declared is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from planner.report.json_documents.ask import AskJson
from planner.report.json_documents.batch import BatchJson
from planner.report.json_documents.check import CheckJson
from planner.report.json_documents.compare import CompareJson
from planner.report.json_documents.explain import ExplainJson
from planner.report.json_documents.follow import FollowJson
from planner.report.json_documents.formats import FormatsJson
from planner.report.json_documents.plan import PlanJson
from planner.report.json_documents.verify import VerifyJson
from planner.report.json_documents.windows import WindowsJson

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schemas"
DOCUMENTS: dict[str, type] = {
    "harvest.ask/1": AskJson,
    "harvest.batch/1": BatchJson,
    "harvest.check/1": CheckJson,
    "harvest.compare/1": CompareJson,
    "harvest.explain/1": ExplainJson,
    "harvest.follow/1": FollowJson,
    "harvest.formats/1": FormatsJson,
    "harvest.plan/1": PlanJson,
    "harvest.verify/1": VerifyJson,
    "harvest.windows/1": WindowsJson,
}


class _Generator(GenerateJsonSchema):
    """Decimals are plain numbers in our documents, and a key that is not declared is an error."""

    def decimal_schema(self, schema: Any) -> JsonSchemaValue:
        return {"type": "number"}

    def typed_dict_schema(self, schema: Any) -> JsonSchemaValue:
        return {**super().typed_dict_schema(schema), "additionalProperties": False}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(name: str) -> dict[str, Any]:
    """The schema of a document by its name."""
    made = TypeAdapter(DOCUMENTS[name]).json_schema(schema_generator=_Generator)
    return {"$schema": _Generator.schema_dialect, **made, "title": name}


def file_of(name: str) -> Path:
    """Where it is published: `harvest.plan-1.json`."""
    return FOLDER / f"{name.replace('/', '-')}.json"


def validator(name: str) -> Draft202012Validator:
    """What holds a document against the schema as published."""
    schema = json.loads(file_of(name).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def text_of(name: str) -> str:
    """The schema as its file holds it."""
    return json.dumps(schema_of(name), indent=2) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in DOCUMENTS:
        file_of(name).write_text(text_of(name), "utf-8")


if __name__ == "__main__":
    main()
