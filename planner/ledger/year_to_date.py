"""What the year already holds before the plan: gains taken, shares that have replaced others, windows still open.

It follows from the ledger, so that a sale counts once whether a transaction, a realized file or both tell of it, and
with the losses that § 1091 disallows across accounts. A history that does not explain itself is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.plan import Window
from planner.domain.portfolio import Holding
from planner.domain.tax_return import own_taxable_accounts
from planner.ledger import household_ledger
from planner.ledger.deemed_sales import deemed_cautions, deemed_gains
from planner.ledger.fund_dividends import sold_young
from planner.ledger.open_losses import PastLoss
from planner.ledger.open_lots import piece_ids
from planner.ledger.results import Disposition, HouseholdLedger
from rules.assets import in_collectibles_group, is_section_1256
from rules.ledger.outcomes import GoneShares, HeldLot
from rules.section_1256 import sixty_forty
from rules.substantially_identical import spelling
from rules.terms import CENT, ZERO, Character, Gains

# of the ledger's cautions those that the plan does not say itself
PLANNING_CODES = frozenset({"disallowed_differs", "sale_not_explained"})


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """`gains` are recognized before carryovers; `used` are shares of a held lot that already replaced others;
    `past_losses` are what planned purchases may yet disallow of them; `gone` shares that replace though sold (C1).

    `holdings` are the lots as the ledger leaves them: with the basis and holding period that § 1091(d) and § 1223(3)
    give a replacement where its broker could not know, a lot of which only a part is one split in two.
    """

    gains: Gains
    holdings: Sequence[Holding]
    used: dict[str, Decimal] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    past_losses: tuple[PastLoss, ...] = ()
    gone: tuple[GoneShares, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    cautions: tuple[Caution, ...] = ()


def year_so_far(case: Case) -> YearSoFar:
    """The year up to the as-of date. Gains in an IRA are not recognized (§ 408(e)(1)), and a spouse's only belong on
    a joint return (§ 6013). Raises Refused, with file and line, where a history does not explain itself."""
    stated = case.household.realized
    if not case.transactions and not case.realized:
        said = tuple(deemed_cautions(case, ()))
        return YearSoFar(stated + deemed_gains(case), case.holdings, cautions=said)
    own = {account.name for account in own_taxable_accounts(case.household)}
    ledger = household_ledger(case)
    holdings, used = _as_left(case, ledger)
    corrections = list(_brokers_own(case, ledger, own))
    gains = stated + deemed_gains(case) + _recognized(ledger.dispositions, own, case.household.taxpayer.tax_year)
    for correction, _ in corrections:
        gains = gains + correction
    return YearSoFar(
        gains=gains,
        holdings=holdings,
        used=used,
        windows=ledger.windows,
        past_losses=tuple(_past_losses(case, ledger, own)),
        gone=ledger.gone,
        dispositions=ledger.dispositions,
        cautions=(
            *(caution for caution in ledger.cautions if caution.code in PLANNING_CODES),
            *(
                caution
                for caution in ledger.cautions
                if caution.code == "sale_not_counted" and not case.rebuilt and caution not in case.cautions
            ),
            *(caution for _, caution in corrections),
            *_sold_but_listed(case),
            *deemed_cautions(case, ledger.dispositions),
            *sold_young(case, ledger.dispositions, own),
        ),
    )


def _as_left(case: Case, ledger: HouseholdLedger) -> tuple[tuple[Holding, ...], dict[str, Decimal]]:
    """Holdings as the ledger leaves them, and of each how many shares have replaced others (each replaces once,
    Reg. § 1.1091-1(e))."""
    pieces: dict[str, list[HeldLot]] = defaultdict(list)
    for held in ledger.lots:
        pieces[held.lot.lot_id].append(held)
    left: list[Holding] = []
    used: dict[str, Decimal] = {}
    for holding in case.holdings:
        if holding.lot.account in case.rebuilt:  # as the ledger leaves it already
            left.append(holding)
            used[holding.lot.lot_id] = holding.lot.quantity if holding.washed else ZERO
            continue
        parts = pieces.get(holding.lot.lot_id, [])
        replaced = sum((part.washed_quantity for part in parts), ZERO)
        partly = 0 < replaced < holding.lot.quantity
        if sum((part.quantity for part in parts), ZERO) != holding.lot.quantity or not (
            partly or _moved(holding, parts)
        ):
            moved = sum((part.moved for part in parts), ZERO)
            left.append(replace(holding, lot=replace(holding.lot, moved=moved)) if moved else holding)
            used[holding.lot.lot_id] = replaced
            continue
        for lot_id, part in zip(piece_ids(holding.lot.lot_id, parts), parts, strict=True):
            lot = replace(
                holding.lot,
                lot_id=lot_id,
                quantity=part.quantity,
                basis=part.basis,
                holding_since=part.holding_since or holding.lot.holding_since,
                moved=part.moved,
            )
            left.append(replace(holding, lot=lot, purchased=holding.bought, part_of=holding.lot.lot_id))
            used[lot_id] = part.washed_quantity
    return tuple(left), {lot_id: quantity for lot_id, quantity in used.items() if quantity}


def _moved(holding: Holding, parts: Iterable[HeldLot]) -> bool:
    """Whether a disallowed loss has moved into this lot that its broker's basis does not hold yet."""
    bases = [part.basis for part in parts]
    return holding.lot.basis is not None and None not in bases and sum(filter(None, bases), ZERO) != holding.lot.basis


