"""A saved plan (`harvest plan --json`, or plan.json of `plan --out`) read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from planner.domain.errors import InputError, Problem
from planner.domain.input_limits import MOST_NUMBER_CHARACTERS, is_bounded
from planner.domain.saved_plan import SavedPlan, SavedSale
from planner.loader.tables.bounded_file import read_bounded
from planner.loader.tables.unreadable import Unreadable
from rules.terms import AssetClass, Character

SCHEMA = "harvest.plan/1"
MOST_BYTES = 256 * 2**20
_REMEDY = "give the plan.json of `harvest plan PATH --out DIR`, or the output of `harvest plan PATH --json`"


def plan_document_of(path: Path) -> Mapping[str, Any]:
    """The document of a file, numbers as exact Decimal. Raises InputError where it holds no plan."""
    try:
        text = read_bounded(path, MOST_BYTES).decode("utf-8")
        document = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number)
    except Unreadable as why:
        raise _refused(path, why.what) from None
    except OSError as why:
        raise _refused(path, f"cannot be read: {why.strerror}") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise _refused(path, "is not a JSON document, or has an invalid number") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise _refused(path, f"is not a plan: its `schema` is not {SCHEMA}")
    return document


def _number(text: str) -> Decimal:
    """Exact. Raises ValueError for what no plan has: no figure, or more digits than arithmetic should be given."""
    number = Decimal(text) if len(text) <= MOST_NUMBER_CHARACTERS else Decimal("NaN")
    if not is_bounded(number):
        raise ValueError(text[:MOST_NUMBER_CHARACTERS])
    return number


def read_saved_plan(path: Path) -> SavedPlan:
    """The plan of a file. Raises InputError where it holds none, or one with a part missing."""
    document = plan_document_of(path)
    try:
        if not isinstance(document["scenario"], str | None):
            raise ValueError("scenario is not a name")
        return SavedPlan(
            tax_year=int(document["tax_year"]),
            as_of=date.fromisoformat(document["as_of"]),
            scenario=document["scenario"],
            total=Decimal(document["benefit"]["total"]),
            sales=tuple(_sale(row) for row in document["sales"]),
            digests={str(name): str(found) for name, found in _certificate(document).get("digests", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as why:
        raise _refused(path, f"is a plan with a part missing or damaged ({type(why).__name__}: {why})") from None


def _certificate(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return document.get("certificate") or {}


def _sale(row: Mapping[str, Any]) -> SavedSale:
    acquired = row.get("acquired")
    return SavedSale(
        lot_id=str(row["lot_id"]),
        account=str(row["account"]),
        symbol=str(row["symbol"]),
        asset_class=AssetClass(row["asset_class"]),
        character=Character(row["character"]),
        sold=date.fromisoformat(row["date"]),
        quantity=Decimal(row["quantity"]),
        proceeds=Decimal(row["proceeds"]),
        gain=Decimal(row["gain"]),
        acquired=None if acquired is None else date.fromisoformat(acquired),
        whole_lot=row.get("whole_lot") is True,
        disallowed_loss=Decimal(row["disallowed_loss"]),
    )


def _refused(path: Path, what: str) -> InputError:
    return InputError([Problem(str(path), what, _REMEDY)])
