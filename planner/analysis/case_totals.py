"""What was read of a household, summed to compare with a statement: by account, by file, by security."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from planner.analysis.totals import character_on, market_value
from planner.domain.case import Case
from planner.domain.errors import file_of
from planner.domain.portfolio import Holding, RealizedDisposition, UncountedSale
from rules.terms import ZERO, AccountKind, Character


@dataclass(frozen=True, slots=True)
class CaseTotals:
    """What was read, summed, to compare with a statement.

    `market_value`, `basis` and the gains are over the same lots, those of known basis and price, so that they add up:
    `counted` of them. `value_without_basis` and `basis_without_price` are of the others. `unexplained` are lots of
    which no one can say whether they are held, in none of the other figures; `uncounted` sales of realized files.

    Gains are signed. The unrealized ones are by the character of a sale on the as-of date, the third of them that of
    lots of unknown date; the realized ones are those of the realized files, `realized_disallowed` a positive loss.
    """

    lots: int
    market_value: Decimal
    basis: Decimal
    unrealized_gain: Decimal
    unrealized_short_term: Decimal
    unrealized_long_term: Decimal
    unrealized_unknown_term: Decimal
    realized_sales: int
    realized_short_term: Decimal
    realized_long_term: Decimal
    realized_disallowed: Decimal
    without_basis: int
    without_price: int
    without_date: int
    counted: int
    value_without_basis: Decimal
    basis_without_price: Decimal
    unexplained: int
    uncounted: int
    uncounted_proceeds: Decimal


@dataclass(frozen=True, slots=True)
class SymbolTotals:
    """The lots of one security in one account taken together; None where a figure of a lot is not known."""

    symbol: str
    lots: int
    quantity: Decimal
    basis: Decimal | None
    market_value: Decimal | None
    gain: Decimal | None


def totals_by_account(case: Case) -> dict[str, CaseTotals]:
    """The totals of each account, by its name."""
    return _totals_by(case, attrgetter("lot.account"), attrgetter("account"), [a.name for a in case.household.accounts])


def totals_by_kind(case: Case, by_account: Mapping[str, CaseTotals]) -> tuple[CaseTotals, CaseTotals]:
    """The totals of the taxable accounts, and of those in which no gain is taxed."""
    taxable = {a.name for a in case.household.accounts if a.kind is AccountKind.TAXABLE}
    return (
        added(totals for name, totals in by_account.items() if name in taxable),
        added(totals for name, totals in by_account.items() if name not in taxable),
    )


def sales_listed(case: Case) -> list[RealizedDisposition | UncountedSale]:
    """Every sale of the realized files, those that count in no sum last."""
    return [*case.realized, *case.uncounted]


def totals_by_file(case: Case) -> list[CaseTotals | None]:
    """The totals of what came from each of the case's files, in their order; None where that is neither lots nor sales.

    A file that is listed under several keys has them where it comes first.
    """

    def file(row: Holding | RealizedDisposition | UncountedSale) -> str:
        return file_of(row.where)

    by_file = _totals_by(case, file, file, [])
    return [by_file.pop(read.path, None) for read in case.files]


def totals_by_symbol(case: Case, account: str) -> list[SymbolTotals]:
    """What an account holds of each security, by symbol."""
    lots: dict[str, list[Holding]] = defaultdict(list)
    for holding in case.holdings:
        if holding.lot.account == account:
            lots[holding.lot.symbol].append(holding)
    totals = []
    for symbol, held in sorted(lots.items()):
        basis = _sum_if_known(holding.lot.basis for holding in held)
        value = _sum_if_known(map(market_value, held))
        gain = None if basis is None or value is None else value - basis
        totals.append(SymbolTotals(symbol, len(held), sum((h.lot.quantity for h in held), ZERO), basis, value, gain))
    return totals


def added(totals: Iterable[CaseTotals]) -> CaseTotals:
    """Totals of several accounts as one."""
    amounts = attrgetter(*(field.name for field in fields(CaseTotals)))
    rows = [amounts(_NOTHING), *map(amounts, totals)]
    sums: list[Any] = [sum(column) for column in zip(*rows, strict=True)]  # counts, and dollars
    return CaseTotals(*sums)


def _totals_by(
    case: Case,
    of_lot: Callable[[Holding], str],
    of_sale: Callable[[RealizedDisposition | UncountedSale], str],
    names: Iterable[str],
) -> dict[str, CaseTotals]:
    """The totals of what goes by each name; of these names also where nothing does."""
    held: dict[str, list[Holding]] = defaultdict(list)
    sold: dict[str, list[RealizedDisposition]] = defaultdict(list)
    left_out: dict[str, list[UncountedSale]] = defaultdict(list)
    for holding in case.holdings:
        held[of_lot(holding)].append(holding)
    for disposition in case.realized:
        sold[of_sale(disposition)].append(disposition)
    for sale in case.uncounted:
        left_out[of_sale(sale)].append(sale)
    every = dict.fromkeys([*names, *held, *sold, *left_out])
    return {name: _totals(case.as_of, held[name], sold[name], left_out[name]) for name in every}


def _totals(
    as_of: date,
    holdings: Sequence[Holding],
    realized: Sequence[RealizedDisposition],
    uncounted: Sequence[UncountedSale],
) -> CaseTotals:
    gains: dict[Character | None, Decimal] = defaultdict(lambda: ZERO)
    market = cost = value_alone = basis_alone = ZERO
    without_basis = without_price = without_date = counted = 0
    explained = [holding for holding in holdings if not holding.unexplained]
    for holding in explained:
        value, basis, term = market_value(holding), holding.lot.basis, character_on(holding.lot, as_of)
        if value is not None and basis is not None:
            gains[term] += value - basis
            counted, market, cost = counted + 1, market + value, cost + basis
        else:
            value_alone += value or ZERO
            basis_alone += basis or ZERO
        without_basis += basis is None
        without_price += value is None
        without_date += term is None
    return CaseTotals(
        lots=len(explained),
        market_value=market,
        basis=cost,
        unrealized_gain=sum(gains.values(), ZERO),
        unrealized_short_term=gains[Character.SHORT],
        unrealized_long_term=gains[Character.LONG],
        unrealized_unknown_term=gains[None],
        realized_sales=len(realized),
        realized_short_term=_of_character(realized, Character.SHORT),
        realized_long_term=_of_character(realized, Character.LONG),
        realized_disallowed=sum((disposition.disallowed_loss for disposition in realized), ZERO),
        without_basis=without_basis,
        without_price=without_price,
        without_date=without_date,
        counted=counted,
        value_without_basis=value_alone,
        basis_without_price=basis_alone,
        unexplained=len(holdings) - len(explained),
        uncounted=len(uncounted),
        uncounted_proceeds=sum((sale.proceeds for sale in uncounted), ZERO),
    )


def _sum_if_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = list(amounts)
    return None if None in known else sum(filter(None, known), ZERO)


def _of_character(realized: Iterable[RealizedDisposition], character: Character) -> Decimal:
    return sum((disposition.recognized_gain for disposition in realized if disposition.character is character), ZERO)


_NOTHING = _totals(date.min, (), (), ())
