"""What a history does not explain: a security of an account, or what one sale brought or cost. Neither stops a plan.

The security is listed and held back, named with the row that is not understood, and its losses so far are not counted;
everything else is planned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.portfolio import UNEXPLAINED, Transaction, UncountedSale
from rules.substantially_identical import spelling
from rules.terms import AssetClass
from rules.wash_sale import wash_window

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A security of an account of which no one can say what is held, from a day on: the row, why, and the remedy."""

    account: str
    symbol: str
    since: date
    where: str
    what: str
    remedy: str

    @property
    def why(self) -> str:
        return f"history unclear: {self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A sale that happened, and whose gain is not known. `proceeds` None: these are not known either."""

    account: str
    symbol: str
    sold: date
    quantity: Decimal
    proceeds: Decimal | None
    where: str
    why: str
    remedy: str
    asset_class: AssetClass = AssetClass.STOCK

    @property
    def box(self) -> str:
        """Of Form 8949, where the basis was not reported to the IRS; which of the two, the term tells."""
        return "H or K" if self.asset_class is AssetClass.CRYPTO else "B or E"


def unexplained_cautions(found: Iterable[Unexplained]) -> Iterator[Caution]:
    """One for each security."""
    for it in sorted(found, key=lambda it: (it.account, it.symbol)):
        text = (
            f"{it.where}: {it.what}: the history of {it.symbol} in {it.account} is unclear. Its lots are "
            f"listed and held back, and its losses so far are not counted. {_sentence(it.remedy)}"
        )
        yield Caution("history_not_explained", text)


def with_unknown_moves(case: Case) -> Case:
    """The case with what was moved of late, under a word no one knows, held back in accounts whose lots are listed too:
    the row may be a purchase (§ 1091). Older rows are in the lots as they are listed."""
    since = wash_window(case.as_of)[0]
    listing = {account.name for account in case.household.accounts if case.lists_lots(account)}
    found: dict[tuple[str, str], Transaction] = {}
    for row in case.transactions:
        if row.action == UNEXPLAINED and row.account in listing and row.date >= since:
            found.setdefault((row.account, spelling(row.symbol)), row)
    if not found:
        return case
    why: dict[tuple[str, str], Unexplained] = {}
    for (account, symbol), row in found.items():
        what = f"`{row.said or row.action}` moves {row.quantity.normalize():f} {row.symbol}, an unknown action"
        remedy = f"enter what happened in our own layout, with `replaces = {row.where}`"
        why[account, symbol] = Unexplained(account, row.symbol, row.date, row.where, what, remedy)
    holdings = []
    for holding in case.holdings:
        it = why.get((holding.lot.account, spelling(holding.lot.symbol)))
        holdings.append(holding if it is None else replace(holding, unexplained=it.why))
    return replace(
        case,
        holdings=tuple(holdings),
        unexplained={**case.unexplained, **{key: it.why for key, it in why.items()}},
        cautions=(*case.cautions, *unexplained_cautions(why.values())),
    )


def not_counted_cautions(found: Sequence[NotCounted]) -> Iterator[Caution]:
    """One for each sale left out, the first few in full."""
    in_order = sorted(found, key=lambda it: (it.account, it.sold, it.where))
    for it in in_order:
        brought = "for an unknown amount" if it.proceeds is None else f"for ${it.proceeds:,.2f}"
        units = f"{it.quantity.normalize():f} {it.symbol}" if it.quantity else it.symbol
        box = f" (Form 8949, box {it.box})" if it.proceeds != 0 else ""
        text = (
            f"{it.where}: {units} sold in {it.account} on {it.sold} {brought}: its gain is not counted: {it.why}{box}."
        )
        yield Caution("sale_not_counted", f"{text} {_sentence(it.remedy)}")


def uncounted_cautions(sales: Sequence[UncountedSale]) -> Iterator[Caution]:
    """One for each sale of a realized file that counts in no sum."""
    for sale in sales:
        lacking = "its basis" if sale.basis is None else "its term"
        text = (
            f"{sale.where}: {sale.quantity.normalize():f} {sale.symbol} sold in {sale.account} on {sale.sold} for "
            f"${sale.proceeds:,.2f}: its gain is not counted, because the file does not give {lacking} (Form 8949, box "
            f'{sale.box}). Enter under [[basis]] in household.toml: symbol = "{sale.symbol}", sold = {sale.sold}, '
            "basis = ..., acquired = ..."
        )
        yield Caution("sale_not_counted", text)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
