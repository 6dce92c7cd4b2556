"""What a row of a file says before it belongs to a household: three kinds of record, and the checks they all share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from planner.domain.portfolio import NO_CHANGE, UNEXPLAINED, Change, StatedCost
from planner.domain.written_amounts import WrittenAmounts
from planner.loader.reading.changes import read_changes
from planner.loader.reading.derived_figures import completed
from planner.loader.tables.cells import (
    UNKNOWN_DATES,
    BadCell,
    nearest,
    parse_date,
    shown,
    written_day,
)
from planner.loader.tables.joined_texts import JoinedTexts
from planner.loader.tables.record_table import RecordTable
from planner.loader.tables.sheet import Sheet
from rules.terms import AssetClass, Character

Day = date  # where a field is named `date`

CASH_ACTIONS = (
    *("dividend", "interest", "fee", "deposit", "withdrawal"),
    *("capital_gain_dividend", "exempt_interest_dividend"),
)
SHARE_ACTIONS = (
    *("buy", "reinvest", "sell", "vest", "transfer_in", "transfer_out", "split", "gift_in", "gift_out"),
    *("inherit", "income", "exercise", "expire", "other", "stolen", "lost", "abandoned"),
    *("exchange_out", "exchange_in", "spinoff", "return_of_capital", "cash_in_lieu", "worthless"),
    *("write", "close", "assign", UNEXPLAINED),
)
MAY_MOVE_NOTHING = frozenset({"other", "split", "return_of_capital", "cash_in_lieu", "exchange_out", UNEXPLAINED})
UNDONE = "undone "
"""Before an action: the row takes back an earlier one of that action (a reversal, a failed movement)."""
CAME_WITH_A_PAST = ("transfer_in", "gift_in")
ACTIONS = (*SHARE_ACTIONS, *CASH_ACTIONS)

UNITS_OWED = "short sales and written options are not covered"  # why such a row is left out, L-07
VARIOUS, INHERITED = "various", "inherited"  # what may stand for the day of acquisition

_TERMS = {
    **dict.fromkeys(("short", "short term", "short-term", "st", "s"), Character.SHORT),
    **dict.fromkeys(("long", "long term", "long-term", "lt", "l"), Character.LONG),
}
COPY = "copy it from your broker's statement"
ACQUIRED_ON = "write the trade date, or Various or Inherited where your broker gives no more"


class LotRecord(NamedTuple):
    """A row of open lots. `basis` is dollars for the whole lot, `price` per unit; `account` where the row names one.

    A row of positions is one too, without a day. `market_value` and `term` are as a broker's file states them.
    """

    line: int
    account: str | None
    lot_id: str | None
    symbol: str
    quantity: Decimal
    acquired: date | None
    basis: Decimal | None
    price: Decimal | None
    name: str | None
    asset_class: AssetClass | None
    holding_since: date | None
    loss_basis: Decimal | None
    inherited: bool
    frozen: bool | None
    purchased: date | None
    market_value: Decimal | None
    term: Character | None
    worthless: bool | None = None


class TransactionRecord(NamedTuple):
    """A row of an account's history. `amount` and `fees` are positive; `symbol` is None where only cash moved.

    `date` may be a moment with its time zone (`cells.parse_instant`): it becomes a day where the taxpayer lives.
    `acquired` and `loss_basis` are of units that came otherwise than by purchase. `change`: what a row of a corporate
    action says beyond its units. `replaces`: the place (`file.csv:17`) of the row that this row of ours explains.
    `said`: the file's own word, of a row that is not understood. `unpriced`: the file does not say what was paid or
    received, and `amount` is zero for want of it. `stated`: of a sale, what the broker says its units had cost.
    """

    line: int
    account: str | None
    date: date
    action: str
    symbol: str | None
    quantity: Decimal
    amount: Decimal
    fees: Decimal | None
    transaction_id: str | None
    lot_id: str | None
    asset_class: AssetClass | None
    acquired: Day | None
    loss_basis: Decimal | None
    name: str | None = None
    change: Change = NO_CHANGE
    said: str = ""
    unpriced: bool = False
    replaces: str | None = None
    note: str | None = None
    moment: str | None = None
    stated: StatedCost | None = None


class PriceRecord(NamedTuple):
    """A row of prices: dollars for one unit, and the day of the price where the file gives it."""

    line: int
    symbol: str
    price: Decimal
    day: date | None


class RealizedRecord(NamedTuple):
    """A row of sales made. `term` is what the file says of it, or its box; `disallowed_loss` is positive. `basis` is
    None where the broker does not know it."""

    line: int
    account: str | None
    symbol: str
    quantity: Decimal
    acquired: date | None
    inherited: bool
    sold: date
    proceeds: Decimal
    basis: Decimal | None
    term: Character | None
    disallowed_loss: Decimal | None
    asset_class: AssetClass | None
    name: str | None = None


def read_lots(sheet: Sheet) -> RecordTable[LotRecord]:
    """Open lots: a record for each row that can be used; the others are in `sheet.refusals`."""
    quantity = positive_quantity(sheet)
    acquired = sheet.dates("acquired", empty=ACQUIRED_ON, words=frozenset({VARIOUS, INHERITED}))
    basis = sheet.not_negative(
        "basis",
        "write what the lot cost as a positive amount",
        empty="copy the cost basis from your broker's statement; write 0 if it really is zero",
    )
    price = sheet.not_negative(
        "price",
        "write the price of one unit as a positive amount",
        empty="write the price of one unit; write 0 if it is worthless",
    )
    market_value = sheet.amounts("market_value")
    if not sheet.ours:
        basis, market_value = completed(sheet, quantity, basis, market_value)
    holding_since = sheet.dates("holding_since")
    loss_basis = sheet.not_negative("loss_basis", "write the value on the day of the gift as a positive amount")
    inherited = inherited_of(sheet)
    _check_holding_since(sheet, holding_since, acquired)
    _check_loss_basis(sheet, loss_basis, basis)
    return sheet.record_table(
        LotRecord,
        sheet.texts("account"),
        JoinedTexts.of(sheet.texts("lot_id")),
        sheet.symbols(),
        quantity,
        acquired,
        basis,
        price,
        sheet.texts("name"),
        sheet.choices("asset_class", AssetClass),
        holding_since,
        loss_basis,
        inherited,
        sheet.flags("frozen"),
        sheet.dates("purchased"),
        market_value,
        terms_of(sheet),
        sheet.flags("worthless"),
    )


def read_transactions(sheet: Sheet) -> list[TransactionRecord]:
    """An account's history; as `read_lots`. Only a row that moves nothing but cash may leave its symbol blank."""
    action = sheet.read("action", _action, empty=f"write one of: {', '.join(ACTIONS)}")
    quantity = sheet.amounts("quantity", empty="write the number of shares; 0 where only cash moved", known=True)
    changes = read_changes(sheet)
    _check_moved(sheet, action, quantity, changes)
    day, acquired = sheet.dates("date", empty=COPY, known=True), sheet.dates("acquired")
    _check_came(sheet, action, day, acquired)
    return sheet.records(
        TransactionRecord,
        sheet.texts("account"),
        day,
        action,
        sheet.symbols(blank=[word in CASH_ACTIONS for word in action]),
        quantity,
        sheet.not_negative(
            "amount",
            "write the total cost or proceeds as a positive amount; `action` gives the direction",
            empty="write the total cost or proceeds; 0 where no money moved",
            known=True,
        ),
        sheet.not_negative("fees", "write the fees as a positive amount"),
        sheet.texts("id"),
        sheet.texts("lot_id"),
        sheet.choices("asset_class", AssetClass),
        acquired,
        sheet.not_negative("loss_basis", "write the value on the day of the gift as a positive amount"),
        sheet.texts("name"),
        changes,
        [""] * len(sheet.rows),
        [False] * len(sheet.rows),
        sheet.texts("replaces"),
        sheet.texts("note"),
        sheet.texts("time"),
        [None] * len(sheet.rows),
    )


