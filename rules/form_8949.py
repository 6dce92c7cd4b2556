"""Form 8949 and the lines of Schedule D that it feeds: which box a sale goes to, and the codes of columns (f) and (g).

Box and code follow from what the broker reports under § 6045(g). Where that is not known it follows from the law that
tells brokers what to report (I-30); the statement that the broker sends prevails. No box changes a tax.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from rules.assets import crypto_trust_of, metal_trust_of
from rules.terms import ZERO, AssetClass, Character, Custody

# First day of acquisition from which a broker reports basis: § 6045(g)(3)(C), Reg. § 1.6045-1(a)(15)(i).
STOCK_COVERED_FROM = date(2011, 1, 1)
FUND_COVERED_FROM = date(2012, 1, 1)  # stock for which average basis may be used
DEBT_AND_OPTIONS_COVERED_FROM = date(2014, 1, 1)  # debt of simple terms; of complex ones from 2016
DIGITAL_ASSET_COVERED_FROM = date(2026, 1, 1)

FIRST_YEAR_OF_DIGITAL_ASSET_BOXES = 2025  # Instructions for Form 8949 (2025): G to L, and not C or F

_COVERED_FROM = {
    AssetClass.STOCK: STOCK_COVERED_FROM,
    AssetClass.ETF: FUND_COVERED_FROM,
    AssetClass.FUND: FUND_COVERED_FROM,
    AssetClass.OPTION: DEBT_AND_OPTIONS_COVERED_FROM,
    AssetClass.BOND: DEBT_AND_OPTIONS_COVERED_FROM,
    AssetClass.CRYPTO: DIGITAL_ASSET_COVERED_FROM,
}


class Reported(StrEnum):
    """What an information return tells the Service of a sale: Form 1099-B, or 1099-DA for digital assets. § 6045."""

    BASIS = "basis"
    PROCEEDS = "proceeds"
    NOTHING = "nothing"


class Box(StrEnum):
    """The box checked above a part of Form 8949 (§ 6011): securities A to F, digital assets G to L from 2025 on."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    I = "I"  # noqa: E741  the form's own letter
    J = "J"
    K = "K"
    L = "L"

    @property
    def character(self) -> Character:
        """Part I of the form is short-term, Part II long-term."""
        return Character.SHORT if self in "ABCGHI" else Character.LONG

    @property
    def reported(self) -> Reported:
        """What the Service has been sent about a sale in this box."""
        return tuple(Reported)["ABCDEFGHIJKL".index(self) % len(Reported)]

    @property
    def schedule_d_line(self) -> str:
        """The line of Schedule D that takes its totals: 1b, 2, 3 short-term; 8b, 9, 10 long-term."""
        lines = ("1b", "2", "3") if self.character is Character.SHORT else ("8b", "9", "10")
        return lines[tuple(Reported).index(self.reported)]


def reported(symbol: str, asset_class: AssetClass, acquired: date | None, tax_year: int, custody: Custody) -> Reported:
    """What a broker who follows § 6045(g) reports of a sale. `acquired` None: not known, or inherited.

    Basis of covered securities only: specified securities (Reg. § 1.6045-1(a)(14)) acquired in the account from a day
    on that depends on their kind. Shares of a trust that holds metal or coins are not stock but a share in what it
    holds, and brokers list them as not covered. Form 1099-DA begins with sales of 2025, for what a broker keeps.
    """
    if custody is Custody.SELF or asset_class is AssetClass.COLLECTIBLE:
        return Reported.NOTHING
    if asset_class is AssetClass.CRYPTO and tax_year < FIRST_YEAR_OF_DIGITAL_ASSET_BOXES:
        return Reported.NOTHING
    trust = metal_trust_of(symbol) or crypto_trust_of(symbol)
    covered_from = None if trust and asset_class is not AssetClass.CRYPTO else _COVERED_FROM.get(asset_class)
    if acquired is None or covered_from is None or acquired < covered_from:
        return Reported.PROCEEDS
    return Reported.BASIS


def box_of(character: Character, asset_class: AssetClass, told: Reported, tax_year: int) -> Box:
    """The box of a sale. Before 2025 digital assets are with the others."""
    digital = asset_class is AssetClass.CRYPTO and tax_year >= FIRST_YEAR_OF_DIGITAL_ASSET_BOXES
    short = character is Character.SHORT
    first = ("G" if short else "J") if digital else ("A" if short else "D")
    return Box(chr(ord(first) + tuple(Reported).index(told)))


class Adjustment(NamedTuple):
    """Columns (e), (f) and (g): the basis shown, the codes in the alphabet's order, what is added to the gain."""

    basis: Decimal
    codes: str
    amount: Decimal


def adjustment(
    basis: Decimal,
    told: Reported,
    reported_basis: Decimal,
    disallowed_loss: Decimal,
    *,
    collectible: bool,
    other_term: bool = False,
) -> Adjustment:
    """How the form comes from a sale's basis to its recognized gain. Instructions for Form 8949, columns (e) to (g).

    B: the Service was sent another basis; that one is shown, and the difference adjusts the gain. Where it was sent
    none, the right one is shown at once. C: a collectible (§ 1(h)(5)), without an amount. T: the Service was sent the
    other term, which is reported together with the basis (§ 6045(g)(2)(A)). W: a loss that § 1091 disallows, positive.
    """
    codes, amount, shown = "", ZERO, basis
    if told is Reported.BASIS and reported_basis != basis:
        codes, amount, shown = "B", reported_basis - basis, reported_basis
    if collectible:
        codes += "C"
    if told is Reported.BASIS and other_term:
        codes += "T"
    if disallowed_loss:
        codes, amount = codes + "W", amount + disallowed_loss
    return Adjustment(shown, codes, amount)
