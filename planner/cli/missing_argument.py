"""What is said where a command is given too few words: what is missing, and where one comes from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_choices = re.compile(r"(?:^|; )([\w-]+): ").findall  # of `trades: the orders, lot by lot; ibkr: a basket ...`


def say_what_is_missing(wrong: Exception) -> None:
    """Add to typer's error of a missing argument what it is; of a household, how to come by one."""
    param: Any = getattr(wrong, "param", None)
    if type(wrong).__name__ != "MissingParameter" or getattr(param, "param_type_name", "") != "argument":
        return
    said = str(getattr(param, "help", None) or "")
    if len(choices := _choices(said)) > 1:
        said = f"One of: {', '.join(choices)}."
    command = str(getattr(getattr(wrong, "ctx", None), "info_name", ""))
    if param.name == "path":
        said += f"\n{_where_one_is(command)}"
    wrong.message = said  # type: ignore[attr-defined]


def _where_one_is(command: str) -> str:
    from planner.loader.household.document import HOUSEHOLD_FILE

    if Path(HOUSEHOLD_FILE).is_file():
        return "This folder is one: write . as PATH."
    return f"`harvest init FOLDER` makes one from the files in a folder; `harvest {command} -h` has examples."
