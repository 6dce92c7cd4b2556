"""A broker's history: its words for what happened turned to ours, the direction from the word and the sign."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from planner.domain.errors import Caution
from planner.loader.reading.records import CASH_ACTIONS, SHARE_ACTIONS, UNITS_OWED, TransactionRecord
from planner.loader.tables.cells import normal_name, shown
from planner.loader.tables.sheet import Sheet
from rules.terms import ZERO, AssetClass

TRANSFER, TRADE, SHORT = "transfer", "trade", "short"
"""Words of a broker's table beside our actions: a transfer of shares or cash and a trade, whose sign tells the
direction; and what belongs to a short sale or a written option, which is skipped (L-07)."""

NEED_AMOUNT = frozenset({"buy", "sell", "reinvest"})  # what nobody does for nothing
MAY_LACK_SYMBOL = frozenset({*CASH_ACTIONS, "other", SHORT})


@dataclass(frozen=True)
class Actions:
    """A broker's words for what happened, each with our action, or with `transfer`, `trade` or `short`.

    `begins`: the cell is a sentence that begins so; the longest word that fits is meant. `described`: patterns of the
    description that tell better than the word, with the action they mean.
    """

    words: Mapping[str, str]
    begins: bool = False
    described: Mapping[str, str] = field(default_factory=dict)

    def of(self, cell: str) -> str | None:
        """What a cell says happened; None where its word is not known."""
        text = normal_name(cell)
        if not self.begins:
            return self._normal.get(text)
        return next((action for word, action in self._longest_first if text.startswith(word)), None)

    @cached_property
    def _normal(self) -> dict[str, str]:
        return {normal_name(word): action for word, action in self.words.items()}

    @cached_property
    def _longest_first(self) -> list[tuple[str, str]]:
        return sorted(self._normal.items(), key=lambda pair: -len(pair[0]))


def read_history(sheet: Sheet, actions: Actions, cautions: list[Caution]) -> list[TransactionRecord]:
    """An account's history from a broker's sheet: a record for each row that can be used.

    A word that nobody has told us of is read as `other`, which moves nothing, and cautioned about.
    """
    said, names = sheet.cells("action"), sheet.texts("name")
    meaning = {cell: actions.of(cell) for cell in dict.fromkeys(said)}
    _caution_unknown(sheet, [cell for cell in meaning if meaning[cell] is None], cautions)
    units = [amount or ZERO for amount in sheet.amounts("quantity")]
    money = sheet.amounts("amount")
    done = [
        _resolved(_described(name, actions) or meaning[cell] or "other", moved, paid or ZERO)
        for cell, name, moved, paid in zip(said, names, units, money, strict=True)
    ]
    symbols = sheet.symbols(blank=[action in MAY_LACK_SYMBOL for action in done])
    done = _written_ones_skipped(done, symbols)
    for index, action in enumerate(done):
        if action == SHORT:
            sheet.skip(index, UNITS_OWED)
        elif action in SHARE_ACTIONS and action != "other" and not units[index]:
            what = f"`{sheet.name('quantity')}` is not given in a row that says `{shown(said[index])}`"
            sheet.refuse(index, what, "copy the number of units from your broker's statement")
    return sheet.records(
        TransactionRecord,
        sheet.texts("account"),
        sheet.dates("date", empty="copy it from your broker's statement", known=True),
        done,
        symbols,
        [_moved(action, count, in_coins=sheet.stamps is not None) for action, count in zip(done, units, strict=True)],
        _paid(sheet, done, units, money),
        _fees(sheet),
        sheet.texts("id"),
        sheet.texts("lot_id"),
        sheet.choices("asset_class", AssetClass),
        sheet.dates("acquired"),
        [None] * len(done),
        names,
    )


def _written_ones_skipped(done: Sequence[str], symbols: Sequence[str | None]) -> list[str]:
    """The actions, in which what expires is short where the file only ever writes that option and never buys it."""
    bought = {symbol for action, symbol in zip(done, symbols, strict=True) if action == "buy"}
    written = {symbol for action, symbol in zip(done, symbols, strict=True) if action == SHORT} - bought
    return [
        SHORT if action == "expire" and symbol in written else action
        for action, symbol in zip(done, symbols, strict=True)
    ]


def _moved(action: str, units: Decimal, *, in_coins: bool) -> Decimal:
    """Units in the sign of our own layout: the action tells the direction, but of a split. Only an exchange takes its
    fees in units (I-27)."""
    if action in CASH_ACTIONS and not (action == "fee" and in_coins):
        return ZERO
    return units if action == "split" else abs(units)


def _paid(
    sheet: Sheet, done: Sequence[str], units: Sequence[Decimal], money: Sequence[Decimal | None]
) -> list[Decimal]:
    """What each row cost or brought, without interest accrued; where it is not printed, units at their price."""
    paid = []
    rows = zip(done, units, money, sheet.amounts("price"), sheet.amounts("accrued"), strict=True)
    for index, (action, count, amount, price, accrued) in enumerate(rows):
        if amount is None and price is not None and action in NEED_AMOUNT:
            amount = count * price
        elif amount is None and action in NEED_AMOUNT:
            what = f"`{sheet.name('amount')}` is not given, nor is a price, in a row that means `{action}`"
            sheet.refuse(index, what, "copy what was paid or received from your broker's statement")
        paid.append(max(abs(amount or ZERO) - abs(accrued or ZERO), ZERO))
    return paid


def _fees(sheet: Sheet) -> list[Decimal | None]:
    rows = zip(sheet.amounts("fees"), sheet.amounts("commission"), strict=True)
    return [None if fees is None and more is None else abs(fees or ZERO) + abs(more or ZERO) for fees, more in rows]


def _described(name: str | None, actions: Actions) -> str | None:
    """What the description says happened, where it says so."""
    if not (actions.described and name):
        return None
    return next((action for pattern, action in actions.described.items() if re.search(pattern, name)), None)


def _resolved(action: str, units: Decimal, money: Decimal) -> str:
    """The action with its direction. A dividend that takes money and brings shares is a reinvestment."""
    if action == TRANSFER:
        if units:
            return "transfer_in" if units > 0 else "transfer_out"
        return "deposit" if money >= 0 else "withdrawal"
    if action == TRADE:
        return "buy" if units > 0 else "sell"
    if action == "dividend" and units > 0 and money < 0:
        return "reinvest"
    return action


def _caution_unknown(sheet: Sheet, words: list[str], cautions: list[Caution]) -> None:
    if words:
        listed = ", ".join(f"`{shown(word)}`" for word in words[:5])
        more = f" and {len(words) - 5} more" if len(words) > 5 else ""
        text = f"{sheet.file}: {listed}{more} is not followed: such rows are read as moving nothing"
        cautions.append(Caution("action_unknown", f"{text}; where shares moved, add them in our own layout"))
