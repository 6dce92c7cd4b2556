"""The windows still open: on which days nobody in the household may buy what was sold at a loss. § 1091(a)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from planner.case import Case
from planner.ledger.terms import Disposition
from planner.plan import Window
from rules.substantially_identical import IdenticalGroups
from rules.terms import ZERO
from rules.wash_sale import first_safe_day, wash_window


def open_windows(dispositions: Iterable[Disposition], case: Case) -> tuple[Window, ...]:
    """For each security sold at a loss that a purchase could still disallow, and what is identical to it: the days."""
    choices = case.household.wash_sale
    groups = IdenticalGroups(choices.identical, choices.different)
    losses: dict[str, list[Disposition]] = defaultdict(list)
    for disposition in dispositions:
        if disposition.allowed_loss > 0 and wash_window(disposition.sold)[1] >= case.as_of:
            losses[disposition.symbol].append(disposition)
    opened: list[Window] = []
    for symbol, sales in losses.items():
        allowed = sum((sale.allowed_loss for sale in sales), ZERO)
        last = max(sale.sold for sale in sales)
        first, until = min(wash_window(sale.sold)[0] for sale in sales), wash_window(last)[1]
        because = f"sold at a loss, last on {last}; ${allowed:,.2f} of it is at stake"
        opened.append(Window(symbol, first, until, first_safe_day(last), because))
        for other in groups.alike(symbol) - losses.keys():
            because = f"substantially identical to {symbol}"
            opened.append(Window(other, first, until, first_safe_day(last), because))
    return tuple(sorted(opened, key=lambda window: (window.safe_on, window.symbol)))
