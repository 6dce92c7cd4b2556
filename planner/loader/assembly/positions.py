"""Positions beside lots: where the lots are known a position is a check of them, elsewhere it is listed, held back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from planner.analysis.totals import market_value
from planner.domain.case import Case, Check, FileRead
from planner.domain.errors import Caution, file_of
from planner.domain.portfolio import Holding
from planner.loader.assembly.files import FileRecords
from planner.loader.reading.layout import how_to_get_lots
from rules.assets import is_money_market_fund
from rules.substantially_identical import spelling
from rules.terms import CENT, ZERO

COARSEST = Decimal("0.001")  # of a unit: a file that prints fewer decimals prints whole units
SYMBOLS_NAMED = 5

Security = tuple[str, str]  # the account's name, and the symbol as it is usually spelled


def with_positions(case: Case, positions: Sequence[Holding], files: Mapping[str, FileRecords]) -> Case:
    """The case with each position either compared with its lots or, where it has none, listed as one of unknown date.

    Lots that a history leaves are believed only to the extent the positions bear them out. `files`: those that were
    read, by name."""
    if not positions:
        return case
    stated, lots = _by_security(positions), _by_security(case.holdings)
    refuted = dict(_refuted(case, stated, lots))
    alone = [
        replace(position, unexplained=case.unexplained.get(key, ""))
        for key, rows in stated.items()
        if key not in lots or key in refuted
        for position in rows
    ]
    cautions = [*refuted.values(), *_positions_only(alone, files)]
    checks: dict[str, list[Check]] = defaultdict(list)
    for key, rows in stated.items():
        if key in lots:
            found = list(_compared(rows, lots[key], files))
            checks[file_of(rows[0].where)] += found
            cautions += [] if key in refuted else _differences(rows, lots[key], found)
    cautions += _not_among(stated, {key: held for key, held in lots.items() if key not in refuted}, files)
    return replace(
        case,
        holdings=(*(holding for holding in case.holdings if _key(holding) not in refuted), *alone),
        cautions=(*case.cautions, *cautions),
        files=tuple(_with_checks(read, checks) for read in case.files),
        left_out=case.left_out | frozenset(refuted),
    )


def _by_security(holdings: Iterable[Holding]) -> dict[Security, list[Holding]]:
    found: dict[Security, list[Holding]] = defaultdict(list)
    for holding in holdings:
        found[_key(holding)].append(holding)
    return dict(found)


def _refuted(
    case: Case, stated: Mapping[Security, Sequence[Holding]], lots: Mapping[Security, Sequence[Holding]]
) -> Iterator[tuple[Security, Caution]]:
    """What a history leaves of a security in other quantity than the account's positions state: it is not complete."""
    accounts = {account for account, _ in stated}
    for key, held in lots.items():
        account = key[0]
        if account not in case.rebuilt or account not in accounts:
            continue
        check = _quantity(stated.get(key, []), held)
        if not check.agrees:
            symbol = held[0].lot.symbol
            text = (
                f"{held[0].where}: the history of {account} gives {check.found.normalize():f} {symbol}, its "
                f"positions {check.stated.normalize():f}: the history is incomplete, so its lots are not used"
            )
            yield key, Caution("position_differs", text)


def _with_checks(read: FileRead, checks: Mapping[str, list[Check]]) -> FileRead:
    found = checks.get(read.path, []) if read.kind == "positions" else []
    return replace(read, checks=(*read.checks, *found))


def _key(holding: Holding) -> Security:
    return holding.lot.account, spelling(holding.lot.symbol)


