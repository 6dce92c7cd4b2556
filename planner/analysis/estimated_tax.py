"""What the plan changes of the estimated tax that must be paid by 15 January. § 6654; Form 2210."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.plan import Plan
from rules.estimated_tax import last_installment
from rules.liability import Liability
from rules.terms import ZERO, to_cents


@dataclass(frozen=True, slots=True)
class EstimatedTax:
    """The year's payment required, without the plan and with it, in dollars, by `due`.

    `by_last_year`: last year's tax sets it in both, so that no sale changes it. `of_this_year_alone`: last year's
    return is not given, and it may be the smaller. `left` is what is still to be paid of it with the plan; None where
    last year's return or a payment is not given.
    """

    due: date
    without: Decimal
    with_plan: Decimal
    by_last_year: bool
    of_this_year_alone: bool
    left: Decimal | None

    @property
    def change(self) -> Decimal:
        """Signed: a plan of losses lowers it."""
        return self.with_plan - self.without


def estimated_tax(plan: Plan, case: Case) -> EstimatedTax | None:
    """None where household.toml has no `[payments]`."""
    payments = case.household.payments
    before, after = _required(plan.baseline), _required(plan.planned)
    if payments is None or before is None or after is None:
        return None
    alone = payments.last_year_tax is None or payments.last_year_agi is None
    paid = None
    if not alone and payments.withheld is not None and payments.estimated is not None:
        paid = payments.withheld + payments.estimated
    return EstimatedTax(
        due=last_installment(plan.tax_year),
        without=before,
        with_plan=after,
        by_last_year=not alone and all(_set_by_last_year(year) for year in (plan.baseline, plan.planned)),
        of_this_year_alone=alone,
        left=None if paid is None else max(after - paid, ZERO),
    )


def _required(year: Liability) -> Decimal | None:
    sheet = year.estimated_tax_worksheet
    return None if sheet is None else to_cents(sheet["9"])


def _set_by_last_year(year: Liability) -> bool:
    sheet = year.estimated_tax_worksheet
    return sheet is not None and sheet["9"] == sheet["8"] < sheet["5"]
