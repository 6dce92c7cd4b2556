"""What a ticker stands for, to the extent the law tells kinds apart. The table is `figures/assets.toml`, dated
there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from rules.option_contracts import option_underlying
from rules.tax_year import read_tables
from rules.terms import AssetClass

_SHARES = frozenset({AssetClass.STOCK, AssetClass.ETF, AssetClass.FUND, AssetClass.OTHER})
_PROVENANCE = ("law", "source", "checked", "certainty")


@cache
def figures(name: str) -> Mapping[str, Any]:
    """`figures/<name>.toml`, read once."""
    return read_tables(f"{name}.toml")


@lru_cache(maxsize=65_536)
def classify(symbol: str) -> AssetClass | None:
    """What these letters mean where nothing else is said; None where the table does not know them.

    Where a coin and a listed security share letters, `shared_ticker` says so and the caller may caution. Five letters
    ending in X are a mutual fund by Nasdaq's convention for fund symbols, and a CUSIP with a letter in its issue number
    (places 7 and 8) is a debt by that of the CUSIP system: conventions, not law.
    """
    ticker = symbol.strip().upper()
    if option_underlying(ticker) is not None:
        return AssetClass.OPTION
    if _coin(ticker) is not None:
        return AssetClass.CRYPTO
    if ticker in _exchange_traded():
        return AssetClass.ETF
    if is_money_market_fund(ticker) or re.fullmatch(r"[A-Z]{4}X", ticker):
        return AssetClass.FUND
    if re.fullmatch(r"\d{3}[A-Z\d]{3}([A-Z][A-Z\d]|\d[A-Z])\d", ticker):
        return AssetClass.BOND
    return None


def shared_ticker(symbol: str) -> str | None:
    """The listed security whose ticker is also a coin's: `BTC` is a coin and the Grayscale Bitcoin Mini Trust ETF."""
    shared = _tickers("shared_tickers").get(symbol.strip().upper())
    return None if shared is None else str(shared["security"])


def crypto_trust_of(symbol: str) -> str | None:
    """The coin that a trust with this ticker holds, None where it is no such trust: IBIT holds BTC."""
    return _by_ticker("crypto_trusts").get(symbol.strip().upper())


def coin_of_futures_fund(symbol: str) -> str | None:
    """The coin whose futures a fund with this ticker holds, None where it is no such fund: BITO holds those of BTC."""
    return _by_ticker("coin_futures").get(symbol.strip().upper())


def spun_off_from(symbol: str) -> str | None:
    """The company whose holders received this company's shares in a spin-off of late, None where the table has none."""
    return _by_ticker("spin_offs").get(symbol.strip().upper())


def company_of_class(symbol: str) -> str | None:
    """The company of which this is one of several listed classes of stock, None where the table has none."""
    return _by_ticker("company_classes").get(symbol.strip().upper())


def is_crypto_etp(symbol: str, asset_class: AssetClass) -> bool:
    """Whether this is a share of a trust that holds coins, or of a fund that holds coins or their futures.

    Letters that a coin shares are a share only where `asset_class` says so; any other such ticker is a share even
    where it is called crypto.
    """
    ticker = symbol.strip().upper()
    if ticker not in _by_ticker("crypto_trusts") and ticker not in _by_ticker("crypto_funds"):
        return False
    return asset_class in _SHARES or (asset_class is AssetClass.CRYPTO and shared_ticker(ticker) is None)


@lru_cache(maxsize=65_536)
def in_collectibles_group(symbol: str, asset_class: AssetClass) -> bool:
    """Whether long-term gain on this is 28-percent gain: § 1(h)(4)-(5), § 408(m)(2) without regard to (m)(3).

    Collectibles held directly, and shares of a grantor trust that holds metal (I-12). Not miners' shares, metal
    futures, nor coins of the digital kind.
    """
    if asset_class is AssetClass.COLLECTIBLE:
        return True
    return asset_class in _SHARES and metal_trust_of(symbol) is not None


def metal_trust_of(symbol: str) -> str | None:
    """The metal that a grantor trust with this ticker holds, None where it is no such trust."""
    return _by_ticker("metal_grantor_trusts").get(symbol.strip().upper())


@lru_cache(maxsize=65_536)
def is_section_1256(symbol: str, asset_class: AssetClass) -> bool:
    """Whether this is marked to market under § 1256: options on broad indexes, and regulated futures.

    Futures are known by the usual spellings `/ESZ26` and `ES=F`. Options on exchange-traded funds are equity options.
    """
    ticker = symbol.strip().upper()
    if ticker.startswith("/") or ticker.endswith("=F"):
        return True
    contract = option_underlying(ticker)
    roots = figures("assets")["section_1256_option_roots"]["roots"]
    if contract is not None:
        return contract.underlying in roots
    return asset_class is AssetClass.OPTION and ticker.split(" ", 1)[0] in roots


def is_money_market_fund(symbol: str) -> bool:
    """Whether this is a money market fund that the table names. An unnamed one is treated as any other fund."""
    return symbol.strip().upper() in _by_ticker("money_market_funds")


def is_foreign_currency(symbol: str, asset_class: AssetClass) -> bool:
    """Whether this is money of another country, or metal by weight: `EUR`, `EUR.USD`, `EUR/USD`, `XAU`."""
    if asset_class is not AssetClass.OTHER:
        return False
    code = re.fullmatch(r"([A-Z]{3})(?:[./-]?USD(?:=X)?)?", symbol.strip().upper())
    return code is not None and code[1] in figures("assets")["foreign_currencies"]["codes"]


def _coin(ticker: str) -> str | None:
    """The coin these letters mean first, also as a dollar pair (`BTC-USD`, `BTC/USD`), where they can mean no share."""
    pair = re.fullmatch(r"(\w+)[-/]USD", ticker)
    coins, shared = _by_ticker("coins"), _tickers("shared_tickers")
    if pair:
        return pair[1] if pair[1] in coins or pair[1] in shared else None
    return ticker if ticker in coins else None


@cache
def _exchange_traded() -> frozenset[str]:
    tables = ("etf", "metal_grantor_trusts", "metal_but_not_collectible", "crypto_trusts", "crypto_funds")
    return frozenset(ticker for table in tables for ticker in _by_ticker(table))


@cache
def _by_ticker(table: str) -> Mapping[str, str]:
    """Each ticker of a table, with the name of the list it is in."""
    return {ticker: name for name, tickers in _tickers(table).items() for ticker in tickers}


@cache
def _tickers(table: str) -> Mapping[str, Any]:
    return {name: row for name, row in figures("assets")[table].items() if name not in _PROVENANCE}
