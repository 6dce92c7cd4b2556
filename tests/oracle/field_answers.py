"""What `harvest` says of a household in `cases/`: lots, sales and this year's gains, as plain values."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from planner import cli

CASES = Path(__file__).parents[1] / "field" / "cases"
AS_OF = "2026-12-08"


@cache
def answer(command: str, name: str, as_of: str = AS_OF) -> dict[str, Any]:
    """The JSON of a command; an unproven plan is an answer, an input error none."""
    return told(command, CASES / name, as_of)


def told(command: str, folder: Path, as_of: str = AS_OF) -> dict[str, Any]:
    ran = CliRunner().invoke(cli.app, [command, str(folder), "--as-of", as_of, "--json"])
    assert ran.exit_code == 0, ran.output
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def lots(name: str, as_of: str = AS_OF) -> list[tuple[Any, ...]]:
    """Symbol, quantity, basis and day of every lot that `check` lists."""
    return [
        (lot["symbol"], lot["quantity"], lot["basis"], lot["acquired"]) for lot in answer("check", name, as_of)["lots"]
    ]


def sales(name: str, as_of: str = AS_OF) -> list[tuple[Any, ...]]:
    """Symbol, quantity, gain before wash sales and disallowed loss of every sale in the ledger."""
    return [
        (sale["symbol"], sale["quantity"], sale["gain_before_wash"], sale["disallowed_loss"])
        for sale in answer("windows", name, as_of)["sales"]
    ]


def planned(name: str, as_of: str = AS_OF) -> set[str]:
    return {sale["symbol"] for sale in answer("plan", name, as_of)["sales"]}


def held_back(name: str, as_of: str = AS_OF) -> dict[str, str]:
    """The reason why each symbol is held back."""
    return {lot["symbol"]: lot["reason"] for lot in answer("plan", name, as_of)["held_back"]}


def cautions(document: dict[str, Any]) -> dict[str, str]:
    return {caution["code"]: caution["text"] for caution in document["cautions"]}
