"""What each symbol of a household is to § 1091: its identity, or none, and what stock it is an option to acquire."""

from __future__ import annotations

from collections.abc import Container

from planner.domain.case import Case
from rules.assets import classify
from rules.digital_assets import reached_by_1091
from rules.ledger.history import ONE, Security
from rules.option_contracts import SHARES_PER_CONTRACT, OptionContract, nasdaq_right, option_underlying
from rules.substantially_identical import IdenticalGroups
from rules.terms import AssetClass


def symbols_of(case: Case) -> set[str]:
    """Every symbol of the household's lots and histories."""
    return {symbol for _, symbol, _ in case.lots.kinds} | {row.symbol for row in case.transactions}


def contract_of(symbol: str, symbols: Container[str]) -> OptionContract | None:
    """The option, warrant or right that a symbol names. Nasdaq's five letters name one where the household has the
    stock too: ABCDW beside ABCD."""
    option = option_underlying(symbol)
    if option is None and (right := nasdaq_right(symbol)) is not None and right.underlying in symbols:
        return right
    return option


class Securities:
    """By account and symbol, since letters may be a coin's in a wallet and a share's at a broker."""

    def __init__(self, case: Case) -> None:
        choices = case.household.wash_sale
        self._groups = IdenticalGroups.of(choices.identical, choices.different)
        self._crypto = choices.crypto
        self._class: dict[tuple[str, str], AssetClass] = {}
        for transaction in case.transactions:
            if transaction.asset_class is not None:
                self._class[transaction.account, transaction.symbol] = transaction.asset_class
        for disposition in case.realized:
            self._class[disposition.account, disposition.symbol] = disposition.asset_class
        self._class |= case.lots.class_of
        symbols = symbols_of(case) | {symbol for _, symbol in self._class}
        self._symbols = symbols
        self._roots = {symbol.replace(".", ""): symbol for symbol in sorted(symbols) if "." in symbol}
        self._found: dict[tuple[str, str], Security] = {}

    def asset_class(self, account: str, symbol: str) -> AssetClass:
        """By the files, else by the name, else a stock."""
        place = account, symbol
        if place not in self._class:
            self._class[place] = classify(symbol) or AssetClass.STOCK
        return self._class[place]

    def __call__(self, account: str, symbol: str) -> Security:
        """The security that a symbol means in an account."""
        found = self._found.get((account, symbol))
        if found is None:
            found = self._found[account, symbol] = self._security(account, symbol)
        return found

    def _security(self, account: str, symbol: str) -> Security:
        if not reached_by_1091(symbol, self.asset_class(account, symbol), crypto_covered=self._crypto):
            return Security(symbol, None)
        identity, option = self._groups.key(symbol), contract_of(symbol, self._symbols)
        if option is None or not option.acquires:
            return Security(symbol, identity)
        return Security(symbol, identity, self._stock(option), SHARES_PER_CONTRACT if option.strike else ONE)

    def _stock(self, option: OptionContract) -> str:
        """The stock an option is written on; option roots drop the point of a share class: BRKB for BRK.B."""
        return self._groups.key(self._roots.get(option.underlying, option.underlying))
