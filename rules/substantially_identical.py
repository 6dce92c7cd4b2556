"""§ 1091(a): "substantially identical". Yes, no, or a question that only the taxpayer can answer.

No statute, and few rulings, say what it means; docs/interpretations.md I-07 to I-09. A question is never a wash sale
by itself: it is asked, and the taxpayer's groups in `[wash_sale]` answer it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import pairwise

from rules.assets import coin_of_futures_fund, company_of_class, crypto_trust_of, figures, metal_trust_of
from rules.option_contracts import OptionContract, option_underlying

__all__ = ["IdenticalGroups", "IdentityAnswer", "Verdict", "option_underlying", "same_exposure", "spelling"]


_NONE: frozenset[int] = frozenset()


class Verdict(StrEnum):
    """YES: a purchase of the one replaces the other. NO: not. ASK: unsettled; not, unless the taxpayer says so."""

    YES = "yes"
    NO = "no"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class IdentityAnswer:
    """A verdict, why, and the number of the disputed reading it rests on, where it does."""

    verdict: Verdict
    reason: str
    interpretation: str | None = None


class _Group:
    """Symbols that are substantially identical, by the first of them in the alphabet."""

    __slots__ = ("key", "symbols")

    def __init__(self, symbol: str) -> None:
        self.key = symbol
        self.symbols = [symbol]


class IdenticalGroups:
    """Which securities are substantially identical, by the taxpayer's own groups and the settled cases.

    `identical` are groups held to be substantially identical; groups that share a symbol are one. Of the symbols of
    one group in `different`, no two are. Raises ValueError where the two contradict one another.
    """

    def __init__(self, identical: Iterable[frozenset[str]] = (), different: Iterable[frozenset[str]] = ()) -> None:
        self._group: dict[str, _Group] = {}
        self._apart: dict[str, set[int]] = {}  # by symbol, the groups in `different` that have it
        for group in identical:
            self._join(list(map(spelling, group)))
        self._named = frozenset(self._group)
        for number, group in enumerate(different):
            apart = sorted({spelling(symbol) for symbol in group})
            self._refuse_contradiction(apart)
            for symbol in apart:
                self._apart.setdefault(symbol, set()).add(number)
        for classes in figures("assets")["share_classes"]["funds"]:  # I-08, unless the taxpayer holds otherwise
            for one, other in pairwise(classes):
                if not self._would_join_different(one, other):
                    self._join([one, other])

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, identical: tuple[frozenset[str], ...], different: tuple[frozenset[str], ...]) -> IdenticalGroups:
        """The same, made once: a household asks at a dozen places, and most households have none of their own."""
        return cls(identical, different)

    def key(self, symbol: str) -> str:
        """The key that every symbol substantially identical to this one shares."""
        spelled = spelling(symbol)
        group = self._group.get(spelled)
        return group.key if group else spelled

    def alike(self, symbol: str) -> frozenset[str]:
        """Every symbol known to be substantially identical to this one, itself included."""
        spelled = spelling(symbol)
        group = self._group.get(spelled)
        return frozenset(group.symbols) if group else frozenset({spelled})

    def answer(self, sold: str, bought: str) -> IdentityAnswer:
        """Whether buying the one replaces the other sold at a loss. An option bought is taken to be a long one."""
        if spelling(sold) == spelling(bought):
            return IdentityAnswer(Verdict.YES, f"{bought} is the same security")
        if self._said_different(sold, bought):
            return IdentityAnswer(Verdict.NO, f"you hold {sold} and {bought} not to be substantially identical")
        if self.key(sold) == self.key(bought):
            return self._grouped(sold, bought)
        option_sold, option_bought = option_underlying(sold), option_underlying(bought)
        if option_sold is not None:
            return self._option_sold(option_sold, bought, option_bought)
        if option_bought is not None:
            return self._option_bought(sold, option_bought)
        exposure = same_exposure(sold)
        if exposure is not None and exposure == same_exposure(bought):
            return _asked(sold, bought, exposure)
        return IdentityAnswer(Verdict.NO, f"{sold} and {bought} are different securities")

    def answer_to_written_put(self, sold: str, put: OptionContract, *, exercise_certain: bool) -> IdentityAnswer:
        """A put on the stock sold, written in the window. Rev. Rul. 85-87: a wash where it is sure to be exercised."""
        if not self._stands_on(put, sold):
            return IdentityAnswer(Verdict.NO, f"the put is on {put.underlying}, not on {sold}")
        if exercise_certain:
            return IdentityAnswer(
                Verdict.YES, "a put written so deep in the money that it will be exercised: Rev. Rul. 85-87"
            )
        return IdentityAnswer(Verdict.ASK, "a written put that may not be exercised is not clearly a purchase", "I-09")

    def _grouped(self, sold: str, bought: str) -> IdentityAnswer:
        if spelling(sold) in self._named and spelling(bought) in self._named:
            return IdentityAnswer(Verdict.YES, f"you hold {sold} and {bought} to be substantially identical")
        return IdentityAnswer(Verdict.YES, f"{sold} and {bought} are classes of one fund", "I-08")

    def _option_bought(self, sold: str, option: OptionContract) -> IdentityAnswer:
        if not self._stands_on(option, sold):
            exposure = same_exposure(sold)
            if option.acquires and exposure is not None and exposure == same_exposure(option.underlying):
                return _asked(sold, option.underlying, exposure)
            return IdentityAnswer(Verdict.NO, f"the option is on {option.underlying}, not on {sold}")
        if option.acquires:
            return IdentityAnswer(Verdict.YES, f"a contract or option to acquire {sold}: § 1091(a), Rev. Rul. 56-406")
        return IdentityAnswer(
            Verdict.NO, "a put is no option to acquire; but see § 1233(b) and § 1092 on holding periods"
        )

    def _option_sold(self, sold: OptionContract, bought: str, option: OptionContract | None) -> IdentityAnswer:
        underlying = option.underlying if option is not None else bought
        if not self._stands_on(sold, underlying):
            return IdentityAnswer(Verdict.NO, f"the option sold is on {sold.underlying}")
        if option is None and sold.right == "call":
            return IdentityAnswer(
                Verdict.ASK, f"a call on {underlying} sold and {underlying} bought: no ruling", "I-09"
            )
        if option is not None and option.right == sold.right:
            return IdentityAnswer(Verdict.ASK, "the same option at another strike or expiry: no ruling", "I-09")
        return IdentityAnswer(Verdict.NO, "a right to sell is not identical to a right to buy, or to the stock")

    def _stands_on(self, option: OptionContract, stock: str) -> bool:
        """Option roots drop the point of a share class: BRKB for BRK.B."""
        return self.key(option.underlying) == self.key(stock) or option.underlying == spelling(stock).replace(".", "")

    def _said_different(self, one: str, other: str) -> bool:
        return not self._apart.get(spelling(one), _NONE).isdisjoint(self._apart.get(spelling(other), _NONE))

    def _would_join_different(self, one: str, other: str) -> bool:
        apart = [self._apart.get(symbol, _NONE) for symbol in self.alike(one) | self.alike(other)]
        return len(set().union(*apart)) < sum(map(len, apart))

    def _join(self, symbols: list[str]) -> None:
        """The smaller groups go into the largest: n symbols cost O(n log n), in whatever order they are joined."""
        joined = {id(group): group for group in (self._group.setdefault(s, _Group(s)) for s in symbols)}
        if not joined:
            return
        largest, *others = sorted(joined.values(), key=lambda group: -len(group.symbols))
        for group in others:
            largest.key = min(largest.key, group.key)
            largest.symbols += group.symbols
            self._group.update(dict.fromkeys(group.symbols, largest))

    def _refuse_contradiction(self, apart: list[str]) -> None:
        seen: dict[str, str] = {}
        for symbol in apart:
            other = seen.setdefault(self.key(symbol), symbol)
            if other != symbol:
                raise ValueError(
                    f"{other} and {symbol} are said to be different, and by the groups in `identical` the same"
                )


def _asked(sold: str, other: str, exposure: str) -> IdentityAnswer:
    """The question that two securities of one exposure are, with what they share."""
    open_point = "no ruling says whether they are substantially identical"
    if company_of_class(spelling(sold)) is not None:
        return IdentityAnswer(
            Verdict.ASK, f"{sold} and {other} are two classes of the stock of {exposure}; {open_point}", "I-41"
        )
    futures = coin_of_futures_fund(spelling(sold)), coin_of_futures_fund(spelling(other))
    if (futures[0] is None) != (futures[1] is None):
        return IdentityAnswer(
            Verdict.ASK, f"of {sold} and {other} one holds {exposure}, the other its futures; {open_point}", "I-41"
        )
    return IdentityAnswer(Verdict.ASK, f"{sold} and {other} both track {exposure}; {open_point}", "I-07")


def same_exposure(symbol: str) -> str | None:
    """What this and other securities track, where no ruling says whether they are identical: an index, a metal, a coin
    or its futures, a company of which both are classes of stock.

    Two symbols with one answer here are a question for the taxpayer, I-07 and I-41.
    """
    ticker = spelling(symbol)
    return (
        crypto_trust_of(ticker)
        or coin_of_futures_fund(ticker)
        or metal_trust_of(ticker)
        or company_of_class(ticker)
        or _index_of().get(ticker)
    )


@cache
def _index_of() -> dict[str, str]:
    table = figures("assets")["same_index"]
    return {ticker: index for index, row in table.items() if isinstance(row, list) for ticker in row}


@lru_cache(maxsize=65_536)
def spelling(symbol: str) -> str:
    """One spelling for one security: case, spaces, `BRK/B` and `BRK-B` for `BRK.B`, every way to write an option."""
    option = option_underlying(symbol)
    if option is not None and option.strike is not None:
        return option.symbol
    return re.sub(r"(?<=[A-Z])[/-](?=[A-Z]$)", ".", symbol.strip().upper())
