"""The JSON Schemas of `docs/schemas/`, made from the documents' declarations: `make schemas`."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from planner.report.json_documents.schemas import DOCUMENTS, schema_of

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schemas"


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
