"""The wash-sale ledger: every sale of a household with what § 1091 disallows, and every lot with what that adds to it.

Reg. § 1.1091-1 matches sold with replacement shares (`rules.wash_sale`); § 1091(d) and Reg. § 1.1091-2 move the loss
into the replacement's basis, § 1223(3) its holding period. Year ends do not matter: a purchase in January reaches back.
Inside, nothing is rounded (I-18).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import repeat, starmap
from typing import Any, TypeVar

from rules.conventions import DEFAULTS, Conventions, tacked_start
from rules.ledger.corporate import CashReturned, Exchange, Gain, exchanged, register, returned, spun_off
from rules.ledger.history import ONE, Acquisition, Chosen, LedgerAccount, LedgerSale, Move, Restatement, Split
from rules.ledger.lot_book import LotBook, LotPart, LotPiece, Purchase
from rules.ledger.outcomes import Gap, GoneShares, HeldLot, Ledger, OpenLoss, ReplacedBy
from rules.ledger.sold_rows import SaleOutcome, SoldRow, part_known, recognized, sold, unknown
from rules.terms import CENT, ZERO, AccountKind
from rules.wash_sale import RULE, Apportionment, Unused, keeps_the_loss, wash_window

T = TypeVar("T")

SPOUSE = "Pub. 550: a spouse's purchase; I-05"
OPTION = "a contract or option to acquire; I-09"
OLDER = "bought before the shares sold, in the window too: open, I-02"
BROKER = "as the broker states it (§ 6045(g), Form 1099-B box 1g), for a purchase that is not in these files; I-25"


def keep_ledger(
    accounts: Iterable[LedgerAccount],
    acquisitions: Iterable[Acquisition],
    sales: Iterable[LedgerSale],
    moves: Iterable[Move] = (),
    splits: Iterable[Split] = (),
    conventions: Conventions = DEFAULTS,
    open_since: date = date.max,
    corporate: Iterable[Exchange | CashReturned] = (),
) -> Ledger:
    """The household's ledger from its history, whose order does not matter: days decide, then names.

    * Each day's sales are taken from lots that are there, as identified or first in first out; then its losses are
      matched, in order of original acquisition, with shares bought within 30 days on either side that are still held
      and have replaced nothing: § 1091(a)-(c), Reg. § 1.1091-1(a)-(e).
    * The loss goes into the basis of replacements in taxable accounts and is lost in others: § 1091(d), Rev. Rul.
      2008-5. A replacement sold later takes its raised basis into that sale.
    * A corporate action of a day comes before its moves and sales. Sales in sheltered accounts only take shares away.
    * Of losses taken from `open_since` on, what a further purchase may disallow is in `open_losses`.

    Takes O(n log n). Raises ValueError for an account, lot or purchase that contradicts itself.
    """
    keeping = _Keeping(accounts, acquisitions, tuple(sales), tuple(moves), splits, conventions, tuple(corporate))
    return keeping.ledger(open_since)


class _Keeping:
    def __init__(
        self,
        accounts: Iterable[LedgerAccount],
        acquisitions: Iterable[Acquisition],
        sales: tuple[LedgerSale, ...],
        moves: tuple[Move, ...],
        splits: Iterable[Split],
        conventions: Conventions,
        corporate: tuple[Exchange | CashReturned, ...],
    ) -> None:
        self._accounts = {account.name: account for account in accounts}
        self._taxable = {name for name, account in self._accounts.items() if account.taxable}
        self._conventions = conventions
        self._gone_may_replace = conventions.gone_shares_replace or not conventions.days_sales_together
        self._restated = Restatement(splits)
        ordered = sorted(acquisitions, key=_order_of_arrival)
        named = {lot.lot_id for sale in sales for lot in sale.lots} | {
            lot.lot_id for move in moves for lot in move.lots
        }
        self._book = LotBook(((lot, self._units(lot)) for lot in ordered), named)
        register(self._book, [event for event in corporate if isinstance(event, Exchange)])
        self._arrivals = _by_day((part.lot.day, part) for part in self._book.parts)
        actions = sorted(corporate, key=lambda action: (action.account, action.event_id))
        self._actions = _by_day((action.day, action) for action in actions)
        in_order = sorted(moves, key=lambda move: (move.account, move.symbol, move.move_id))
        self._moves = _by_day((move.moved, move) for move in in_order)
        self._sales = _by_day((sale.sold, sale) for sale in sales)
        self._unused = self._replacements()
        self._known_between: dict[tuple[str, str, bool, bool], tuple[bool, str]] = {}
        self._stated_left: dict[str, Decimal] = {}
        self._outcomes: list[SaleOutcome] = []
        self._gaps: list[Gap] = []

    def _units(self, lot: Acquisition) -> Decimal:
        return self._restated(lot.quantity, lot.account, lot.security.symbol, lot.counted or lot.day)

    def _replacements(self) -> Mapping[str | None, Unused[Purchase]]:
        """Per identity what may replace it: purchases of it, and of options to acquire it."""
        groups: dict[str, list[tuple[Purchase, Decimal]]] = defaultdict(list)
        for purchase in self._book.purchases.values():
            security = purchase.security
            if not purchase.bought or security.identity is None:
                continue
            groups[security.identity].append((purchase, ONE))
            if security.acquires is not None and self._conventions.options_replace:
                groups[security.acquires].append((purchase, security.shares))
        return {identity: Unused(group) for identity, group in groups.items()}

    def ledger(self, open_since: date) -> Ledger:
        for day in sorted({*self._arrivals, *self._actions, *self._moves, *self._sales}):
            for part in self._arrivals.get(day, ()):
                self._book.arrive(part)
            for action in self._actions.get(day, ()):
                self._happen(action)
            for move in self._moves.get(day, ()):
                self._move(move)
            outcomes = [*filter(None, map(self._sell, sorted(self._sales.get(day, ()), key=_order_of_sale)))]
            if outcomes:
                self._match(outcomes)
                self._outcomes += outcomes
        return Ledger(
            tuple(self._outcomes),
            tuple(self._held()),
            tuple(self._gaps),
            tuple(self._open_losses(open_since)),
            tuple(self._gone_shares()),
        )

    def _gone_shares(self) -> Iterator[GoneShares]:
        for purchase in self._book.purchases.values():
            identity = purchase.security.identity
            may_replace = purchase.bought and purchase.gone > 0 and self._conventions.gone_shares_replace
            if may_replace and identity is not None:
                yield GoneShares(purchase.purchase_id, identity, purchase.acquired)

    def _open_losses(self, since: date) -> Iterator[OpenLoss]:
        """What further purchases could disallow of the losses taken from that day on, in the regulation's order."""
        rows = [row for outcome in self._outcomes if outcome.sale.sold >= since for row in outcome.rows]
        for row in sorted(rows, key=SoldRow.turn):
            identity = row.part.lot.security.identity
            open_to_more = row.gain < 0 or self._conventions.gains_use_up_replacements
            if identity is not None and row.left > 0 and open_to_more:
                yield row.open_loss(identity, self._accounts[row.sale.account].owner)

    # --- what leaves ---

    def _take(
        self, account: str, symbol: str, day: date, quantity: Decimal, lots: Iterable[Chosen], event_id: str
    ) -> list[tuple[LotPart, LotPiece]] | None:
        chosen = [(choice, self._restated(choice.quantity, account, symbol, day)) for choice in lots]
        taken, missing = self._book.take(account, symbol, self._restated(quantity, account, symbol, day), chosen)
        if missing == 0:
            return taken
        back = self._restated.back(missing, account, symbol, day)
        self._gaps.append(Gap(event_id, account, symbol, day, back, "more units than the account held then"))
        return None

    def _happen(self, event: Exchange | CashReturned) -> None:
        """A corporate action, or a gap that says why it cannot be followed."""
        if isinstance(event, CashReturned):
            done = returned(self._book, event)
        else:
            new = self._restated(event.new, event.account, event.into.symbol, event.day)
            if event.keeps:
                done = spun_off(self._book, event, new)
            else:
                taken = self._take(event.account, event.symbol, event.day, event.old, (), event.event_id)
                if taken is None:
                    return
                done = exchanged(self._book, event, taken, new)
        if not isinstance(done, str) and event.account in self._taxable:
            done = self._recognize(event, [gain for gain in done if gain.money > gain.basis])
        if isinstance(done, str):
            self._gaps.append(Gap(event.event_id, event.account, event.symbol, event.day, ZERO, done))

    def _recognize(self, event: Exchange | CashReturned, gains: list[Gain]) -> list[Gain] | str:
        """Gain without a sale, as if what it is on were sold for the money; or why not."""
        if not gains:
            return gains
        units = sum([gain.piece.quantity for gain in gains], ZERO)
        outcome = recognized(event, gains, self._restated.back(units, event.account, event.symbol, event.day))
        if isinstance(outcome, str):
            return outcome
        self._outcomes.append(outcome)
        return gains

    def _move(self, move: Move) -> None:
        taken = self._take(move.account, move.symbol, move.moved, move.quantity, move.lots, move.move_id)
        if taken is not None and move.into is not None:
            self._book.put(move.into, taken)
        elif taken is not None and self._conventions.gone_shares_replace:
            _leave(taken)

    def _sell(self, sale: LedgerSale) -> SaleOutcome | None:
        taken = self._take(sale.account, sale.symbol, sale.sold, sale.quantity, sale.lots, sale.sale_id)
        if taken is None:
            return None
        if sale.account not in self._taxable:
            if self._conventions.gone_shares_replace:
                _leave(taken)
            return None
        if any(starmap(unknown, taken)):
            sale, taken, gap = part_known(sale, taken, self._book.there(sale.account, sale.symbol))
            self._gaps.append(gap)
        if not taken:
            return None
        outcome = sold(sale, taken)
        if self._gone_may_replace:
            _leave(taken, outcome.rows)
        return outcome

    # --- what replaces it ---

    def _match(self, outcomes: list[SaleOutcome]) -> None:
        """A day's losses, in the regulation's order, each with its replacements."""
        rows = [row for outcome in outcomes for row in outcome.rows]
        for n, row in enumerate(rows):
            row.number = n
        use_gains = self._conventions.gains_use_up_replacements
        if not (use_gains or self._gone_may_replace):
            rows = [row for row in rows if row.basis > row.proceeds]
        window = wash_window(outcomes[0].sale.sold)
        for row in sorted(rows, key=SoldRow.turn):
            lot, bought = row.part.lot, row.part.of
            if self._gone_may_replace and not self._conventions.gone_shares_replace:
                bought.forget(row)  # C7, in order of acquisition: its turn has come, and it replaces nothing later
            unused, loss = self._unused.get(lot.security.identity), row.basis - row.proceeds
            if unused is None or row.sale.exempt or (loss <= 0 and not use_gains):
                continue
            replaced = Apportionment(max(loss, ZERO), row.quantity)
            not_before = None if self._conventions.older_replaces_newer else lot.acquired
            for purchase, shares, units in unused.take(bought.purchase_id, window, row.quantity, not_before):
                row.left -= shares
                disallowed = replaced.add(shares)
                if loss > 0:
                    self._replace(row, purchase, shares, units, disallowed)
                else:  # C3: used up, and nothing to disallow
                    purchase.use(units)
        for outcome in outcomes:
            if outcome.sale.stated_disallowed_loss:
                self._what_the_broker_states(outcome)

    def _replace(self, row: SoldRow, purchase: Purchase, shares: Decimal, units: Decimal, loss: Decimal) -> None:
        """The loss moves into these units, or is lost. One purchase may lie in several accounts."""
        sale, lot, bought = row.sale, row.part.lot, purchase.acquired
        option = purchase.security.identity != lot.security.identity
        older = lot.acquired is not None and bought < lot.acquired
        for quantity, part, target in purchase.use(units):
            between = sale.account, part.account, option, older
            keeps, rule = self._known_between.get(between) or self._between(*between)
            whole = quantity == units
            amount = loss if whole else loss * quantity / units
            if target is None or not keeps:
                keeps = False
            elif isinstance(target, LotPiece):
                self._carry(row, part, target, amount)
            else:
                target.basis += amount
                target.moved += amount
            replaced = shares if whole else shares * quantity / units
            replaced = self._restated.back(replaced, sale.account, sale.symbol, sale.sold)
            symbol = purchase.security.symbol
            row.replaced_by.append(
                ReplacedBy(part.lot.lot_id, part.account, symbol, bought, replaced, amount, not keeps, rule)
            )

    def _carry(self, row: SoldRow, part: LotPart, piece: LotPiece, amount: Decimal) -> None:
        """§ 1091(d) and § 1223(3), except for what a broker has put into a stated basis already."""
        sale = row.sale
        piece.moved += amount
        seen = part.account == sale.account and part.lot.security.symbol == sale.symbol
        if part.lot.stated and seen:
            left = self._stated_left.get(sale.sale_id, sale.stated_disallowed_loss)
            known = min(amount, left)
            self._stated_left[sale.sale_id] = left - known
            if known > 0:
                piece.basis = None if piece.basis is None else piece.basis + amount - known
                return
        piece.basis = None if piece.basis is None else piece.basis + amount
        if not seen:
            piece.elsewhere += amount
        since = tacked_start(part.of.acquired, sale.sold, row.start, self._conventions.tacking)
        if since is not None:
            piece.since = min(since, piece.since or since)

    def _between(self, sold_in: str, bought_in: str, option: bool, older: bool) -> tuple[bool, str]:
        """Whether a replacement bought in the one account keeps the loss of a sale in the other, and the rule."""
        account = self._accounts[bought_in]
        spouse = account.owner is not self._accounts[sold_in].owner
        keeps = keeps_the_loss(account.kind, spouse=spouse, conventions=self._conventions)
        found = self._known_between[sold_in, bought_in, option, older] = (
            keeps,
            _rule(account.kind, spouse, option, older),
        )
        return found

    def _what_the_broker_states(self, outcome: SaleOutcome) -> None:
        """Where the broker disallowed more, it saw a purchase that we did not: what it reported is used."""
        sale, rows = outcome.sale, outcome.rows
        found = sum([by.disallowed_loss for row in rows for by in row.replaced_by], ZERO)
        more = sale.stated_disallowed_loss - found
        if more < CENT:
            return
        for row in rows:
            loss = -row.gain - sum([by.disallowed_loss for by in row.replaced_by], ZERO)
            amount = min(more, loss)
            if amount > 0:
                more -= amount
                by = ReplacedBy(None, sale.account, sale.symbol, None, ZERO, amount, False, BROKER)
                row.replaced_by.append(by)

    # --- what is held ---

    def _held(self) -> Iterator[HeldLot]:
        parts = [part for part in self._book.parts if part.used or part.fresh.quantity]
        for part in sorted(parts, key=lambda p: (p.account, p.lot.security.symbol, p.of.acquired, p.lot.lot_id)):
            for pieces in part.alike():
                first, whole = pieces[0], part.whole
                quantity = sum([piece.quantity for piece in pieces], ZERO)
                known = [piece.basis for piece in pieces if piece.basis is not None]
                basis = sum(known, ZERO) if len(known) == len(pieces) else None
                moved = sum([piece.moved for piece in pieces], ZERO)
                lower = part.lot.loss_basis
                loss_basis = None if lower is None else lower * quantity / whole
                replaced = quantity if first.replacement else ZERO
                yield HeldLot(part.lot, part.account, quantity, basis, first.since, replaced, moved, loss_basis)