def _compared(rows: Sequence[Holding], lots: Sequence[Holding], files: Mapping[str, FileRecords]) -> Iterator[Check]:
    """What a file states of a security, beside the sum of its lots: quantity, basis, and the value on the same day."""
    symbol = rows[0].lot.symbol
    both = [*rows, *lots]
    yield _quantity(rows, lots)
    quantity = _sum(holding.lot.quantity for holding in rows)
    rounding = CENT * len(both) + CENT * quantity / 2  # a cent a row, and half a cent a unit where it is per unit
    bases = [holding.lot.basis for holding in both]
    if None not in bases:
        stated, found = _sum(h.lot.basis for h in rows), _sum(h.lot.basis for h in lots)
        yield Check.within(f"basis of {symbol}", stated, found, rounding)
    values = [market_value(holding) for holding in both]
    days = {files[file].found.as_of for holding in both if (file := file_of(holding.where)) in files}
    if None not in values and len(days - {None}) <= 1:
        stated, found = _sum(values[: len(rows)]), _sum(values[len(rows) :])
        yield Check.within(f"market value of {symbol}", stated, found, rounding)


def _quantity(rows: Sequence[Holding], lots: Sequence[Holding]) -> Check:
    """The units of positions beside those of the lots; the last decimal printed of each may be rounded."""
    stated, found = (_sum(holding.lot.quantity for holding in held) for held in (rows, lots))
    rounding = _sum(map(_last_place, (*rows, *lots)))
    return Check.within(f"quantity of {lots[0].lot.symbol}", stated, found, rounding)


def _differences(rows: Sequence[Holding], lots: Sequence[Holding], checks: Iterable[Check]) -> Iterator[Caution]:
    wrong = [check for check in checks if not check.agrees]
    if wrong:
        figures = "; ".join(
            f"{check.what.partition(' of ')[0]} {check.stated:,f} there and {check.found:,f} by the lots"
            for check in wrong
        )
        symbol = rows[0].lot.symbol
        text = f"{rows[0].where}: {symbol} differs from the sum of its lots ({_files(lots)}): {figures}"
        yield Caution("position_differs", f"{text}. The lots are counted")


def _positions_only(alone: Sequence[Holding], files: Mapping[str, FileRecords]) -> Iterator[Caution]:
    """What is listed without lots, a caution a file, and how that broker's lots are to be had."""
    by_file: dict[str, list[Holding]] = defaultdict(list)
    for position in alone:
        if is_money_market_fund(position.lot.symbol):  # cash in all but name: no lots to look for
            continue
        by_file[file_of(position.where)].append(position)
    for file, rows in by_file.items():
        symbols = list(dict.fromkeys(row.lot.symbol for row in rows))
        more = f" and {len(symbols) - SYMBOLS_NAMED:,} more" if len(symbols) > SYMBOLS_NAMED else ""
        how = how_to_get_lots(files[file].layout.broker) or "enter them in our own layout"
        text = f"{file}: this looks like a portfolio at {files[file].layout.broker} without its lots"
        held = f"{', '.join(symbols[:SYMBOLS_NAMED])}{more} held back"
        yield Caution("positions_only", f"{text}: {held}; for lots, {how}")


def _not_among(
    by_security: Mapping[Security, Sequence[Holding]],
    lots: Mapping[Security, Sequence[Holding]],
    files: Mapping[str, FileRecords],
) -> Iterator[Caution]:
    """Lots of a security that the same broker's positions of the account do not have: sold since, perhaps."""
    stated = {(key[0], _broker(row, files)): file_of(row.where) for key, rows in by_security.items() for row in rows}
    for key, held in lots.items():
        file = stated.get((key[0], _broker(held[0], files)))
        if key not in by_security and file is not None:
            text = f"{held[0].where}: {file} has no position of {held[0].lot.symbol}"
            yield Caution("position_differs", f"{text}: perhaps sold since. The lots are counted")


def _broker(holding: Holding, files: Mapping[str, FileRecords]) -> str:
    file = files.get(file_of(holding.where))
    return file.layout.broker if file else ""


def _files(lots: Sequence[Holding]) -> str:
    return ", ".join(dict.fromkeys(file_of(lot.where) or lot.where for lot in lots))


def _last_place(holding: Holding) -> Decimal:
    """A unit of the last decimal printed of a quantity."""
    exponent = holding.lot.quantity.as_tuple().exponent
    return min(COARSEST, Decimal(1).scaleb(exponent)) if isinstance(exponent, int) else ZERO


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), ZERO)
