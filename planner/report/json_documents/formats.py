"""`harvest.formats/1`: the file layouts understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from planner.report.json_documents.values import TypedDict, filled
from planner.report.screens.layouts import FileLayout, in_order


class LayoutJson(TypedDict):
    """A layout, and how to get such a file."""

    name: str
    broker: str
    kind: str
    how_to_get: str


class FormatsJson(TypedDict):
    """The layouts, those of any broker first."""

    schema: Literal["harvest.formats/1"]
    layouts: list[LayoutJson]


def formats_document(layouts: Sequence[FileLayout]) -> FormatsJson:
    return filled(FormatsJson, schema="harvest.formats/1", layouts=in_order(layouts))
