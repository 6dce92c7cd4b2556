"""What each symbol of a household is: as its row says, else as the household says, else looked up, else assumed and
cautioned about.

In the file of an exchange or a wallet an unknown symbol is a coin: nothing else is traded there (I-40).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from planner.analysis.replacements import is_known_stock
from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.loader.assembly.files import FileRecords
from planner.loader.reading.layout import Layout
from rules.assets import classify, shared_ticker
from rules.option_contracts import looks_like_an_option
from rules.terms import AssetClass

_COINS = (None, AssetClass.CRYPTO)


@dataclass(slots=True)
class AssetClasses:
    """The classes found so far. A layout's `coins` says that its letters may mean coins, `exchange` that they do; at a
    securities broker `BTC` is the trust of that ticker.

    `said` is the household's own table `[asset_classes]`, `coins` the symbols that exchanges' files have.
    """

    said: Mapping[str, AssetClass] = field(default_factory=dict)
    coins: set[str] = field(default_factory=set)
    held: dict[str, list[AssetClass]] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    twins: dict[str, str] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    found: dict[tuple[str, bool, bool], AssetClass] = field(default_factory=dict)

    def note_coins(self, files: Iterable[FileRecords]) -> None:
        """Note what exchanges and wallets trade: in a file of ours an unknown symbol that one of them has is a coin."""
        for file in files:
            if file.layout.exchange:
                for rows in (file.found.lots, file.found.transactions, file.found.realized):
                    symbols = {row.symbol for row in rows if row.symbol and row.asset_class in _COINS}
                    self.coins |= {symbol for symbol in symbols if _listed(symbol, file.layout) is AssetClass.CRYPTO}

    def of_lot(self, symbol: str, stated: AssetClass | None, file: FileRecords) -> AssetClass:
        """What a lot is. Where its row does not say and our list does not know, a stock; at an exchange a coin."""
        layout = file.layout
        asset_class = self._stated(symbol, stated, layout) or _unnamed(symbol, file)
        if asset_class is None:
            key = symbol, layout.coins, layout.exchange
            asset_class = self.found.get(key)
            if asset_class is None:
                asset_class = self.found[key] = self._looked_up(symbol, layout)
        held = self.held.setdefault(symbol, [])
        if asset_class not in held:
            held.append(asset_class)
        return asset_class

    def of_traded(self, symbol: str, stated: AssetClass | None, file: FileRecords) -> AssetClass | None:
        """What was bought or sold: as the row says, else as the lots of that symbol are, else as our list says."""
        layout = file.layout
        said = self._stated(symbol, stated, layout) or _unnamed(symbol, file)
        if said is not None:
            return said
        held = self.held.get(symbol, [])
        if len(held) == 1 and not (layout.exchange and held[0] is not AssetClass.CRYPTO):
            return held[0]
        return self._known(symbol, layout)

    def of_sold(self, symbol: str, stated: AssetClass | None, file: FileRecords) -> AssetClass:
        """As `of_traded`; where no one knows, a stock."""
        return self.of_traded(symbol, stated, file) or self._looked_up(symbol, file.layout)

    def of_open_lots(self, case: Case) -> None:
        """Note what lots built from a history are taken for stocks because neither a row nor our list says what they
        are."""
        said = {(t.account, t.symbol) for t in case.transactions if t.asset_class is not None}
        for account, symbol, _ in case.lots.kinds:
            if account in case.rebuilt and (account, symbol) not in said and symbol not in self.said:
                self._note_assumed(symbol)

    def cautions(self) -> list[Caution]:
        """One for all symbols taken for stocks, and one for each that is a coin's and a security's."""
        found = [self.twins[symbol] for symbol in sorted(self.twins)]
        if self.unlisted:
            names = ", ".join(sorted(self.unlisted))
            found.append(
                f"Not in our list of securities, so treated as stocks: {names} (set `asset_class` in the row, "
                "or [asset_classes] in household.toml, to change this)"
            )
        cautions = [Caution("asset_class_assumed", text) for text in found]
        if self.options:
            names = ", ".join(f"`{name}`" for name in sorted(self.options))
            text = (
                f"Options with an unreadable contract: {names}. Purchases of them are not matched with losses "
                'on their stock; write the contract in [symbols], such as "VTI LEAP" = "VTI 01/15/2027 250 '
                'CALL"'
            )
            cautions.append(Caution("option_not_understood", text))
        return cautions

    def _stated(self, symbol: str, stated: AssetClass | None, layout: Layout) -> AssetClass | None:
        """As our own row says; else as the household's table does, which is surer than a broker's word."""
        return stated if stated is not None and layout.ours else self.said.get(symbol, stated)

    def _known(self, symbol: str, layout: Layout) -> AssetClass | None:
        known = _listed(symbol, layout)
        if known is None and layout.coins and symbol in self.coins:
            return AssetClass.CRYPTO
        return known

    def _looked_up(self, symbol: str, layout: Layout) -> AssetClass:
        known = self._known(symbol, layout)
        if known is None:
            return self._note_assumed(symbol)
        twin = shared_ticker(symbol)
        if layout.coins and not layout.exchange and twin is not None:
            self.twins[symbol] = (
                f"`{symbol}` is both a coin and {twin}: treated as {known}; set `asset_class` in the row, or "
                "[asset_classes] in household.toml, to change this"
            )
        return known

    def _note_assumed(self, symbol: str) -> AssetClass:
        known = classify(symbol)
        if known is not None:
            return known
        if looks_like_an_option(symbol):
            self.options.add(symbol)
            return AssetClass.OPTION
        if not is_known_stock(symbol):
            self.unlisted.add(symbol)
        return AssetClass.STOCK


def _listed(symbol: str, layout: Layout) -> AssetClass | None:
    """What our list says a symbol is, None where it does not know it. At an exchange an unknown one is a coin."""
    known = classify(symbol)
    if layout.exchange:  # whatever share elsewhere has the same letters
        return known if known is AssetClass.OPTION else AssetClass.CRYPTO
    if known is AssetClass.CRYPTO and not layout.coins:
        return AssetClass.ETF if shared_ticker(symbol) else None
    if known is None and is_known_stock(symbol):
        return AssetClass.STOCK
    return known


def _unnamed(symbol: str, file: FileRecords) -> AssetClass | None:
    """What has no ticker is a stock, unless it speaks of a call or a put; that its ticker is missing is said "
    "elsewhere."""
    if symbol not in file.found.unnamed:
        return None
    return AssetClass.OPTION if looks_like_an_option(symbol) else AssetClass.STOCK