def _by_day(dated: Iterable[tuple[date, T]]) -> dict[date, list[T]]:
    found: dict[date, list[T]] = defaultdict(list)
    for day, it in dated:
        found[day].append(it)
    return found


def _leave(taken: Iterable[tuple[LotPart, LotPiece]], rows: Iterable[SoldRow | None] = repeat(None)) -> None:
    """Fresh units leave the household, with the row whose basis would take up a loss; without: nothing does."""
    for (part, piece), row in zip(taken, rows, strict=False):
        if not piece.replacement:
            part.of.leave(piece.quantity, row)


def _rule(kind: AccountKind, spouse: bool, option: bool, older: bool) -> str:
    if spouse and kind is not AccountKind.TAXABLE:
        kind = AccountKind.PLAN_401K  # I-04: a spouse's IRA is as unsettled as these
    return "; ".join([RULE[kind], *[SPOUSE] * spouse, *[OPTION] * option, *[OLDER] * older])


def _order_of_arrival(lot: Acquisition) -> tuple[Any, ...]:
    return (
        lot.acquired or date.min,
        lot.day,
        lot.account,
        lot.security.symbol,
        lot.lot_id,
        lot.quantity,
        ZERO if lot.basis is None else lot.basis,
    )


def _order_of_sale(sale: LedgerSale) -> tuple[Any, ...]:
    return sale.account, sale.symbol, sale.sale_id, sale.quantity, sale.proceeds
