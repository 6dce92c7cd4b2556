"""Rows of corporate actions put together: what one event did, from all of its rows; or that it is not explained.

The rows of one account and day are one event, or those of one `group`. Old units out and new units in of one security
are a split; of two, an exchange on which no gain is recognized (§§ 354, 1036; of coins I-42). Stock and cash need the
value of the stock: how much gain is recognized depends on it (§ 356). A spin-off needs the part of the parent's basis
that goes with the new shares, or what both were worth (§ 358(b), (c); Reg. § 1.358-2). Else they are held back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from planner.domain.errors import Caution
from planner.domain.portfolio import CORPORATE_ACTIONS, UNEXPLAINED, Transaction
from planner.ledger.events import History
from planner.ledger.securities import Securities
from rules.assets import spun_off_from
from rules.corporate_actions import part_of_basis
from rules.ledger.corporate import CashReturned, Exchange
from rules.terms import ZERO, AssetClass

ALMOST = Decimal("0.001")  # of a unit: what a file rounds to
WORTHLESS = (
    "a security that became worthless is a loss on the last day of that year (§ 165(g)), and its removal "
    "from the account does not show that it was this year"
)

_old = re.compile(r"\.OLD\d*$|\s+OLD$", re.IGNORECASE)


def settled_actions(
    rows: Sequence[Transaction], account: str, history: History, securities: Securities, *, listing: bool
) -> list[Transaction]:
    """The rows of an account with corporate actions as splits, sales and events of the ledger. Where lots are listed,
    the broker's basis and quantities hold what they did: only splits are of use."""
    if not any(row.action in CORPORATE_ACTIONS or row.action == UNEXPLAINED for row in rows):
        return list(rows)
    return _Settling(account, history, securities, listing).settled(rows)


def _valued(got: Sequence[Transaction]) -> bool:
    """Whether the rows say what the units were worth that came."""
    return all(row.change.value for row in got)


def _share(row: Transaction) -> Decimal | None:
    """The part of the parent's basis that a spin-off's shares take: as the row says, or by what both were worth."""
    change = row.change
    if change.basis_share is None and change.value and change.parent_value:
        return part_of_basis(change.parent_value, change.value)
    return change.basis_share


def _event(row: Transaction) -> tuple[object, ...]:
    return (row.date, row.change.group) if row.change.group else (row.date,)


