"""Whether a lot can be sold at all, regardless of the plan: what is in its way, and the key that says so."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.household import Household
from planner.domain.portfolio import Holding
from planner.domain.tax_return import own_taxable_accounts
from rules.assets import is_section_1256
from rules.terms import CENT, AccountKind, AssetClass, Lot, to_cents


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
                outside[account.name] = Obstacle("its account has sell = false under [[accounts]]", "sell")
        return cls(outside)

    def obstacle(self, holding: Holding) -> Obstacle | None:
        """What is in the way of any sale of this lot."""
        return self.outside.get(holding.lot.account) or lot_obstacle(holding)


def lot_obstacle(holding: Holding) -> Obstacle | None:
    """What is in the way of any sale of this lot, wherever it is held."""
    lot = holding.lot
    if (
        (lot.acquired is not None and lot.basis is not None and holding.price is not None and not holding.bar)
        and not (holding.unexplained or holding.frozen or holding.unnamed or holding.worthless)
        and holding.price * lot.quantity >= CENT
    ):  # as nearly all are
        return _marked(lot)
    if holding.unexplained:
        return Obstacle(holding.unexplained, "transactions")
    if holding.frozen:
        words = (
            "frozen: it cannot be sold. At a platform that is frozen or bankrupt there is no loss yet: it waits until "
            "what comes back is certain (Reg. § 1.165-1(d)(2)); keep the claim and the statements"
        )
        return Obstacle(words if lot.asset_class is AssetClass.CRYPTO else "frozen: it cannot be sold", "frozen")
    if holding.unnamed:
        words = "its file has no ticker, so purchases of it in other accounts cannot be matched: add it under [symbols]"
        return Obstacle(words, "symbol")
    if holding.worthless or (holding.price is not None and to_cents(holding.price * lot.quantity) == 0):
        return Obstacle(_worth_nothing(holding), "worthless" if holding.worthless else "price")
    if holding.bar:
        return Obstacle(holding.bar, "special")
    if lot.basis is None:
        words = "its basis is not known, so its gain is not known: get it from the broker and enter it under [[basis]]"
        return Obstacle(words, "basis")
    if holding.price is None:
        words = "its price is not known: enter it in prices.csv, or under [prices] in household.toml"
        return Obstacle(words, "price")
    if lot.acquired is None and not lot.inherited:
        words = "acquired on various dates, so its holding period is not known"
        if lot.asset_class is AssetClass.FUND:
            words += (
                ". A fund on average basis lists so; to leave it, tell the fund in writing to keep lots of what you "
                "buy from now on: lots averaged before a sale stay so (Reg. § 1.1012-1(e)(2), (9); L-12)"
            )
        return Obstacle(words, "acquired")
    return _marked(lot)


def _marked(lot: Lot) -> Obstacle | None:
    """What the year's end sells anyhow, § 1256(a)(1)."""
    if not is_section_1256(lot.symbol, lot.asset_class):
        return None
    words = "a section 1256 contract: marked at year end and counted 60/40 whether it is sold or not (§ 1256(a), L-05)"
    return Obstacle(words, "asset_class")


def _worth_nothing(holding: Holding) -> str:
    """Why nothing is sold at a price of zero, and what can be done before the year ends."""
    kind = holding.lot.asset_class
    if kind is AssetClass.CRYPTO:
        return (
            "a worthless coin still held is not a loss, nor is one abandoned or lost (CCA 202302011, § "
            "67(g)): sell it to an unrelated buyer for any price before December 31, or keep it"
        )
    if kind is AssetClass.COLLECTIBLE:
        return (
            "it cannot be sold at a price of zero, and only securities have a loss without a sale: sell it for "
            "any price"
        )
    if holding.worthless:
        return "worthless: counted as sold for nothing on 31 December, with and without the plan (§ 165(g))"
    if kind is AssetClass.OPTION:
        return (
            "it cannot be sold at a price of zero: it lapses on its last day, and the loss is of that day (§ "
            "1234(a)(2))"
        )
    return (
        "it cannot be sold at a price of zero. If it is wholly worthless, say so (`worthless = true` in the "
        "lots file, or [special] worthless): its loss then counts on December 31 (§ 165(g)). If not, sell it "
        "to an unrelated buyer for a penny before then"
    )
