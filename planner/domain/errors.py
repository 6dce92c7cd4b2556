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
class Problem:
    """Input we will not use: where it is (`lots.csv:7`, with the column), what is wrong, how to fix it."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  fix: {self.remedy}"


def file_of(where: str) -> str:
    """The file of a place such as `lots.csv:7`."""
    return where.rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class Caution:
    """Something we go on in spite of, and say. `code` is stable; `lot_id` where one lot is meant."""

    code: str
    text: str
    lot_id: str | None = None


class InputError(Exception):
    """Every input error of a run, together."""

    exit_code = ExitCode.REFUSED

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UnsupportedLaw(InputError):  # noqa: N818  the name of the public contract
    """The law of a year, status or state that the program does not hold: exit 4, never a guess."""

    exit_code = ExitCode.LAW_NOT_COVERED


class NoPlan(InputError):  # noqa: N818  the name of the public contract
    """No plan keeps every constraint; the input error names the constraint that cannot be kept."""

    exit_code = ExitCode.NO_PLAN


class NoPlanInTime(NoPlan):
    """Time ran out with no plan in hand: there may be one."""


class InternalError(Exception):
    """The program contradicts itself; nothing may be printed or exported as if it were an answer."""
