"""Coinbase: the statement of transactions, in UTC, in the several headers it has had; the gain/loss report."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from planner.loader.reading.alike import OneRow, Row
from planner.loader.reading.broker_table import BrokerTable
from planner.loader.reading.exchange_columns import amount_said
from planner.loader.reading.exchange_legs import DOLLAR, Legs, Rows, each, each_alone, in_order, legs_table
from planner.loader.reading.exchange_rows import (
    Coins,
    Happened,
    NotRead,
    amount,
    asset_of,
    dollars_of,
    no_amount,
    said,
    told,
    unclear,
)
from planner.loader.reading.layout import Layout
from planner.loader.reading.moved_inside import MovedInside
from planner.loader.reading.records import UNDONE
from planner.loader.tables.cells import BadCell

_BROKER = "Coinbase"
_STATEMENT = frozenset({"Timestamp", "Transaction Type", "Asset", "Quantity Transacted", "Subtotal"})
_TOTAL = ("Total (inclusive of fees and/or spread)", "Total (inclusive of fees)")
_FEES = ("Fees and/or Spread", "Fees")
_converted = re.compile(r"Converted ([\d,.]+) (\S+) to ([\d,.]+) (\S+)", re.IGNORECASE).search

_INCOME = re.compile(
    r"reward|income|coinbase earn|interest|payout|rebate|incentive|airdrop|bonus|price improvement|cash ?back|referral"
).search
_IN = frozenset(
    {*("receive", "deposit", "exchange withdrawal", "pro withdrawal", "prime withdrawal", "wallet receive"), "fork"}
)
_OUT = frozenset({"send", "withdrawal", "exchange deposit", "pro deposit", "prime deposit", "wallet send"})
_SPENT = re.compile(r"card|spend|subscription|dust|payment|liquidat|debit|fee|purchase|delist|donation|order").search
_REFUNDED = re.compile(r"card (buy ?back|refund|reversal)|refund").search
_INSIDE = re.compile(r"retail (un)?stak|retail eth2|vault|(un)?staking transfer|savings").match
_EXCHANGED = re.compile(r"asset migration|(un)?wrap asset|redenomination|token migration|token swap").match
_PLAIN = frozenset({"send", "sell", "advanced trade sell", "withdrawal"})  # in every statement: they tell of signs
_SAME = {"ETH2": "ETH"}  # one coin, which Coinbase called by two names while it was staked


def _read(legs: Legs, rows: Rows) -> None:
    listed = list(rows)
    conversions: dict[str, list[OneRow]] = defaultdict(list)
    signed = False
    for some in listed:
        words, units = some.cells(("Transaction Type",)), some.cells(("Quantity Transacted",))
        for row in some.some([n for n, word in enumerate(words) if word.casefold() == "convert"]).singly():
            conversions[said(row, "ID")].append(row)
        plain = {word for word in set(words) if word.casefold() in _PLAIN}
        signed = signed or any(
            word in plain and cell.startswith(("-", "(")) for word, cell in zip(words, units, strict=True)
        )
    inside = MovedInside(legs, _BROKER)
    exchanged: dict[tuple[str, str], list[tuple[Happened, str, Coins, bool]]] = defaultdict(list)

    def converted(line: int, row: OneRow) -> None:
        event, sides = _event(row), conversions[said(row, "ID")]
        if not event.ref or len(sides) == 1:
            _converted_by_note(legs, event, row, _coins(row))
        elif line == sides[0].line:
            legs.together(side.line for side in sides)
            _converted_in_two_rows(legs, event, sides)

    def one(line: int, row: Row) -> None:
        currency = said(row, "Price Currency", "Spot Price Currency")
        if currency not in ("", DOLLAR):
            what = f"`Price Currency` is {currency}: only dollars are read, and nothing is converted"
            raise NotRead(what, "set the account to dollars and generate the statement again")
        word = said(row, "Transaction Type")
        kind = word.casefold()
        event = _event(row)
        moved = amount(row, "Quantity Transacted")
        coins = _coins(row)
        total, fee = dollars_of(row, *_TOTAL), dollars_of(row, *_FEES) or Decimal(0)
        if kind == "convert":
            each_alone(legs, row.singly(), converted)
        elif kind.endswith("buy"):
            legs.add(event, "buy", coins, total, fee)
        elif kind.endswith("sell"):
            legs.add(event, "sell", coins, total, fee)
        elif _INSIDE(kind):
            inside.add(event, word, coins.asset, moved)
        elif _EXCHANGED(kind):
            for side in row.singly():
                exchanged[said(side, "Timestamp"), kind].append((_event(side), word, _coins(side), moved > 0))
        elif kind in _IN:
            legs.add(event, f"{UNDONE if moved < 0 else ''}transfer_in", coins)
        elif kind in _OUT:
            legs.add(event, f"{UNDONE if moved > 0 and signed else ''}transfer_out", coins)
        elif _INCOME(kind) and moved > 0:
            legs.add(event, "income", coins, total)
        elif _INCOME(kind):
            legs.add(event, f"{UNDONE}income", coins, total)
        elif _SPENT(kind) and moved < 0 and total is not None:
            legs.add(event, "sell", coins, total, fee)
        elif _REFUNDED(kind) and moved > 0 and total is not None:  # paid back in coins: bought at their value
            legs.add(event, "buy", coins, total, fee)
        else:
            legs.unknown(event, word, coins)

    each(legs, iter(listed), one)
    inside.settle()
    for sides in in_order(exchanged.values()):
        _became_another(legs, sides)


def _event(row: Row | OneRow) -> Happened:
    return Happened(row.line, told(row, "Timestamp"), told(row, "ID"), told(row, "Notes"))


def _coins(row: Row | OneRow) -> Coins:
    asset = asset_of(row, "Asset")
    return Coins(_SAME.get(asset, asset), abs(amount(row, "Quantity Transacted")))


def _became_another(legs: Legs, sides: list[tuple[Happened, str, Coins, bool]]) -> None:
    """A coin that became another at one moment, both sides in rows of their own: no sale."""
    given = [side for side in sides if not side[3]]
    got = [side for side in sides if side[3]]
    if given and len(given) == len(got):  # of several at one moment, each with the one in the same place
        for (event, _, gave, _), (other, _, came, _) in zip(given, got, strict=True):
            legs.together((event.line, other.line))
            legs.exchanged(event, gave, came)
        return
    for event, word, coins, _ in sides:
        legs.unknown(event, word, coins)


def _converted_by_note(legs: Legs, event: Happened, row: OneRow, given: Coins) -> None:
    """One row; what was received is in its notes only."""
    note = _converted(event.note)
    if note is None or note[2].upper() != given.asset:
        what, remedy = (
            "`Notes` does not say into what this was converted",
            "enter the `sell` and the `buy` in our layout",
        )
        raise NotRead(what, remedy, event, (given,))
    into = amount_said(note[3])
    if isinstance(into, BadCell):
        raise no_amount(into, "into")
    legs.traded(event, given, Coins(note[4].upper(), into), dollars=_worth(row))


def _converted_in_two_rows(legs: Legs, event: Happened, sides: list[OneRow]) -> None:
    """The statements of 2026: two rows of one id, what was given with a minus."""
    given, *between, got = sorted(sides, key=lambda side: amount(side, "Quantity Transacted"))
    gave, came = (Coins(asset_of(side, "Asset"), amount(side, "Quantity Transacted")) for side in (given, got))
    if between or gave.units >= 0 or came.units <= 0 or gave.asset == came.asset:
        raise unclear("Convert", event, (gave._replace(units=abs(gave.units)), came._replace(units=abs(came.units))))
    legs.traded(event, gave._replace(units=-gave.units), came, dollars=_worth(*sides))


def _worth(*sides: OneRow) -> Decimal | None:
    """What was received is worth: the least that is stated, with or without the fee, which Coinbase keeps back from the
    coins. It lessens what was given away brought (Reg. § 1.1001-7(c)(2)(ii)), and what was received cost no more."""
    stated = (dollars_of(side, *names) for side in sides for names in (("Subtotal",), _TOTAL))
    return min((dollars for dollars in stated if dollars is not None), default=None)


LAYOUTS = (
    Layout(
        "coinbase_transactions",
        _BROKER,
        "transactions",
        _STATEMENT,
        legs_table(_read, _STATEMENT),
        "look for Statements under your profile, a custom statement of all time, CSV",
        coins=True,
    ),
    Layout(
        "coinbase_gain_loss",
        _BROKER,
        "realized",
        frozenset({"Tax lot ID", "Asset name", "Date of Disposition", "Proceeds (USD)"}),
        BrokerTable(
            {
                "symbol": "Asset name",
                "quantity": "Amount",
                "acquired": "Date Acquired",
                "sold": "Date of Disposition",
                "proceeds": "Proceeds (USD)",
                "basis": "Cost basis (USD)",
            }
        ),
        "look for Documents under Taxes, Gain/loss report, CSV; of open lots there is no download",
        coins=True,
    ),
)
