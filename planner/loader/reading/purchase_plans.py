"""Shares of an employee stock purchase plan, known by the words of a file: a sale of them may be wages in part.

A sale within two years of the offer or one year of the purchase adds the discount to the basis, as wages: §§ 421(b),
423(a)(1), (c); Reg. § 1.423-2(k). docs/limits.md, L-140.
"""

from __future__ import annotations

import re

from planner.domain.errors import Caution
from planner.loader.reading.layout import Findings, Layout, SourceFile
from planner.loader.tables.unreadable import Unreadable

# the words of brokers in rows of lots and histories: `YOU BOUGHT ESPP###`, `Employee Stock Purchase Plan`
_WORDS = re.compile(r"\bespp\b|\bstock purchase plan\b")
# the source of shares that NetBenefits lists: SP is bought in the plan, RS and DO come of awards
_SOURCES = {"fidelity_netbenefits_open_lots": re.compile(r'[,;\t]"?sp"?[,;\t\r\n]')}


def purchase_plan_caution(shown: str) -> Caution:
    """What to think of where a file lists such shares at the price that was paid."""
    text = f"{shown}: shares of a purchase plan have what was paid for a basis; a sale within two years of the "
    text += "offer or one of the purchase adds the discount, which is wages (§§ 421(b), 423(a), (c); L-140)"
    return Caution("purchase_plan_basis", text)


def in_purchase_plan(source: SourceFile, layout: Layout, found: Findings) -> bool:
    """Whether the file has lots or purchases in whose rows such a plan is named, and nothing was said of it yet."""
    if not (found.lots or found.transactions) or any(
        caution.code == "purchase_plan_basis" for caution in found.cautions
    ):
        return False
    try:
        text = source.text.lower()
    except Unreadable:  # a workbook of several sheets, say: its own layout reads it
        return False
    if layout.name in _SOURCES:
        return _SOURCES[layout.name].search(text) is not None
    return any(word in text for word in ("espp", "stock purchase plan")) and _WORDS.search(text) is not None