def read_prices(sheet: Sheet) -> list[PriceRecord]:
    """Prices; as `read_lots`. Those of days to come are left out, so that one file serves every as-of date."""
    days = sheet.read("date", parse_date)
    for index, day in enumerate(days):
        if day is not None and day > sheet.as_of:
            sheet.skip(index, f"a price of {day}, after the as-of date {sheet.as_of}")
    price = sheet.not_negative(
        "price",
        "write the price of one unit as a positive amount",
        empty="write the price of one unit; write 0 if it is worthless",
    )
    return sheet.records(PriceRecord, sheet.symbols(), price, days)


def _action(text: str) -> str:
    word = "_".join(text.casefold().replace("-", " ").split())
    if word not in ACTIONS:
        raise BadCell(f"is `{shown(text)}`{nearest(word, ACTIONS)}", f"write one of: {', '.join(ACTIONS)}")
    return word


def terms_of(sheet: Sheet) -> list[Character | None]:
    """As the file states them: in words, else by which of two columns holds the gain."""
    stated = sheet.read("term", _term, unknown=frozenset() if sheet.ours else UNKNOWN_DATES)
    if sheet.ours or any(stated):
        return stated
    short_gains, long_gains = sheet.amounts("short_gain"), sheet.amounts("long_gain")
    if not (any(short_gains) or any(long_gains)):
        return stated
    return [
        None if bool(short) == bool(long) else Character.SHORT if short else Character.LONG
        for short, long in zip(short_gains, long_gains, strict=True)
    ]


