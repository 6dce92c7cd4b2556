"""Units lost without a sale: stolen, lost with their keys, given up, or a coin that is worth nothing. § 165.

None of it is a sale, so nothing is netted with gains. What may be claimed, when, on which form and with what proof is
said, and the units no longer count as held.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.portfolio import LOST_WITHOUT_SALE, Transaction
from planner.domain.tax_return import own_taxable_accounts
from rules.assets import classify
from rules.terms import AssetClass

GONE = {
    "stolen": "a theft of what was held for profit is deductible (§ 165(c)(2), (e); CCA 202511015), up to its "
    "basis, less what may be recovered, in the year in which it is found out and no recovery is in "
    "prospect: Form 4684 section B, an itemized deduction, no capital loss. Keep the report to the "
    "police, the transfers, and what shows the scheme and the motive; of a Ponzi scheme Rev. Proc. "
    "2009-20 gives a safe harbor (Form 4684 section C)",
    "lost": "what is lost with a key or by mistake is a casualty only where something sudden befell it, and a "
    "loss of property held for profit and not sold is a miscellaneous itemized deduction, which is "
    "permanently lost (§§ 67(g), 165(c); P.L. 119-21 § 70110): nothing is claimed. Keep what shows the "
    "units, in case they are found",
    "abandoned": "giving up a coin is an ordinary loss that is a miscellaneous itemized deduction, which is "
    "permanently lost (§§ 67(g), 165(a); CCA 202302011): nothing is claimed. A sale to an unrelated buyer "
    "for any price would have been a capital loss; so would a security abandoned for nothing (Reg. § "
    "1.165-5(i)): enter that in [realized] as of December 31",
    "worthless": "a coin is not a security (§ 165(g)(2)), and its loss of value is not a loss (CCA 202302011): nothing "
    "is claimed. If you still hold it, remove the row and sell it to an unrelated buyer for any price "
    "before December 31",
}


def losses_without_sale(case: Case) -> Iterator[Caution]:
    """One for each row of this year in an account of this return."""
    own = {account.name for account in own_taxable_accounts(case.household)}
    for row in case.transactions:
        if row.account in own and row.date.year == case.household.taxpayer.tax_year and _is_one(row):
            text = (
                f"{row.where}: {row.quantity.normalize():f} {row.symbol} {row.action} on {row.date} no longer count "
                f"as held, and no loss is counted: {GONE[row.action]} (L-174)"
            )
            yield Caution("loss_without_sale", text)


def _is_one(row: Transaction) -> bool:
    if row.action in LOST_WITHOUT_SALE:
        return True
    return row.action == "worthless" and (row.asset_class or classify(row.symbol)) is AssetClass.CRYPTO
