"""What each symbol of a household is, where its row does not say: looked up, else assumed and cautioned about."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.analysis.replacements import is_known_stock
from planner.domain.case import Case
from planner.domain.errors import Caution
from rules.assets import classify, shared_ticker
from rules.terms import AssetClass


@dataclass(slots=True)
class AssetClasses:
    """The classes found so far. `coins` says of a file that its letters may mean coins: at a securities broker `BTC`
    is the trust of that ticker."""

    held: dict[str, list[AssetClass]] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    twins: dict[str, str] = field(default_factory=dict)
    found: dict[tuple[str, bool], AssetClass] = field(default_factory=dict)

    def of_lot(self, symbol: str, stated: AssetClass | None, *, coins: bool) -> AssetClass:
        """What a lot is. Where its row does not say and our list does not know, a stock."""
        asset_class = stated or self.found.get((symbol, coins))
        if asset_class is None:
            asset_class = self.found[symbol, coins] = self._looked_up(symbol, coins=coins)
        held = self.held.setdefault(symbol, [])
        if asset_class not in held:
            held.append(asset_class)
        return asset_class

    def of_traded(self, symbol: str, stated: AssetClass | None, *, coins: bool) -> AssetClass | None:
        """What was bought or sold: as the row says, else as the lots of that symbol are, else as our list says."""
        held = self.held.get(symbol, [])
        return stated or (held[0] if len(held) == 1 else listed_class(symbol, coins=coins))

    def of_sold(self, symbol: str, stated: AssetClass | None, *, coins: bool) -> AssetClass:
        """As `of_traded`; where nobody knows, a stock."""
        return self.of_traded(symbol, stated, coins=coins) or self._looked_up(symbol, coins=coins)

    def of_open_lots(self, case: Case) -> None:
        """Note what lots built from a history are taken for stocks because neither a row nor our list says what they
        are."""
        said = {(t.account, t.symbol) for t in case.transactions if t.asset_class is not None}
        for holding in case.holdings:
            account, symbol = holding.lot.account, holding.lot.symbol
            if account in case.rebuilt and (account, symbol) not in said:
                self._looked_up(symbol, coins=False)

    def cautions(self) -> list[Caution]:
        """One for all symbols taken for stocks, and one for each that is a coin's and a security's."""
        found = [self.twins[symbol] for symbol in sorted(self.twins)]
        if self.unlisted:
            names = ", ".join(sorted(self.unlisted))
            found.append(
                f"Not in our list of securities, so taken for stocks: {names} (`asset_class` can say otherwise)"
            )
        return [Caution("asset_class_assumed", text) for text in found]

    def _looked_up(self, symbol: str, *, coins: bool) -> AssetClass:
        known = listed_class(symbol, coins=coins)
        twin = shared_ticker(symbol)
        if known is None:
            self.unlisted.add(symbol)
        elif coins and twin is not None:
            self.twins[symbol] = f"`{symbol}` is both a coin and {twin}: taken for {known}; say which in `asset_class`"
        return known or AssetClass.STOCK


def listed_class(symbol: str, *, coins: bool) -> AssetClass | None:
    """What our list says a symbol is, None where it does not know it."""
    known = classify(symbol)
    if known is AssetClass.CRYPTO and not coins:
        return AssetClass.ETF if shared_ticker(symbol) else None
    if known is None and is_known_stock(symbol):
        return AssetClass.STOCK
    return known