def _term(text: str) -> Character:
    try:
        return _TERMS[text.casefold().strip("()")]
    except KeyError:
        raise BadCell(f"is `{shown(text)}`, neither short nor long", "write short or long") from None


def positive_quantity(sheet: Sheet) -> Sequence[Decimal | None]:
    """Units held or sold. A broker's row of units owed (a short sale, a written option) is skipped, ours is refused."""
    quantity = sheet.amounts("quantity", empty=COPY, known=True)
    if isinstance(quantity, WrittenAmounts) and quantity.numbers.all():
        return quantity
    for index, units in enumerate(quantity):
        if units is None or units > 0:
            continue
        if sheet.ours:
            sheet.refuse(
                index,
                f"`quantity` is {units}: it must be above zero, and short sales are not covered",
                "write the number of units as a positive number, or remove the row",
            )
        elif units == 0:
            sheet.skip(index, "no units are held")
        else:
            sheet.skip_owed(index, units, UNITS_OWED)
    return quantity


def inherited_of(sheet: Sheet) -> list[bool]:
    """Said in its own column, or by `Inherited` in place of the day. § 1223(9)."""
    acquired = sheet.cells("acquired")
    words = {cell: cell.casefold() == INHERITED for cell in set(acquired)}
    flags = sheet.flags("inherited")
    if not (any(words.values()) or any(flags)):
        return [False] * len(flags)
    said_by_date = [words[cell] for cell in acquired]
    for index, (by_date, said) in enumerate(zip(said_by_date, flags, strict=True)):
        if by_date and said is False:
            sheet.refuse(
                index,
                "`acquired` says inherited but `inherited` says it is not",
                "correct one of the two; a blank `inherited` follows `acquired`",
            )
        elif said:
            said_by_date[index] = True
    return said_by_date


def _check_holding_since(sheet: Sheet, since: Sequence[date | None], acquired: Sequence[date | None]) -> None:
    if not any(since):
        return
    for index, (start, day) in enumerate(zip(since, acquired, strict=True)):
        if start is not None and day is not None and start > day:
            sheet.refuse(
                index,
                f"`{sheet.name('holding_since')}` is {start}, after the lot was acquired on {day}",
                "a tacked holding period starts earlier (§ 1223): write its first day, or leave the cell blank",
            )


def _check_loss_basis(sheet: Sheet, loss_basis: Sequence[Decimal | None], basis: Sequence[Decimal | None]) -> None:
    if loss_basis.count(None) == len(loss_basis):
        return
    for index, (for_losses, for_gains) in enumerate(zip(loss_basis, basis, strict=True)):
        if for_losses is not None and for_gains is not None and for_losses > for_gains:
            sheet.refuse(
                index,
                f"`{sheet.name('loss_basis')}` is {for_losses}, more than the basis of {for_gains}",
                "a gift's basis for losses is the lower one (§ 1015(a)): swap the two, or leave it blank",
            )


def _check_moved(
    sheet: Sheet, actions: Sequence[str | None], quantities: Sequence[Decimal | None], changes: Sequence[Change]
) -> None:
    """Shares move in positive numbers; a reverse split takes some away; cash moves none, nor does a split by ratio."""
    for index, (action, quantity, change) in enumerate(zip(actions, quantities, changes, strict=True)):
        if quantity is None or action is None:
            continue
        if action in CASH_ACTIONS or (action in MAY_MOVE_NOTHING and action != "split"):
            fair = quantity >= 0
        else:
            fair = quantity > 0 or (action == "split" and (quantity < 0 or change.ratio is not None))
        if not fair:
            sheet.refuse(
                index,
                f"`{sheet.name('quantity')}` is {quantity} in a `{action}` row",
                "write how many units moved as a positive number; `action` gives the direction",
            )


def _check_came(
    sheet: Sheet, actions: Sequence[str | None], days: Sequence[date | None], acquired: Sequence[date | None]
) -> None:
    """Only what came otherwise than by purchase was acquired on another day than that of its row, and before it."""
    for index, (action, day, start) in enumerate(zip(actions, days, acquired, strict=True)):
        if start is None or day is None or action is None:
            continue
        if action not in CAME_WITH_A_PAST:
            sheet.refuse(
                index,
                f"`{sheet.name('acquired')}` is given in a `{action}` row",
                f"leave it blank, or write one of: {', '.join(CAME_WITH_A_PAST)}",
            )
        elif start > written_day(day):
            sheet.refuse(
                index,
                f"`{sheet.name('acquired')}` is {start}, after the units were received on {day}",
                "write their original acquisition date",
            )
