"""The tools of `harvest mcp`: which commands there are, which arguments each takes, and the command line that says it.

Only commands that write nothing and reach no network, and of those only options that do neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that a tool takes. `option` is its place on the command line; None: its own place there, in order."""

    name: str
    says: str
    option: str | None = None
    kind: str = "string"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command as a tool: its document's schema, and its arguments in the order of the command line."""

    name: str
    says: str
    document: str
    arguments: tuple[Argument, ...] = ()

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        return {
            "type": "object",
            "properties": {each.name: {"type": each.kind, "description": each.says} for each in self.arguments},
            "required": [each.name for each in self.arguments if each.required],
            "additionalProperties": False,
        }

    def words(self, told: Mapping[str, Any]) -> list[str]:
        """The command line. Raises ValueError, in words, for what the tool does not take."""
        names = [each.name for each in self.arguments]
        for name in told:
            if name not in names:
                raise ValueError(f"{self.name} has no argument `{name}`; it has: {', '.join(names) or 'none'}")
        options, places = ["--json"], []
        for each in self.arguments:
            value = told.get(each.name)
            if value is None:
                if each.required:
                    raise ValueError(f"{self.name} needs `{each.name}`: {each.says}")
                continue
            if not isinstance(value, (str,) if each.kind == "string" else (int, float)) or isinstance(value, bool):
                raise ValueError(f"`{each.name}` must be a {each.kind}")
            if each.option is None:
                places.append(str(value))
            else:
                options.append(f"{each.option}={value}")
        return [self.name, *options, "--", *places]


_PATH = Argument("path", "the household's folder, or its household.toml", required=True)
_AS_OF = Argument("as_of", "the day to plan from, YYYY-MM-DD; default: today", "--as-of")
_SCENARIO = Argument("scenario", "a scenario of the household", "--scenario")
_SECONDS = Argument("time_limit", "seconds to look for a proof", "--time-limit", "number")
_PLAN = Argument("plan", "a saved plan: plan.json of `harvest plan --out`", required=True)

COMMANDS = {
    command.name: command
    for command in (
        Command("plan", "Which lots to sell before the year ends, and why: proven, to the cent.", "harvest.plan/1",
                (_PATH, _AS_OF, _SCENARIO, _SECONDS)),
        Command("compare", "The household's scenarios and rules of thumb side by side.", "harvest.compare/1",
                (_PATH, _AS_OF, _SECONDS)),
        Command("check", "What was read of each file, with totals to compare with a statement.", "harvest.check/1",
                (_PATH, _AS_OF)),
        Command("windows", "The wash-sale ledger so far, and the open no-buy windows.", "harvest.windows/1",
                (_PATH, _AS_OF)),
        Command("explain", "Why a lot is or is not sold, and the value of each dollar of it.", "harvest.explain/1",
                (_PATH, Argument("lot", "a lot's id or a symbol", required=True), _AS_OF, _SCENARIO, _SECONDS)),
        Command("ask", "What a trade would do to losses taken, and planned.", "harvest.ask/1",
                (_PATH, Argument("action", "buy or sell", required=True),
                 Argument("symbol", "what is bought or sold", required=True),
                 Argument("quantity", "how much; left out: any quantity, or all that is held", kind="number"),
                 Argument("account", "the account that buys or sells", "--account"),
                 Argument("on", "the day of the trade, YYYY-MM-DD", "--on"),
                 Argument("plan", "a saved plan whose sales are still to be made", "--plan"), _AS_OF)),
        Command("verify", "Recompute a saved plan: figures, limits, wash sales, bound.", "harvest.verify/1",
                (_PATH, _PLAN)),
        Command("follow", "What of a saved plan is done, what went otherwise, what is left.", "harvest.follow/1",
                (_PATH, _PLAN, _AS_OF, _SECONDS)),
        Command("formats", "The file layouts understood.", "harvest.formats/1"),
    )
}  # fmt: skip
