"""What may be bought in place of what was sold at a loss: the same exposure, and not substantially identical.

The funds and sectors are `replacements.toml`, dated and cited there; a household's own `[replacements]` prevails. A
candidate is never one that § 1091 as read in `rules.substantially_identical`, or the household's groups, hold to be
identical to what was sold, nor one that they ask about.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from planner.domain.swaps import Replacement
from rules.assets import crypto_trust_of, is_crypto_etp, metal_trust_of
from rules.substantially_identical import IdenticalGroups, Verdict
from rules.terms import AssetClass

MOST = 4  # a list to choose from, not a catalogue

_SHARES = frozenset({AssetClass.STOCK, AssetClass.ETF, AssetClass.FUND, AssetClass.OTHER})
_SAME_COIN = (
    "the same asset, even at once: § 1091 covers stock and securities, and under current law this is "
    "neither. Take market risk between sale and purchase: a round trip with no other purpose may be "
    "disregarded (§ 7701(o))"
)


@dataclass(frozen=True, slots=True)
class Fund:
    """A row of the table. `index` None: actively managed. `exposure` is the key of what it holds."""

    symbol: str
    name: str
    issuer: str
    index: str | None
    exposure: str
    source: str
    checked: date
    certainty: str


def replacements_for(
    symbol: str,
    asset_class: AssetClass,
    groups: IdenticalGroups,
    own: Mapping[str, tuple[str, ...]],
    *,
    also_sold: Iterable[str] = (),
    crypto_covered: bool = False,
) -> tuple[Replacement, ...]:
    """What may be bought at once in place of this, best first; empty where nothing known is clean (`why_none`).

    `own` is the household's table: it prevails, an empty list included. `also_sold` are the other symbols sold at a
    loss within 30 days: buying one of them back for another would wash its own sale. `crypto_covered` supposes § 1091
    to reach digital assets, and then a coin is not its own replacement.
    """
    sold = _spelled(symbol)
    preferred = {_spelled(key): chosen for key, chosen in own.items()}
    if sold in preferred:
        proposed: Iterable[Replacement] = (_of_own_table(chosen) for chosen in preferred[sold])
    elif asset_class is AssetClass.CRYPTO and not is_crypto_etp(sold, asset_class):
        return () if crypto_covered else (Replacement(symbol, "", _SAME_COIN, "I-10"),)
    elif asset_class not in _SHARES:
        proposed = ()
    elif sold in funds():
        proposed = _other_funds(funds()[sold])
    else:
        proposed = _sector_funds(sold)
    gone = (sold, *also_sold)
    clean = [
        candidate
        for candidate in proposed
        if all(groups.answer(one, candidate.symbol).verdict is Verdict.NO for one in gone)
    ]
    return tuple(clean) if sold in preferred else tuple(_one_an_index(clean))[:MOST]


def why_none(symbol: str, asset_class: AssetClass) -> str:
    """Why `replacements_for` has nothing to offer, in words for the person who sells."""
    held = metal_trust_of(symbol) or crypto_trust_of(symbol)
    if asset_class in _SHARES and held is not None:
        return (
            f"all {held} funds hold the same asset, and no ruling says whether two of them are substantially identical"
        )
    if asset_class in _SHARES and (_spelled(symbol) in funds() or _spelled(symbol) in _sector_of()):
        return "every known candidate is, or may be, substantially identical to a security sold"
    if asset_class in _SHARES:
        return "its holdings are not known; name your own under [replacements]"
    if asset_class is AssetClass.CRYPTO:
        return "under § 1091 the same asset would be identical; name another under [replacements]"
    return f"there is no table for this asset class ({asset_class}); name your own under [replacements]"


def known_holding(symbol: str, asset_class: AssetClass) -> str:
    """What a security is an exposure to, to the extent the table knows: what a fund holds, a stock's sector, the metal
    or coin of a trust; else the security itself."""
    spelled = _spelled(symbol)
    if asset_class in _SHARES:
        if spelled in funds():
            return _holds(funds()[spelled])
        if spelled in _sector_of():
            return str(_table()["exposures"][_sector_of()[spelled]]["name"])
    return metal_trust_of(symbol) or crypto_trust_of(symbol) or spelled


@cache
def is_known_stock(symbol: str) -> bool:
    """Whether the table knows a symbol for the stock of a company, by its sector."""
    return _spelled(symbol) in _sector_of()


@cache
def funds() -> Mapping[str, Fund]:
    """Every fund of the table by its symbol, in the table's order."""
    issuers = _table()["issuers"]
    return {
        symbol: Fund(
            symbol=symbol,
            name=row["name"],
            issuer=row["issuer"],
            index=None if row.get("active") else row["index"],
            exposure=key,
            source=row.get("source", issuers[row["issuer"]]),
            checked=row.get("checked", exposure["checked"]),
            certainty=row.get("certainty", exposure["certainty"]),
        )
        for key, exposure in _table()["exposures"].items()
        for symbol, row in exposure["funds"].items()
    }


