"""What counts as sold at the year's end without a sale: worthless securities, and section 1256 contracts still open.

Both happen with a plan and without it, so they belong to what the year already holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.portfolio import Holding
from planner.domain.tax_return import own_taxable_accounts
from planner.ledger.results import Disposition
from rules.assets import in_collectibles_group, is_section_1256
from rules.holding_period import character_of_sale
from rules.option_contracts import last_day_to_sell
from rules.section_1256 import sixty_forty
from rules.terms import ZERO, AssetClass, Character, Gains, to_cents
from rules.worthless_securities import worthless_on


@dataclass(frozen=True, slots=True)
class WorthlessLot:
    """§ 165(g)(1): a loss as if sold for nothing on the last day of the year; `loss` is positive."""

    holding: Holding
    day: date
    loss: Decimal
    character: Character

    @property
    def gains(self) -> Gains:
        if self.character is Character.SHORT:
            return Gains(short_term=-self.loss)
        lot = self.holding.lot
        group = -self.loss if in_collectibles_group(lot.symbol, lot.asset_class) else ZERO
        return Gains(long_term=-self.loss, collectibles=group)


def is_worthless_security(holding: Holding) -> bool:
    """§ 165(g)(2): stock, rights to stock, and bonds; a coin is none (CCA 202302011)."""
    return holding.worthless and holding.lot.asset_class not in (AssetClass.CRYPTO, AssetClass.COLLECTIBLE)


def worthless_lots(case: Case) -> Iterator[WorthlessLot]:
    """Of the accounts that belong on this return, to the extent basis and day are known."""
    day = worthless_on(case.household.taxpayer.tax_year)
    for holding in _own(case, [case.lots[row] for row in case.lots.with_value("worthless")]):
        lot = holding.lot
        if not is_worthless_security(holding) or lot.basis is None or (lot.acquired is None and not lot.inherited):
            continue
        gift = lot.loss_basis is not None
        basis = lot.basis if lot.loss_basis is None else lot.loss_basis
        yield WorthlessLot(holding, day, to_cents(basis), character_of_sale(lot, day, at_loss_basis=gift))


def open_contracts(case: Case) -> Iterator[tuple[Holding, Decimal]]:
    """Section 1256 contracts still open, with what today's price would mark: § 1256(a)(1). Only those bought this year:
    of others the basis is last year's mark (§ 1256(a)(2)), which no file states."""
    year = case.household.taxpayer.tax_year
    if case.as_of.year != year:
        return
    for holding in _own(case, _contracts(case)):
        lot, price = holding.lot, holding.price
        if price is None or lot.basis is None or lot.acquired is None or lot.acquired.year != year:
            continue
        expires = last_day_to_sell(lot.symbol, lot.asset_class)
        if expires is None or expires >= case.as_of:
            yield holding, to_cents(price * lot.quantity - lot.basis)


def deemed_gains(case: Case) -> Gains:
    """What both bring into the year."""
    gains = Gains()
    for lot in worthless_lots(case):
        gains = gains + lot.gains
    for _, gain in open_contracts(case):
        gains = gains + sixty_forty(gain)
    return gains


def on_other_forms(case: Case, dispositions: Iterable[Disposition]) -> Gains:
    """Gains of the year that Form 8949 does not list: those of Form 6781."""
    return sixty_forty(contracts_of_the_year(case, dispositions) - case.household.contracts.gain)


def contracts_of_the_year(case: Case, dispositions: Iterable[Disposition]) -> Decimal:
    """Ended, open and marked, or stated: the net gain on section 1256 contracts, signed."""
    own = {account.name for account in own_taxable_accounts(case.household)}
    ended = ended_contracts(dispositions, own, case.household.taxpayer.tax_year)
    return ended + sum((gain for _, gain in open_contracts(case)), case.household.contracts.gain)


def ended_contracts(dispositions: Iterable[Disposition], own: set[str], year: int) -> Decimal:
    """What section 1256 contracts ended this year came to, § 1256(c)(1)."""
    return sum(
        (
            sale.recognized
            for sale in dispositions
            if sale.account in own and sale.sold.year == year and is_section_1256(sale.symbol, sale.asset_class)
        ),
        ZERO,
    )


def deemed_cautions(case: Case, dispositions: Iterable[Disposition]) -> Iterator[Caution]:
    """What is counted, and what of it is an estimate."""
    for lot in worthless_lots(case):
        its = lot.holding.lot
        text = (
            f"{its.lot_id}: worthless, so ${lot.loss:,.2f} counts as a {lot.character}-term loss of "
            f"{lot.day}, with the plan and without it (§ 165(g)). Keep proof that it became wholly worthless "
            "this year and not before; a sale to an unrelated buyer for a penny by then is better proof. "
            "Small business stock may have an ordinary loss instead (§ 1244); for stock of an affiliated "
            "corporation, see § 165(g)(3)"
        )
        yield Caution("worthless_security", text, its.lot_id)
    yield from _contracts_said(case, dispositions)
    year = case.household.taxpayer.tax_year
    before = [holding.lot.lot_id for holding in _own(case, _contracts(case)) if _marked_before(holding, year)]
    if before:
        text = (
            f"{', '.join(before)}: bought before {year}, so the gain counts from last year's mark, which no file "
            "states (§ 1256(a)(2)): write what it came to since then in [realized] section_1256"
        )
        yield Caution("section_1256_not_counted", text)


def _contracts_said(case: Case, dispositions: Iterable[Disposition]) -> Iterator[Caution]:
    own = {account.name for account in own_taxable_accounts(case.household)}
    marked = list(open_contracts(case))
    amounts = {
        "ended": ended_contracts(dispositions, own, case.household.taxpayer.tax_year),
        f"open, marked at the prices given ({len(marked)})": sum((gain for _, gain in marked), ZERO),
        "stated in [realized]": case.household.contracts.gain,
    }
    if any(amounts.values()):
        parts = ", ".join(f"{_signed(amount)} {what}" for what, amount in amounts.items() if amount)
        text = (
            f"section 1256 contracts: {parts}: net {_signed(sum(amounts.values(), ZERO))}, 60 percent long-term and 40 "
            "percent short-term with the plan and without it (§ 1256(a)(3), Form 6781). The mark is that of the year's "
            "last business day; no plan sells them, and § 1091 does not reach them (§ 1256(f)(5))"
        )
        yield Caution("section_1256", text)


def _signed(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def _marked_before(holding: Holding, year: int) -> bool:
    return holding.lot.acquired is None or holding.lot.acquired.year < year


def _contracts(case: Case) -> list[Holding]:
    """The section 1256 contracts held. Most households hold none, which the kinds of what they hold tell at once."""
    lots = case.lots
    marked = [is_section_1256(symbol, asset_class) for _, symbol, asset_class in lots.kinds]
    return [lots[row] for row in np.flatnonzero(np.array(marked, dtype=bool)[lots.kind]).tolist()]


def _own(case: Case, holdings: Iterable[Holding]) -> Iterator[Holding]:
    """Those of these that belong on this return."""
    own = {account.name for account in own_taxable_accounts(case.household)}
    return (holding for holding in holdings if holding.lot.account in own)
