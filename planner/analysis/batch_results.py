"""Many households planned at once: a line each, the sums, and how it all ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.errors import ExitCode, Problem
from planner.domain.plan import Benefit, Status
from rules.terms import ZERO

GRAVEST_FIRST = (
    ExitCode.OUR_FAULT,
    ExitCode.REFUSED,
    ExitCode.LAW_NOT_COVERED,
    ExitCode.NO_PLAN,
    ExitCode.DONE,
)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What became of one household: the figures of its plan, or the input errors why there is none.

    `name` is its path from the folder that all of them have in common; `proceeds` is the plan's turnover in dollars.
    `exit_code` is what `harvest plan` would have ended with. `digest` is that of the household's files, where the batch
    is one that can be continued.
    """

    name: str
    path: str
    exit_code: ExitCode
    benefit: Benefit | None = None
    status: Status | None = None
    sales: int = 0
    proceeds: Decimal = ZERO
    problems: tuple[Problem, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class BatchTotals:
    """The sums over the households that have a plan."""

    households: int
    planned: int
    proven: int
    worth: Decimal
    tax_saved: Decimal
    sales: int
    proceeds: Decimal


@dataclass(frozen=True, slots=True)
class Batch:
    """Every household that was asked for, in the order of its name."""

    as_of: date
    lines: tuple[BatchLine, ...]

    @property
    def totals(self) -> BatchTotals:
        benefits = [line.benefit for line in self.lines if line.benefit is not None]
        return BatchTotals(
            households=len(self.lines),
            planned=len(benefits),
            proven=sum(line.status is Status.PROVEN for line in self.lines),
            worth=_sum(benefit.total for benefit in benefits),
            tax_saved=_sum(benefit.tax_saved for benefit in benefits),
            sales=sum(line.sales for line in self.lines),
            proceeds=_sum(line.proceeds for line in self.lines),
        )

    @property
    def exit_code(self) -> ExitCode:
        """The gravest of all: an internal error, refused input, law not covered, no plan or none proven in time,
        done."""
        codes = {line.exit_code for line in self.lines}
        return next((code for code in GRAVEST_FIRST if code in codes), ExitCode.DONE)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
