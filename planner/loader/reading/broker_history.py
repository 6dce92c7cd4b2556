"""A broker's history: its words for what happened turned to ours, the direction from the word and the sign."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from planner.domain.errors import Caution
from planner.domain.portfolio import UNEXPLAINED, StatedCost
from planner.loader.reading.changes import read_changes
from planner.loader.reading.records import (
    CASH_ACTIONS,
    MAY_MOVE_NOTHING,
    SHARE_ACTIONS,
    UNDONE,
    UNITS_OWED,
    TransactionRecord,
    terms_of,
)
from planner.loader.tables.cells import normal_name, shown
from planner.loader.tables.sheet import NO_SYMBOL, Sheet
from rules.option_contracts import option_underlying
from rules.terms import ZERO, AssetClass

TRANSFER, TRADE, SHORT = "transfer", "trade", "short"
"""Words of a broker's table beside our actions: a transfer of shares or cash and a trade, whose sign tells the
direction; and what belongs to a short sale, which is skipped (L-07), or, where the row names an option, to one that
was written: then it is read as `write` or `close`. `undone buy` (any action): the row takes an earlier one back."""
EXCHANGE = "exchange"
"""A row of a corporate action whose sign tells the direction: units given up, or received for them."""
SPLIT = "split rows"
"""A split as some brokers write it: the old units out and the new ones in, two rows of a day; or one row of what was
added or taken away."""

_NAMES_NOTHING = frozenset({"", *NO_SYMBOL})
NEED_AMOUNT = frozenset({"buy", "sell", "reinvest", "write", "close"})  # what no one does for nothing
BOUGHT = frozenset({"buy", "reinvest"})
COMES = frozenset({"transfer_in", "gift_in", "inherit", "vest", "income"})
AS_SAID_OF_MORE = frozenset({*SHARE_ACTIONS, *CASH_ACTIONS}) - {"sell", "dividend"}
AS_SAID_OF_LESS = frozenset({*SHARE_ACTIONS, *CASH_ACTIONS}) - BOUGHT - COMES
"""Actions to which a positive number of units, or any other, gives no other meaning: see `_resolved`."""
MAY_LACK_SYMBOL = frozenset({*CASH_ACTIONS, *(UNDONE + word for word in CASH_ACTIONS), "other", SHORT})


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

    A word that the layout does not list is a caution; its row is `unexplained` where it moves units of a security,
    `other` where it moves nothing.
    """
    said, names = sheet.cells("action"), sheet.texts("name")
    meaning = {cell: actions.of(cell) for cell in dict.fromkeys(said)}
    _caution_unknown(sheet, [cell for cell in meaning if meaning[cell] is None], cautions)
    units = [amount or ZERO for amount in sheet.amounts("quantity")]
    money = sheet.amounts("amount")
    named = _names_something(sheet) if None in meaning.values() else [False] * len(said)
    meant = _split_rows(sheet, [meaning[cell] for cell in said], units)
    if actions.described:
        described = {name: _described(name, actions) for name in set(names)}
        meant = [described[name] or action for name, action in zip(names, meant, strict=True)]
    done = [
        action
        if action in (AS_SAID_OF_MORE if moved > ZERO else AS_SAID_OF_LESS)
        else _resolved(action or _unknown(moved, has_symbol), moved, paid or ZERO)
        for action, moved, paid, has_symbol in zip(meant, units, money, named, strict=True)
    ]
    symbols = sheet.symbols(blank=[action in MAY_LACK_SYMBOL for action in done])
    if SHORT in done:
        done = [
            _of_an_option(word, moved, paid or ZERO) if action == SHORT and option_underlying(symbol or "") else action
            for action, symbol, word, moved, paid in zip(done, symbols, said, units, money, strict=True)
        ]
    changes = read_changes(sheet)
    needing = frozenset(filter(_needs_units, set(done)))
    asked = needing | {"exchange_out", SHORT}
    for index in [n for n, action in enumerate(done) if action in asked and (not units[n] or action == SHORT)]:
        action = done[index]
        if action == SHORT:
            sheet.skip_owed(index, units[index], UNITS_OWED)
        elif changes[index].ratio is not None:
            continue
        elif action in needing or (action == "exchange_out" and not money[index]):
            what = f"`{sheet.name('quantity')}` is not given in a row that says `{shown(said[index])}`"
            sheet.refuse(index, what, "copy the number of units from your broker's statement")
    paid, unpriced = _paid(sheet, done, units, money)
    return sheet.records(
        TransactionRecord,
        sheet.texts("account"),
        sheet.dates("date", empty="copy it from your broker's statement", known=True),
        done,
        symbols,
        _moved(done, units, in_coins=sheet.stamps is not None),
        paid,
        _fees(sheet),
        sheet.texts("id"),
        sheet.texts("lot_id"),
        sheet.choices("asset_class", AssetClass),
        sheet.dates("acquired"),
        [None] * len(done),
        names,
        changes,
        [cell if action == UNEXPLAINED else "" for cell, action in zip(said, done, strict=True)],
        unpriced,
        [None] * len(done),
        said,
        [None] * len(done),
        _stated(sheet, done),
    )


def _stated(sheet: Sheet, done: Sequence[str]) -> list[StatedCost | None]:
    """What the rows of sales themselves say that their units had cost."""
    costs, terms = sheet.amounts("stated_basis"), terms_of(sheet)
    if not any(costs):
        return [None] * len(costs)
    rows = zip(done, costs, terms, strict=True)
    return [StatedCost(abs(cost), term) if action == "sell" and cost else None for action, cost, term in rows]


