"""What § 1091 reaches: "stock or securities". Digital assets held directly are neither, until Congress says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from rules.assets import (
    figures,
    is_crypto_etp,
    is_foreign_currency,
    is_money_market_fund,
    is_section_1256,
)
from rules.terms import AssetClass

DOLLAR_STABLECOINS = frozenset({"USDC", "USDT", "GUSD", "PYUSD", "USDP", "BUSD", "TUSD", "FDUSD", "DAI"})
"""Coins that are worth a dollar where no file says otherwise (I-32)."""


@dataclass(frozen=True, slots=True)
class LawProposal:
    """A bill or published proposal that would bring digital assets under § 1091. None is law.

    `effective` is the date from which it would reach dispositions, None where that depends on enactment or is not
    known; `not_before` the earliest that date can be where it depends on enactment. `effective_text` says it in words.
    """

    name: str
    introduced: date
    status: str
    status_on: date
    effective_text: str
    source: str
    certainty: str
    alive: bool  # may still be enacted in the form seen: its Congress has not ended
    effective: date | None = None
    not_before: date | None = None

    @property
    def reaches_from(self) -> date | None:
        """The first day whose dispositions it could reach; None where no one has checked."""
        return self.effective or self.not_before


def reached_by_1091(symbol: str, asset_class: AssetClass, *, crypto_covered: bool) -> bool:
    """Whether a loss on this can be a wash sale: § 1091(a) speaks of "shares of stock or securities".

    * Digital assets held directly are property (Notice 2014-21), neither stock nor securities: not reached, unless
      `crypto_covered` supposes a bill to be law. I-10.
    * Shares of a crypto trust or fund are registered securities: reached; for trusts unsettled, I-11. A symbol that
      can only be such a share is one, whatever class the file gives it.
    * Metal held directly, art and other collectibles, foreign currency (Rev. Rul. 74-218): not reached. Shares of a
      trust that holds metal: reached, I-12.
    * Section 1256 contracts: not reached, § 1256(f)(5).
    * Money market funds: the Service does not treat their redemptions as wash sales, Rev. Proc. 2023-35.
    """
    if is_crypto_etp(symbol, asset_class):
        return True
    if asset_class is AssetClass.CRYPTO:
        return crypto_covered
    if asset_class is AssetClass.COLLECTIBLE:
        return False
    return not (
        is_section_1256(symbol, asset_class) or is_money_market_fund(symbol) or is_foreign_currency(symbol, asset_class)
    )


def proposals(as_of: date) -> tuple[LawProposal, ...]:
    """Proposals made by `as_of` to bring digital assets under § 1091, oldest first, with the status last seen."""
    return tuple(proposal for proposal in all_proposals() if proposal.introduced <= as_of)


def short_name(proposal: LawProposal) -> str:
    """A bill's number, `H.R. 10357`; of what has none the whole name."""
    return re.split(r",| \(", proposal.name, maxsplit=1)[0]


@cache
def all_proposals() -> tuple[LawProposal, ...]:
    """Every proposal held, oldest first."""
    found = [LawProposal(**row) for row in figures("proposals")["proposal"]]
    return tuple(sorted(found, key=lambda proposal: proposal.introduced))