def _of_own_table(symbol: str) -> Replacement:
    fund = funds().get(_spelled(symbol))
    named = "named in your own [replacements]"
    return Replacement(symbol, fund.name, named, holds=_holds(fund)) if fund else Replacement(symbol, "", named)


def _other_funds(sold: Fund) -> Iterator[Replacement]:
    """Funds of the same exposure, then of the nearest ones, that track another index; other issuers first."""
    exposures = [sold.exposure, *_table()["exposures"][sold.exposure].get("near", ())]
    candidates = [fund for key in exposures for fund in _funds_of(key) if not _tracks_the_same(sold, fund)]
    for fund in sorted(candidates, key=lambda fund: (exposures.index(fund.exposure), *_likeness(sold, fund))):
        yield Replacement(fund.symbol, fund.name, _why(sold, fund), "I-07", _holds(fund))


def _likeness(sold: Fund, fund: Fund) -> tuple[bool, bool, bool]:
    """What speaks against a candidate, gravest first: the issuer's other fund, no index, an index of the same house."""
    same_house = sold.index is not None and fund.index is not None and sold.index.split()[0] == fund.index.split()[0]
    return fund.issuer == sold.issuer, fund.index is None, same_house


def _tracks_the_same(one: Fund, other: Fund) -> bool:
    if one.index is None or other.index is None:
        return one.symbol == other.symbol
    return one.index == other.index or frozenset((one.index, other.index)) in _near_twins()


def _why(sold: Fund, fund: Fund) -> str:
    holds = _holds(fund)
    like = "also holds" if fund.exposure == sold.exposure else "is close: it holds"
    tracks = "actively managed" if fund.index is None else f"on the {fund.index} index"
    instead = "not actively managed" if sold.index is None else f"not {sold.index}"
    issuer = f"of {fund.issuer}" if fund.issuer != sold.issuer else f"also of {fund.issuer}"
    return f"{like} {holds}; {tracks}{'' if fund.index is None else f', {instead}'}; {issuer}"


def _holds(fund: Fund) -> str:
    holds: str = _table()["exposures"][fund.exposure]["name"]
    return holds


def _sector_funds(stock: str) -> Iterator[Replacement]:
    """The funds of a stock's sector, in the table's order. A fund is another security than any stock it holds."""
    exposure = _sector_of().get(stock)
    if exposure is None:
        return
    sector = _table()["stocks"]["sectors"][exposure]["gics"]
    for fund in _funds_of(exposure):
        why = f"holds {stock}'s sector: {sector} (GICS)"
        yield Replacement(fund.symbol, fund.name, why, holds=f"the {sector} sector")


def _one_an_index(candidates: Iterable[Replacement]) -> Iterator[Replacement]:
    """The first candidate on each index: a second one adds nothing to choose from."""
    seen: set[str] = set()
    for candidate in candidates:
        index = funds()[candidate.symbol].index or candidate.symbol
        if index not in seen:
            seen.add(index)
            yield candidate


def _funds_of(exposure: str) -> list[Fund]:
    return [fund for fund in funds().values() if fund.exposure == exposure]


@cache
def _sector_of() -> Mapping[str, str]:
    """Each stock of the table with the exposure that its sector's funds have."""
    sectors = _table()["stocks"]["sectors"]
    return {stock: exposure for exposure, sector in sectors.items() for stock in sector["tickers"]}


@cache
def _near_twins() -> frozenset[frozenset[str]]:
    return frozenset(map(frozenset, _table()["near_twins"]["pairs"]))


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("planner.analysis") / "replacements.toml").read_text("utf-8"))


def _spelled(symbol: str) -> str:
    """As the tables spell it: BRK.B for `brk-b` and `BRK/B`."""
    return symbol.strip().upper().replace("/", ".").replace("-", ".")
