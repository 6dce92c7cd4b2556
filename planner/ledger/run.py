"""The ledger of `rules` kept from a case's history, and what of that history it could not explain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from planner.domain.case import Case
from planner.domain.errors import Caution, Problem
from planner.ledger.history import History, history_of
from planner.ledger.securities import Securities
from rules.ledger.outcomes import Gap, Ledger
from rules.ledger.run import keep_ledger
from rules.terms import AssetClass, Lot
from rules.wash_sale import wash_window

_OR = "or give that account's history from its first purchase on"


@dataclass(slots=True)
class Kept:
    """The history, the ledger, and what is wrong: `refusals`, and the securities by account that they are about.

    `cautions` are on sales that a history beside listed lots cannot explain: they are left out.
    """

    securities: Securities
    history: History
    ledger: Ledger
    problems: list[Problem]
    unexplained: dict[tuple[str, str], Problem]
    of: Case
    cautions: list[Caution] = field(default_factory=list)

    def serves(self, case: Case) -> bool:
        """Whether another case has the same ledger: the same history, of the same accounts, under the same answers."""
        mine, own, its = self.of, self.of.household, case.household
        return (
            mine.transactions is case.transactions
            and mine.realized is case.realized
            and mine.as_of == case.as_of
            and (own.accounts, own.wash_sale, mine.rebuilt) == (its.accounts, its.wash_sale, case.rebuilt)
            and _listed(mine) == _listed(case)
        )


def keep(case: Case) -> Kept:
    """The household's ledger, as far as its history explains itself; the first place where it does not comes first.

    A ledger that the case brings along is not kept again.
    """
    if isinstance(case.kept, Kept) and case.kept.serves(case):
        return case.kept
    securities = Securities(case)
    history = history_of(case, securities)
    ledger = keep_ledger(
        history.accounts,
        history.acquisitions,
        history.sales,
        history.moves,
        history.splits,
        case.household.wash_sale.conventions,
        open_since=wash_window(case.as_of)[0],
    )
    kept = Kept(securities, history, ledger, list(history.problems), dict(history.unexplained), case)
    listing = frozenset(account.name for account in case.household.accounts if case.lists_lots(account))
    for gap in ledger.gaps:
        _explain(kept, gap, listing)
    return kept


def _listed(case: Case) -> list[tuple[Lot, date | None]]:
    """The lots that the ledger takes as listed, as far as it looks at them."""
    return [(h.lot, h.purchased) for h in case.holdings if h.lot.account not in case.rebuilt]


def _explain(kept: Kept, gap: Gap, listing: frozenset[str]) -> None:
    history = kept.history
    where = history.where.get(gap.event_id, gap.event_id)
    transfer = history.moved.get(gap.event_id)
    into = None if transfer is None or transfer.into.account in listing else transfer.into
    what = f"{gap.missing.normalize():f} {gap.symbol} more than {gap.account} held on {gap.day}"
    if gap.missing == 0:
        what = f"a sale of {gap.symbol} on {gap.day}: {gap.why}"
    problem = None
    if gap.account not in listing:
        remedy = "give the account's history from its first purchase on, or list its lots and its realized file"
        problem = Problem(where, what, remedy)
        kept.unexplained.setdefault((gap.account, gap.symbol), problem)
    elif gap.event_id in history.shown:
        text = f"{where}: {what}: it is left out; give {gap.account}'s realized file, which says what it brought"
        kept.cautions.append(Caution("sale_not_explained", text))
    elif into is not None:
        units = f"{into.quantity.normalize():f} {into.symbol}"
        what = f"{units} came from {gap.account}, and no file says which of its lots"
        remedy = f"write in our own layout what they cost (`amount`) and the day they were bought (`acquired`), {_OR}"
        problem = Problem(into.where, what, remedy)
    if problem is not None:
        kept.problems.append(problem)
        if into is not None:
            kept.unexplained.setdefault((into.account, gap.symbol), problem)


def keep_under_bill(case: Case, reached_from: date) -> tuple[Securities, Ledger]:
    """The ledger if § 1091 had reached digital assets sold from that day on."""
    wash_sale = replace(case.household.wash_sale, crypto=True)
    supposed = replace(case, household=replace(case.household, wash_sale=wash_sale))
    securities = Securities(supposed)
    history = history_of(supposed, securities)
    sales = [
        replace(sale, exempt=True)
        if sale.sold < reached_from and securities.asset_class(sale.account, sale.symbol) is AssetClass.CRYPTO
        else sale
        for sale in history.sales
    ]
    ledger = keep_ledger(
        history.accounts, history.acquisitions, sales, history.moves, history.splits, wash_sale.conventions
    )
    return securities, ledger
