"""Which lots are alike: they may be sold on the same days, and their gains have the same character on each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from planner.domain.case import Case
from planner.domain.columns import Bools, Ints, alike
from rules.holding_period import first_long_term_day


def usual_lots(case: Case) -> Bools:
    """The lots that may be like others: bought on a known day, without a duty or anything else to be looked at."""
    lots, duties = case.lots, case.household.plan_limits.duties
    if case.household.wash_sale.conventions.gone_shares_replace:  # a lot's days then depend on when it was bought
        return np.zeros(len(lots), dtype=bool)
    usual: Bools = ~lots.unusual & (lots.days > 0)
    usual[rows_of(case, duties)] = False
    return usual


def rows_of(case: Case, lot_ids: Iterable[str]) -> list[int]:
    """The rows of these lots, to the extent they are held."""
    return [row for lot_id in lot_ids if (row := case.lots.row_of.get(lot_id)) is not None]


def lots_alike(case: Case, rows: Ints) -> tuple[Ints, Ints]:
    """Of usual lots the number of their kind, and of each kind the place of the first: one security and class, and the
    same day in the rest of the year on which they turn long-term."""
    lots = case.lots
    first, last = case.sale_date.toordinal(), date(case.household.taxpayer.tax_year, 12, 31).toordinal()
    acquired, of_row = lots.coded("acquired")
    turns = [first if day is None else first_long_term_day(day).toordinal() for day in acquired]
    turn = np.clip(np.array(turns, dtype=np.int64), first, last + 1) - first
    return alike([lots.coded("symbol")[1][rows], lots.coded("asset_class")[1][rows], turn[of_row[rows]]])