class _Settling:
    """One account's rows being settled, day by day; `_held` are its units so far, `_done` the events already read."""

    def __init__(self, account: str, history: History, securities: Securities, listing: bool) -> None:
        self._account, self._history, self._securities, self._listing = account, history, securities, listing
        self._held: dict[str, Decimal] = defaultdict(lambda: ZERO)
        self._rows: list[Transaction] = []
        self._changed: dict[str, Transaction] = {}  # the last action that left units of each security

    def settled(self, rows: Sequence[Transaction]) -> list[Transaction]:
        events: dict[tuple[object, ...], list[Transaction]] = defaultdict(list)
        for row in rows:
            if row.action in ("exchange_out", "exchange_in"):
                events[_event(row)].append(row)
        for row in rows:
            if row.action in ("exchange_out", "exchange_in"):
                if event := events.pop(_event(row), None):
                    self._exchange(event)
            elif row.action == "spinoff":
                self._spinoff(row)
            elif row.action == "return_of_capital":
                self._returned(row)
            elif row.action == "cash_in_lieu":
                self._in_lieu(row)
            elif row.action == "worthless":
                self._worthless(row)
            elif row.action == UNEXPLAINED:
                self._unknown(row)
            else:
                self._add(row)
        return self._rows

    def _add(self, row: Transaction) -> None:
        self._rows.append(row)
        if row.action == "split":
            self._changed[row.symbol] = row
        if row.action == "split" and row.quantity == 0 and row.change.ratio is not None:
            new, old = row.change.ratio
            self._held[row.symbol] = self._held[row.symbol] * new / old
        elif row.acquires or row.arrives or row.action == "split":
            self._held[row.symbol] += row.quantity
        elif row.sells or row.departs:
            self._held[row.symbol] -= row.quantity

    # --- exchanges ---

    def _exchange(self, event: Sequence[Transaction]) -> None:
        outs, ins = defaultdict(list), defaultdict(list)
        for row in event:
            if row.action == "exchange_in":
                ins[row.symbol].append(row)
            elif row.quantity:
                outs[self._known_as(row, event)].append(row)
        cash = [row for row in event if row.action == "exchange_out" and row.amount]
        for symbol in sorted(outs.keys() & ins.keys()):
            self._split(symbol, outs.pop(symbol), ins.pop(symbol))
        if not (outs or ins):
            for row in cash:
                self._paid_in_lieu(row)
            return
        paid = sum((row.amount for row in cash), ZERO)
        if len(outs) == len(ins) == 1 and (not cash or _valued(*ins.values())):
            ((old, given), (new, got)) = (*outs.items(), *ins.items())
            self._became(old, new, given, got, paid)
        elif len(outs) == 1 and not ins and len(cash) >= 1:
            ((old, given),) = outs.items()
            self._sold_for_cash(old, given, cash)
        else:
            self._not_understood(outs, ins, cash)

    def _known_as(self, row: Transaction, event: Sequence[Transaction]) -> str:
        """The security that a row gives up, under the symbol by which the account has held it: brokers print an old
        CUSIP, or `ABC.OLD`."""
        if row.change.parent:
            return row.change.parent
        symbol = _old.sub("", row.symbol)
        if self._held[symbol] > 0 or self._listing:
            return symbol
        came = [other.symbol for other in event if other.action == "exchange_in"]
        for new in came:
            if abs(self._held[new] - row.quantity) <= ALMOST:
                return new
        return symbol

    def _split(self, symbol: str, outs: Sequence[Transaction], ins: Sequence[Transaction]) -> None:
        old, new = (sum((row.quantity for row in rows), ZERO) for rows in (outs, ins))
        row = ins[0]
        if not self._listing and abs(self._held[symbol] - old) > ALMOST:
            what = (
                f"{old.normalize():f} {symbol} became {new.normalize():f}, but the account held {self._shown(symbol)}"
            )
            self._unexplain([symbol], row, what, self._whole_history())
            return
        if new != old:
            self._add(
                replace(
                    row, action="split", symbol=symbol, quantity=new - (old if self._listing else self._held[symbol])
                )
            )

    def _became(
        self, old: str, new: str, given: Sequence[Transaction], got: Sequence[Transaction], money: Decimal
    ) -> None:
        units, came = (sum((row.quantity for row in rows), ZERO) for rows in (given, got))
        row = got[0]
        if self._listing:
            return
        if units - self._held[old] > ALMOST:
            what = (
                f"{units.normalize():f} {old} became {came.normalize():f} {new}, but the account held "
                f"{self._shown(old)}"
            )
            self._unexplain([old, new], row, what, self._whole_history())
            self._come_unknown(got)
            return
        units = min(units, self._held[old])
        coins = self._securities.asset_class(self._account, old) is AssetClass.CRYPTO
        event_id = self._event_id(row)
        security = self._securities(self._account, new)
        value = sum((each.change.value or ZERO for each in got), ZERO)
        event = Exchange(
            event_id, self._account, old, security, row.date, units, came, money=money, value=value if money else ZERO
        )
        self._history.corporate.append(event)
        self._held[old] -= units
        self._held[new] += came
        self._changed[new] = row
        law = "I-42" if coins else "§§ 354, 358, 1036, 1223(1)"
        text = (
            f"{row.where}: {units.normalize():f} {old} became {came.normalize():f} {new}: basis and holding "
            f"period carry over ({law})"
        )
        if money:
            text += (
                f"; with ${money:,.2f} in cash, the new units at ${value:,.2f}: gain is recognized up to the cash, lot "
                "by lot, a loss is not (§ 356(a)(1), (c)); as a dividend where it has the effect of one (§ 356(a)(2))"
            )
        if not coins:
            text += "; if the exchange was taxable, write a `sell` and a `buy` in our own layout that replace its rows"
        self._history.cautions.append(Caution("exchange_tax_free", text))

    def _sold_for_cash(self, old: str, given: Sequence[Transaction], cash: Sequence[Transaction]) -> None:
        """All units for cash alone is a sale: § 1001(a), § 302(a), § 331(a)."""
        units, paid = sum((row.quantity for row in given), ZERO), sum((row.amount for row in cash), ZERO)
        self._add(replace(given[0], action="sell", symbol=old, quantity=units, amount=paid))

    def _not_understood(
        self,
        outs: dict[str, list[Transaction]],
        ins: dict[str, list[Transaction]],
        cash: Sequence[Transaction],
    ) -> None:
        rows = [row for part in (outs, ins) for those in part.values() for row in those] or list(cash)
        symbols = [*outs, *ins]
        paid = sum((row.amount for row in cash), ZERO)
        gave = ", ".join(
            f"{sum((r.quantity for r in rows), ZERO).normalize():f} {s}" for s, rows in sorted(outs.items())
        )
        came = [f"{sum((r.quantity for r in rows), ZERO).normalize():f} {s}" for s, rows in sorted(ins.items())]
        came += [f"${paid:,.2f} in cash"] if cash else []
        what = f"{gave or 'nothing that is shown'} was given up for {', '.join(came) or 'nothing that is shown'}"
        if outs and ins and cash:
            what += " (the recognized gain depends on the value received, § 356)"
        remedy = (
            f"write in our own layout what it was, with `replaces = {rows[0].where}`: `exchange_out` of what was given "
            "up, `exchange_out` with a quantity of 0 for the cash (`amount`), `exchange_in` of what came, with its "
            "`value` in dollars; a `sell` and a `buy` at that value where all of the gain is taxed; else list the lots"
        )
        self._unexplain(symbols, rows[0], what, remedy)
        if self._listing:
            return
        for symbol, given in outs.items():
            for row in given:
                self._rows.append(replace(row, action="removed", symbol=symbol))
                self._held[symbol] -= row.quantity
        for got in ins.values():
            self._come_unknown(got)
        if outs and cash:
            symbol = next(iter(outs))
            units = sum((row.quantity for row in outs[symbol]), ZERO)
            self._not_counted(rows[0], symbol, units, paid, "the values given up and received are not known", remedy)

    # --- other events ---

    def _spinoff(self, row: Transaction) -> None:
        if self._listing:
            return
        parent, share = self._parent_of(row), _share(row)
        if parent and share is not None and self._held[parent] > 0:
            event = Exchange(
                event_id=self._event_id(row),
                account=self._account,
                symbol=parent,
                into=self._securities(self._account, row.symbol),
                day=row.date,
                old=self._held[parent],
                new=row.quantity,
                basis_share=share,
                keeps=True,
            )
            self._history.corporate.append(event)
            self._held[row.symbol] += row.quantity
            self._changed[row.symbol] = row
            return
        what = f"{row.quantity.normalize():f} {row.symbol} came from a spin-off"
        if parent:
            what += f" from {parent}, whose basis is lower than shown: no file says which part belongs to them "
        else:
            what += ", and the file does not name the parent, whose basis is lower than shown "
        what += "(§ 358(b), (c))"
        remedy = (
            f"write a `spinoff` row in our own layout with `parent` ({parent or 'the company'}), `basis_share` (from "
            "the company's Form 8937), or `value` and `parent_value` (what the new shares and those of the parent were "
            f"worth just after it, in dollars), and `replaces = {row.where}`"
        )
        self._unexplain([row.symbol, *([parent] if parent else [])], row, what, remedy)
        self._come_unknown([row])

    def _parent_of(self, row: Transaction) -> str:
        """The company that made the new one: as the row names it, else by our dated table where the account held it."""
        known = row.change.parent or spun_off_from(row.symbol) or ""
        return known if row.change.parent or self._held[known] > 0 else ""

    def _returned(self, row: Transaction) -> None:
        if not self._listing and row.amount:
            event_id = self._event_id(row)
            self._history.corporate.append(CashReturned(event_id, self._account, row.symbol, row.date, row.amount))

    def _in_lieu(self, row: Transaction) -> None:
        """Cash for a fraction: the fraction is sold where it is there to be sold (Rev. Rul. 66-365)."""
        fraction, symbol = self._held[row.symbol] % 1, row.symbol
        if self._listing or not row.quantity:
            self._paid_in_lieu(row)
        elif fraction and row.quantity <= fraction + ALMOST:
            self._add(replace(row, action="sell", quantity=min(row.quantity, fraction)))
        elif symbol in self._changed and row.quantity < 1:  # the file has the whole units alone
            self._add(replace(row, action="split", amount=ZERO))
            self._add(replace(row, action="sell"))
        else:
            self._paid_in_lieu(row)

    def _paid_in_lieu(self, row: Transaction) -> None:
        if row.amount:
            why = "it is cash in lieu of a fractional share, and no file gives the basis of the fraction"
            remedy = "enter its gain in [realized], or write a `sell` in our own layout that replaces the row"
            self._not_counted(row, row.symbol, ZERO, row.amount, why, remedy)

    def _worthless(self, row: Transaction) -> None:
        if self._securities.asset_class(self._account, row.symbol) is AssetClass.CRYPTO:
            self._add(replace(row, action="removed"))  # said in `losses_without_sale`
        elif not self._listing:
            remedy = (
                "enter the loss in [realized] if it became worthless this year, short- or long-term as of 31 "
                "December; or list the lot with `worthless = true`"
            )
            self._not_counted(row, row.symbol, row.quantity, ZERO, WORTHLESS, remedy)
            self._add(replace(row, action="removed"))

    def _unknown(self, row: Transaction) -> None:
        if not row.said:
            what = f"{row.quantity.normalize():f} {row.symbol} were moved, and no file says why"
        else:
            what = f"`{row.said}` moves {row.quantity.normalize():f} {row.symbol}, an unknown action"
        remedy = (
            f"enter what happened in our own layout, with `replaces = {row.where}`; or list the lots of the account"
        )
        self._unexplain([row.symbol], row, what, remedy)

    # --- what is said ---

    def _unexplain(self, symbols: Sequence[str], row: Transaction, what: str, remedy: str) -> None:
        if not self._listing:
            for symbol in symbols:
                self._history.unexplain(self._account, symbol, row, what, remedy)

    def _come_unknown(self, rows: Sequence[Transaction]) -> None:
        """Units of which only their number is known."""
        for row in rows:
            self._rows.append(replace(row, action="received", amount=ZERO))
            self._held[row.symbol] += row.quantity

    def _not_counted(
        self, row: Transaction, symbol: str, units: Decimal, paid: Decimal | None, why: str, remedy: str
    ) -> None:
        self._history.leave_out(self._account, replace(row, symbol=symbol), units, paid, why, remedy)

    def _event_id(self, row: Transaction) -> str:
        event_id = f"{row.where}#corporate{len(self._history.corporate) + 1}"
        self._history.where[event_id] = row.where
        self._history.rows[event_id] = row
        return event_id

    def _shown(self, symbol: str) -> str:
        return f"{self._held[symbol].normalize():f}"

    def _whole_history(self) -> str:
        return "give the account's history from its first purchase on, or list its lots"
