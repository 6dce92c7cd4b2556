"""The suite draws the same examples in every run: what passed passes again.

`make hunt`, `make prove` and `make properties` draw again.

Every JSON document that a test makes is validated against its published schema (`docs/schemas/`).
"""

from __future__ import annotations

import json
import os
from functools import cache

from hypothesis import HealthCheck, settings

from planner.report.json_documents import text
from planner.report.json_documents.values import Document
from tests.golden import schemas

MANY = os.environ.get("HARVEST_MANY")  # times as many draws: `make prove`, `make properties`, fewer for `make mutants`
settings.register_profile(
    "suite",
    max_examples=max(1, round(100 * float(MANY or 1))),
    derandomize=MANY is None,
    deadline=None if MANY else settings().deadline,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")

_write = text.as_json
_validator = cache(schemas.validator)


def _written_and_checked(document: Document) -> str:
    written = _write(document)
    if isinstance(document, dict) and document.get("schema") in schemas.DOCUMENTS:
        _validator(document["schema"]).validate(json.loads(written))
    return written


text.as_json = _written_and_checked  # every command and the library write through it
