"""`[[limits]]`: limits on the sales of one symbol, account or asset class; a table of its own for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from planner.domain.plan_limits.declaration import Kind, PlanKey, Selection, SumLimit, SumOf, SumOfSales

Rows = tuple["SelectedLimits", ...]


@dataclass(frozen=True, slots=True)
class SelectedLimits:
    """A table of `[[limits]]`: the lots it is about, and at most so many dollars of their proceeds, or lots of them."""

    where: Selection
    max_turnover: Decimal | None = None
    max_sales: Decimal | None = None

    @property
    def sums(self) -> tuple[SumLimit, ...]:
        stated = (
            ("max_turnover", SumOf.PROCEEDS, self.max_turnover),
            ("max_sales", SumOf.LOTS, self.max_sales),
        )
        return tuple(
            SumLimit(f"[[limits]] {self.where}: {name}", of, amount, where=self.where)
            for name, of, amount in stated
            if amount is not None
        )


def _sums(rows: Rows) -> tuple[SumLimit, ...]:
    return tuple(limit for row in rows for limit in row.sums)


def _with_amounts(rows: Rows, amounts: Sequence[Decimal]) -> Rows:
    left = list(amounts)
    return tuple(
        replace(
            row,
            max_turnover=None if row.max_turnover is None else left.pop(0),
            max_sales=None if row.max_sales is None else left.pop(0),
        )
        for row in rows
    )


KEY = PlanKey[Rows](
    "limits",
    Kind.SELECTED_LIMITS,
    default=(),
    meaning=SumOfSales(_sums, _with_amounts),
    place=100,
    freest=(),
    label="Limits of a symbol, account or class",
    only_if_set=True,
)
