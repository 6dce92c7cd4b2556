"""Whether a lot can be sold at all, whatever a plan wants: what stands in its way, and the key that says so."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.household import Household
from planner.domain.portfolio import Holding
from planner.domain.tax_return import own_taxable_accounts
from rules.assets import is_section_1256
from rules.terms import AccountKind


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a lot cannot be sold: in words, and the key or column that says so."""

    words: str
    key: str


@dataclass(frozen=True, slots=True)
class Sellable:
    """What a household can sell: obstacles by account are found once, those by lot each time."""

    outside: dict[str, Obstacle]

    @classmethod
    def of(cls, household: Household) -> Sellable:
        own = {account.name for account in own_taxable_accounts(household)}
        outside = {}
        for account in household.accounts:
            if account.kind is not AccountKind.TAXABLE:
                outside[account.name] = Obstacle("its account is not taxable", f'kind = "{account.kind.value}"')
            elif account.name not in own:
                words = "your spouse's: its gain or loss belongs on the spouse's own return (§ 6013)"
                outside[account.name] = Obstacle(words, f'owner = "{account.owner.value}"')
            elif not account.sell:
                outside[account.name] = Obstacle("nothing is sold in its account: [[accounts]] sell = false", "sell")
        return cls(outside)

    def obstacle(self, holding: Holding) -> Obstacle | None:
        """What stands in the way of any sale of this lot."""
        return self.outside.get(holding.lot.account) or lot_obstacle(holding)


def lot_obstacle(holding: Holding) -> Obstacle | None:
    """What stands in the way of any sale of this lot, wherever it is held."""
    lot = holding.lot
    if holding.unexplained:
        return Obstacle(holding.unexplained, "transactions")
    if holding.frozen:
        return Obstacle("frozen: it cannot be sold", "frozen")
    if holding.unnamed:
        words = "its file names no ticker, so purchases of the same elsewhere cannot be seen: write it in [symbols]"
        return Obstacle(words, "symbol")
    if lot.basis is None:
        words = "its basis is not known, so neither is its gain: ask the broker for it, and write it under [[basis]]"
        return Obstacle(words, "basis")
    if holding.price is None:
        words = "its price is not known: write it in prices.csv, or under [prices] in household.toml"
        return Obstacle(words, "price")
    if lot.acquired is None and not lot.inherited:
        words = "acquired on various dates: without the date of each lot its character is not known"
        return Obstacle(words, "acquired")
    if is_section_1256(lot.symbol, lot.asset_class):
        words = "a section 1256 contract: marked to market at year end, so there is nothing to harvest (L-05)"
        return Obstacle(words, "asset_class")
    return None