def _brokers_own(case: Case, ledger: HouseholdLedger, own: set[str]) -> Iterator[tuple[Gains, Caution]]:
    """Where a realized file's gain, before disallowances, is not the history's: the broker's figure is used."""
    if not case.realized:
        return
    ours: dict[tuple[str, str, date], Gains] = defaultdict(Gains)
    told: dict[tuple[str, str, date], Gains] = defaultdict(Gains)
    for disposition in ledger.dispositions:
        key = disposition.account, spelling(disposition.symbol), disposition.sold
        contract = is_section_1256(disposition.symbol, disposition.asset_class)
        for lot in disposition.by_lot:
            ours[key] = ours[key] + _as_gains(lot.listed_gain, lot.listed_term, disposition.collectible, contract)
    for row in case.realized:
        key = row.account, spelling(row.symbol), row.sold
        collectible = in_collectibles_group(row.symbol, row.asset_class)
        contract = is_section_1256(row.symbol, row.asset_class)
        told[key] = told[key] + _as_gains(row.proceeds - row.basis, row.character, collectible, contract)
    for (account, symbol, sold), stated in sorted(told.items()):
        counted = ours.get((account, symbol, sold), Gains())
        correction = stated - counted
        if account in own and (abs(correction.short_term) > CENT or abs(correction.long_term) > CENT):
            yield (
                correction,
                Caution(
                    "realized_differs",
                    f"{account}: the realized file has {symbol} sold on {sold} at short-term {stated.short_term:,.2f} "
                    f"and long-term {stated.long_term:,.2f}, the transactions at {counted.short_term:,.2f} and "
                    f"{counted.long_term:,.2f}: the broker's figures are used.",
                ),
            )


def _as_gains(gain: Decimal, character: Character, collectible: bool, contract: bool) -> Gains:
    if contract:
        return sixty_forty(gain)
    if character is Character.SHORT:
        return Gains(short_term=gain)
    return Gains(long_term=gain, collectibles=gain if collectible else ZERO)


def _past_losses(case: Case, ledger: HouseholdLedger, own: set[str]) -> Iterator[PastLoss]:
    """Losses already taken that purchases to come may still disallow."""
    classes = {(d.account, d.symbol): d.collectible for d in ledger.dispositions}
    for open_loss in ledger.open_losses:
        loss, account, symbol, character = open_loss
        yield PastLoss(
            loss=loss,
            account=account,
            symbol=symbol,
            character=character,
            collectible=character is Character.LONG and classes.get((account, symbol), False),
            counted=account in own and loss.sold.year == case.household.taxpayer.tax_year,
        )


def _sold_but_listed(case: Case) -> Iterator[Caution]:
    """Lots that the history both bought and sold, and the lots file still lists."""
    bought: dict[str, Decimal] = defaultdict(lambda: ZERO)
    sold: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for transaction in case.transactions:
        if transaction.lot_id is not None:
            moved = bought if transaction.acquires else sold if transaction.action == "sell" else None
            if moved is not None:
                moved[transaction.lot_id] += transaction.quantity
    for holding in case.holdings:
        lot_id = holding.lot.lot_id
        if holding.lot.account in case.rebuilt:
            continue
        if sold[lot_id] and bought[lot_id] and holding.lot.quantity + sold[lot_id] > bought[lot_id]:
            yield Caution(
                "sold_but_listed",
                f"{holding.where}: the lots file lists {holding.lot.quantity.normalize():f} of {lot_id}, but "
                f"the transactions sell {sold[lot_id].normalize():f} of the {bought[lot_id].normalize():f} "
                "bought: the lots file may be older than the history. Download it again before you sell.",
                lot_id,
            )


def _recognized(dispositions: Iterable[Disposition], own: set[str], year: int) -> Gains:
    gains, disallowed = Gains(), ZERO
    for disposition in dispositions:
        if disposition.account not in own or disposition.sold.year != year:
            continue
        contract = is_section_1256(disposition.symbol, disposition.asset_class)
        for lot in disposition.by_lot:
            disallowed += lot.disallowed_loss - lot.moved
            gains = gains + _as_gains(lot.recognized, lot.character, disposition.collectible, contract)
    return replace(gains, disallowed=disallowed)
