"""The year once it is over: nothing can be sold in it any more, and the forms show what was."""

from __future__ import annotations

from planner.domain.case import Case
from planner.domain.plan import Benefit, Plan, Status
from planner.domain.tax_return import tax_return
from planner.ledger.year_to_date import year_so_far
from rules.liability import liability
from rules.terms import ZERO


def year_as_it_was(case: Case) -> Plan:
    """A plan without sales: both years are the one that happened, wash sales of the next January included (§ 1091).

    Rows of the next year in the files count for the windows alone. Raises UnsupportedLaw for a year or state not held.
    """
    so_far = year_so_far(case)
    year = liability(tax_return(case.household), so_far.gains)
    return Plan(
        tax_year=case.household.taxpayer.tax_year,
        as_of=case.as_of,
        sale_date=case.as_of,
        scenario=case.household.scenario,
        status=Status.PROVEN,
        baseline=year,
        planned=year,
        benefit=Benefit(tax_saved=ZERO, carryover_value=ZERO, deferred_tax=ZERO, trading_cost=ZERO, bound=ZERO),
        windows=so_far.windows,
        cautions=(*case.cautions, *so_far.cautions),
    )
