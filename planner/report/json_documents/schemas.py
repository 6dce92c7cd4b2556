"""The JSON Schema of each document, made from its declaration: for `docs/schemas/`, and for `harvest mcp`.

A schema names every key: one that is not declared is refused. pydantic comes with the extra `mcp`, and with `dev`.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from planner.report.json_documents.ask import AskJson
from planner.report.json_documents.batch import BatchJson
from planner.report.json_documents.check import CheckJson
from planner.report.json_documents.compare import CompareJson
from planner.report.json_documents.explain import ExplainJson
from planner.report.json_documents.follow import FollowJson
from planner.report.json_documents.formats import FormatsJson
from planner.report.json_documents.orders import OrdersJson
from planner.report.json_documents.plan import PlanJson
from planner.report.json_documents.verify import VerifyJson
from planner.report.json_documents.windows import WindowsJson

DOCUMENTS: dict[str, type] = {
    "harvest.ask/1": AskJson,
    "harvest.batch/1": BatchJson,
    "harvest.check/1": CheckJson,
    "harvest.compare/1": CompareJson,
    "harvest.explain/1": ExplainJson,
    "harvest.follow/1": FollowJson,
    "harvest.formats/1": FormatsJson,
    "harvest.orders/1": OrdersJson,
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
