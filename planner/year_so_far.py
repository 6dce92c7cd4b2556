"""What the year already holds before the plan: gains taken, shares that have replaced others, windows still open.

It follows from the ledger, so that a sale counts once whether a transaction, a realized file or both tell of it, and
with the losses that § 1091 disallows across accounts. A history that does not explain itself does not stop a plan:
then the realized files are taken as they stand, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from planner.case import Case
from planner.ledger import household_ledger
from planner.ledger.terms import Disposition, HouseholdLedger
from planner.plan import Window
from planner.refusals import Caution, Refused
from planner.tax_return import own_taxable_accounts
from rules.assets import in_collectibles_group
from rules.terms import ZERO, Character, Gains

PLANNING_CODES = frozenset({"disallowed_differs", "sale_not_explained"})  # the ledger's others the plan says itself


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """`gains` are recognised before carryovers; `used` are shares of a held lot that already replaced others."""

    gains: Gains
    used: dict[str, Decimal] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    cautions: tuple[Caution, ...] = ()


def year_so_far(case: Case) -> YearSoFar:
    """The year up to the as-of date. Gains in an IRA are not recognised (§ 408(e)(1)), and a spouse's only belong on
    a joint return (§ 6013)."""
    stated = case.household.realized
    if not case.transactions and not case.realized:
        return YearSoFar(stated)
    own = {account.name for account in own_taxable_accounts(case.household)}
    try:
        ledger = household_ledger(case)
    except Refused as gap:
        first = gap.refusals[0]
        caution = Caution(
            "history_not_explained",
            f"{first.where}: {first.what}. The year so far is taken from the realized files alone: sales that only the "
            f"transactions show are not counted. {first.remedy[0].upper()}{first.remedy[1:]}.",
        )
        return YearSoFar(stated + _as_realized(case, own), cautions=(caution,))
    return YearSoFar(
        gains=stated + _recognized(ledger.dispositions, own, case.household.taxpayer.tax_year),
        used=_used(ledger),
        windows=ledger.windows,
        cautions=tuple(caution for caution in ledger.cautions if caution.code in PLANNING_CODES),
    )


def _recognized(dispositions: Iterable[Disposition], own: set[str], year: int) -> Gains:
    short = long = collectibles = ZERO
    for disposition in dispositions:
        if disposition.account not in own or disposition.sold.year != year:
            continue
        for lot in disposition.by_lot:
            if lot.character is Character.SHORT:
                short += lot.recognized
            else:
                long += lot.recognized
                collectibles += lot.recognized if disposition.collectible else ZERO
    return Gains(short, long, collectibles)


def _used(ledger: HouseholdLedger) -> dict[str, Decimal]:
    """Each share replaces once, Reg. § 1.1091-1(e): those of lots held that have."""
    used: dict[str, Decimal] = {}
    for held in ledger.lots:
        if held.washed_quantity:
            used[held.lot.lot_id] = used.get(held.lot.lot_id, ZERO) + held.washed_quantity
    return used


def _as_realized(case: Case, own: set[str]) -> Gains:
    short = long = collectibles = ZERO
    for row in case.realized:
        if row.account not in own:
            continue
        if row.character is Character.SHORT:
            short += row.recognized_gain
        else:
            long += row.recognized_gain
            if in_collectibles_group(row.symbol, row.asset_class):
                collectibles += row.recognized_gain
    return Gains(short, long, collectibles)
