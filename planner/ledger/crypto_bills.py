"""What each pending bill on digital assets would change for a household, by its own effective date. None is law."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.tax_return import own_taxable_accounts
from planner.ledger.results import Disposition
from planner.ledger.run import keep_under_bill
from rules.digital_assets import LawProposal, proposals, short_name
from rules.terms import ZERO, AssetClass, to_cents

CoinLoss = tuple[date, Decimal]  # the day of a sale, and its loss, positive


@dataclass(frozen=True, slots=True)
class PendingBill:
    """A bill, and dollars of this year's losses on digital assets on days that it would reach; all positive.

    `by_plan` and `taken` would be at risk on a repurchase within 30 days: losses of the plan's sales, and those already
    taken. `washed` is what purchases already made would disallow of the latter. Where no one has checked the bill's
    date (`dated` False), they are what it would reach if it reached every sale of the year.
    """

    bill: LawProposal
    by_plan: Decimal
    taken: Decimal
    washed: Decimal

    @property
    def dated(self) -> bool:
        """Whether it is known which days the bill would reach."""
        return self.bill.reaches_from is not None


def pending_bills(
    case: Case, dispositions: Iterable[Disposition], by_plan: Sequence[CoinLoss] = ()
) -> tuple[PendingBill, ...]:
    """Every bill still alive on the as-of date; none for a household without losses on digital assets this year."""
    own = {account.name for account in own_taxable_accounts(case.household)}
    year = case.household.taxpayer.tax_year
    taken = [
        (sale.sold, -min(sale.recognized, ZERO))
        for sale in dispositions
        if sale.asset_class is AssetClass.CRYPTO and not sale.reached and sale.account in own and sale.sold.year == year
    ]
    if not any(loss for _, loss in (*taken, *by_plan)):
        return ()
    found = []
    for bill in proposals(case.as_of):
        if bill.alive:
            first = bill.reaches_from or date.min
            at_risk = _from(first, taken)
            washed = _washed(case, first, own) if at_risk else ZERO
            found.append(PendingBill(bill, _from(first, by_plan), at_risk, washed))
    return tuple(found)


def _from(first: date, losses: Iterable[CoinLoss]) -> Decimal:
    return sum((loss for day, loss in losses if day >= first), ZERO)


def _washed(case: Case, first: date, own: set[str]) -> Decimal:
    """What purchases already made would disallow of coins sold from that day on, this year."""
    securities, ledger = keep_under_bill(case, first)
    disallowed = ZERO
    for outcome in ledger.sales:
        sale = outcome.sale
        coin = securities.asset_class(sale.account, sale.symbol) is AssetClass.CRYPTO
        if coin and sale.account in own and sale.sold.year == case.household.taxpayer.tax_year:
            disallowed += sum((lot.disallowed_loss for lot in outcome.by_lot), ZERO)
    return to_cents(disallowed)


def bill_cautions(bills: Sequence[PendingBill]) -> tuple[Caution, ...]:
    """One paragraph: the bill last acted on in full, what it would put at risk, and the others in a word."""
    if not bills:
        return ()
    first, *others = sorted(bills, key=lambda pending: (pending.dated, pending.bill.status_on), reverse=True)
    bill = first.bill
    text = (
        f"{_at_stake(first)} if {bill.name} becomes law ({bill.status}; seen {bill.status_on}). "
        f"It would reach {bill.effective_text}."
    )
    said = [f"{short_name(other.bill)} {_in_short(other)}" for other in others]
    if said:
        text += f" Other bills: {'; '.join(said)}."
    return (Caution("crypto_proposals", f"{text} `harvest law --pending` has them all, with their sources."),)


def _at_stake(pending: PendingBill) -> str:
    parts = [f"${pending.by_plan:,.2f} of this plan's losses"] if pending.by_plan else []
    if pending.taken:
        seen = f", of which purchases already made would disallow ${pending.washed:,.2f}," if pending.washed else ""
        parts.append(f"${pending.taken:,.2f} of losses already taken this year{seen}")
    if not parts:
        return "No coin has been sold at a loss on a day in question yet; a later loss would be at risk"
    return f"{' and '.join(parts)} would be at risk on a repurchase within 30 days"


def _in_short(pending: PendingBill) -> str:
    at_risk = f"${pending.by_plan + pending.taken:,.2f} at risk"
    if pending.bill.reaches_from is None:
        return f"from an unverified date, {at_risk} if it covered every sale of the year"
    return f"from {pending.bill.reaches_from}, {at_risk}"
