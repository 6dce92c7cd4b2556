"""What is refused and what is only cautioned about: values with a place and a remedy, collected, shown together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """The program's answers to the shell (contract)."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NO_PLAN = 3
    LAW_NOT_COVERED = 4
    OUR_FAULT = 70


@dataclass(frozen=True, slots=True)
class Refusal:
    """Input we will not use: where it stands (`lots.csv:7`, with the column), what is wrong, how to mend it."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  fix: {self.remedy}"


@dataclass(frozen=True, slots=True)
class Caution:
    """Something we go on in spite of, and say. `code` is stable; `lot_id` where one lot is meant."""

    code: str
    text: str
    lot_id: str | None = None


class Refused(Exception):  # noqa: N818  what happened to the input, not an error of ours
    """Every refusal of a run, together."""

    exit_code = ExitCode.REFUSED

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(str(refusal) for refusal in refusals))


class LawNotCovered(Refused):
    """The law of a year, status or state that the program does not hold: exit 4, never a guess."""

    exit_code = ExitCode.LAW_NOT_COVERED


class NoPlan(Refused):
    """No plan keeps every wish; the refusal names the wish that cannot be kept."""

    exit_code = ExitCode.NO_PLAN


class OurFault(Exception):  # noqa: N818
    """The program contradicts itself; nothing may be printed or exported as if it were an answer."""
