"""The estimated tax of a year in a sentence: what the plan changes of what is required by 15 January. § 6654."""

from __future__ import annotations

from planner.analysis.estimated_tax import EstimatedTax
from planner.report.words import day, money


def estimated_words(estimated: EstimatedTax) -> str:
    """What is required by then, what the plan changes of it, and what is still to be paid, where that is known."""
    required = money(estimated.with_plan)
    if estimated.of_this_year_alone:
        said = f"90% of this year's tax is {required}{_change(estimated)}; last year's return may require less"
    elif estimated.by_last_year:
        said = f"{required} is required, set by last year's tax, whatever the plan sells"
    else:
        said = f"{required} is required{_change(estimated)}"
    if estimated.left is not None:
        said += f"; {money(estimated.left)} of it is still to be paid" if estimated.left else "; all of it is paid"
    return f"Estimated tax by {day(estimated.due)} (§ 6654): {said}."


def _change(estimated: EstimatedTax) -> str:
    if not estimated.change:
        return ""
    return f", {money(abs(estimated.change))} {'more' if estimated.change > 0 else 'less'} than without the plan"