def _of_an_option(word: str, units: Decimal, money: Decimal) -> str:
    """An option written or bought back, by the word, else by the signs."""
    text = f" {normal_name(word)} "
    opens = re.search(r"\bopen|\bsto\b|\bsell o\b|selltoopen", text) is not None
    closes = re.search(r"\bclos|\bbtc\b|\bbuy c\b|\bcover|buytoclose|\bbought\b", text) is not None
    return "write" if opens or (not closes and (money > 0 or (money == 0 and units < 0))) else "close"


def _split_rows(sheet: Sheet, meant: list[str | None], units: Sequence[Decimal]) -> list[str | None]:
    """What each row means, of a split whether its rows are two sides or a change."""
    if SPLIT not in meant:
        return meant
    sides: dict[tuple[str, str], set[bool]] = {}
    of_row = list(zip(sheet.cells("account"), sheet.cells("date"), strict=True))
    for row, action, moved in zip(of_row, meant, units, strict=True):
        if action == SPLIT and moved:
            sides.setdefault(row, set()).add(moved > 0)
    return [
        action if action != SPLIT else EXCHANGE if len(sides.get(row, ())) == 2 else "split"
        for row, action in zip(of_row, meant, strict=True)
    ]


def _names_something(sheet: Sheet) -> list[bool]:
    """Whether each row names a security."""
    symbols, cusips = sheet.cells("symbol"), sheet.cells("cusip")
    return [
        symbol not in _NAMES_NOTHING or cusip not in _NAMES_NOTHING
        for symbol, cusip in zip(symbols, cusips, strict=True)
    ]


def _unknown(units: Decimal, has_symbol: bool) -> str:
    """A row under a word that the layout does not list: where it plainly moves units it is never passed over."""
    return UNEXPLAINED if units and has_symbol else "other"


def _needs_units(action: str) -> bool:
    action = action.removeprefix(UNDONE)
    return action in SHARE_ACTIONS and action not in MAY_MOVE_NOTHING - {"split"}


def _moved(done: Sequence[str], units: Sequence[Decimal], *, in_coins: bool) -> list[Decimal]:
    """Units in the sign of our own layout: the action tells the direction, but of a split. Only an exchange takes its
    fees in units (I-27)."""
    none = frozenset(CASH_ACTIONS) - ({"fee"} if in_coins else set())
    return [
        ZERO if action in none else count if action == "split" else abs(count)
        for action, count in zip(done, units, strict=True)
    ]


def _paid(
    sheet: Sheet, done: Sequence[str], units: Sequence[Decimal], money: Sequence[Decimal | None]
) -> tuple[list[Decimal], list[bool]]:
    """What each row cost or brought, without interest accrued; where it is not printed, units at their price. And
    whether neither is printed: blank is not zero."""
    needed = [action in NEED_AMOUNT for action in done]
    prices, interest = sheet.amounts("price"), sheet.amounts("accrued")
    unpriced = [needs and amount is None for amount, needs in zip(money, needed, strict=True)]
    if any(unpriced):
        rows = zip(money, unpriced, units, prices, strict=True)
        money = [count * price if lacks and price is not None else amount for amount, lacks, count, price in rows]
        unpriced = [lacks and amount is None for amount, lacks in zip(money, unpriced, strict=True)]
    if not any(interest):
        return [abs(amount) - ZERO if amount else ZERO for amount in money], unpriced
    both = zip(money, interest, strict=True)
    return [max(abs(amount or ZERO) - abs(accrued or ZERO), ZERO) for amount, accrued in both], unpriced


def _fees(sheet: Sheet) -> list[Decimal | None]:
    fees, commissions = sheet.amounts("fees"), sheet.amounts("commission")
    if all(more is None for more in commissions):
        return [None if fee is None else abs(fee) + ZERO for fee in fees]
    rows = zip(fees, commissions, strict=True)
    return [None if fee is None and more is None else abs(fee or ZERO) + abs(more or ZERO) for fee, more in rows]


def _described(name: str | None, actions: Actions) -> str | None:
    """What the description says happened, where it says so."""
    if not (actions.described and name):
        return None
    return next((action for pattern, action in actions.described.items() if re.search(pattern, name)), None)


def _resolved(action: str, units: Decimal, money: Decimal) -> str:
    """The action with its direction. A dividend that takes money and brings shares is a reinvestment; a sign that is
    contrary to the word is no noise, but a reversal."""
    if action == TRANSFER:
        if units:
            return "transfer_in" if units > 0 else "transfer_out"
        return "deposit" if money >= 0 else "withdrawal"
    if action == TRADE:
        return "buy" if units > 0 else "sell"
    if action == EXCHANGE:
        return "exchange_in" if units > 0 else "exchange_out"
    if action == "dividend" and units > 0 and money < 0:
        return "reinvest"
    if (action in BOUGHT and units < 0 < money) or (action == "sell" and money < 0 < units):
        return UNDONE + action  # both signs are those of its opposite: a reversal
    if action in COMES and units < 0:
        return UNDONE + action
    return action


def _caution_unknown(sheet: Sheet, words: list[str], cautions: list[Caution]) -> None:
    if words:
        listed = ", ".join(f"`{shown(word)}`" for word in words[:5])
        more = f" and {len(words) - 5} more" if len(words) > 5 else ""
        text = f"{sheet.file}: {listed}{more} is not recognized: such rows are ignored, and a security"
        cautions.append(Caution("action_unknown", f"{text} whose units they move is held back"))
