"""Where § 1091 leaves open what to do: each point by name, with the reading taken by default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Tacking(StrEnum):
    """C4, I-13: how much of the sold shares' holding period the replacement takes over, § 1223(3)."""

    DAYS_HELD = "days_held"
    WITHOUT_OVERLAP = "without_overlap"  # the same, less the days on which both were held
    OLD_DATE = "old_date"  # as if acquired with the shares sold


@dataclass(frozen=True, slots=True)
class Conventions:
    """The open points of § 1091, each with the reading taken by default; docs/interpretations.md has the reasons."""

    gone_shares_replace: bool = False
    """C1, I-01: shares bought in the window and sold by the end of the day of the loss sale replace anyway."""
    older_replaces_newer: bool = True
    """C2, I-02: shares bought before the ones sold, both in the window, replace them."""
    gains_use_up_replacements: bool = False
    """C3, I-06: shares sold at a gain are matched too, and so use replacements up."""
    tacking: Tacking = Tacking.DAYS_HELD
    """C4, I-13."""
    spouse_keeps_the_loss: bool = True
    """C5, I-05: the basis of a spouse's replacement takes up the loss; otherwise nothing does."""
    options_replace: bool = True
    """C6, I-09: a long call replaces as many shares as it is for, and the loss goes into its basis."""
    days_sales_together: bool = True
    """C7, I-31: what is sold on one day replaces nothing on that day; otherwise, the order not being known, the
    earlier acquired is sold first (Reg. § 1.1091-1(b)), while the later acquired is still held and may replace it. A
    purchase on the day of the sale is inside the window either way."""


DEFAULTS = Conventions()
NO_TIME = timedelta()


def tacked_start(acquired: date, sold: date, start: date | None, tacking: Tacking) -> date | None:
    """Where the replacement's holding period begins, as if it had been acquired on that day. § 1223(3), I-13."""
    if start is None:
        return None
    if tacking is Tacking.OLD_DATE:
        return min(start, acquired)
    held = sold - start
    if tacking is Tacking.WITHOUT_OVERLAP and sold > acquired:
        held -= sold - acquired
    return acquired - held if held > NO_TIME else acquired
