"""Letters of other alphabets that look like those of a ticker: what a symbol means, and which signs none may have.

A Greek Kappa in `NKE` shows nothing wrong and would hide a purchase from the sale that it washes. What looks exactly
like a letter from A to Z is taken for it; what else of another alphabet is beside such letters is refused. The
pairs are those of Unicode's confusables (UTS 39) that are whole-letter matches.
"""

from __future__ import annotations

import unicodedata

from planner.domain.visible_text import unseen

_ALIKE = (
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ͿJ αa γy ιi κk νv οo ρp τt υu χx ϲc ϳj "  # Greek
    "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT ХX УY ҮY ԌG ԚQ ԜW ӀI "  # Cyrillic, capital
    "аa еe ѕs іi јj кk оo рp сc тt хx уy ԁd ԛq ԝw һh ӏl вb мm нh "  # Cyrillic, small
    "ՍU ՏS ՕO օo ոn սu հh ցg "  # Armenian
    "ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎥI ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ "  # Cherokee
    "ꓐB ꓑP ꓓD ꓔT ꓖG ꓗK ꓙJ ꓚC ꓜZ ꓝF ꓟM ꓠN ꓡL ꓢS ꓣR ꓦV ꓧH ꓪW ꓫX ꓬY ꓮA ꓰE ꓲI ꓳO ꓴU "  # Lisu
    "ⲀA ⲂB ⲈE ⲎH ⲒI ⲔK ⲘM ⲚN ⲞO ⲢP ⲤC ⲦT ⲨY ⲬX "  # Coptic
    "ıi ȷj ɑa ɡg ᴀA ʙB ᴄC ᴅD ᴇE ɢG ʜH ɪI ᴊJ ᴋK ʟL ᴍM ɴN ᴏO ᴘP ʀR ꜱS ᴛT ᴜU ᴠV ᴡW ʏY ᴢZ"  # Latin, as letters of sounds
)
_AS_LATIN = str.maketrans({pair[0]: pair[1] for pair in _ALIKE.split()})
_AS_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys("\u2044\u2215\u29f8", "/")
    | dict.fromkeys("\u2024\u2027\u00b7\u30fb\u22c5", ".")
)
_LETTERS = ("L", "M", "N")  # letters, marks on them, digits


def as_ticker(text: str) -> str:
    """The text with what only looks like a letter or sign of a ticker put right. The case stays."""
    return text if text.isascii() else text.translate(_AS_LATIN).translate(_AS_SIGNS)


def footnote_mark(text: str) -> str | None:
    """A raised, lowered or circled digit, or a trademark sign: Unicode takes it for a digit or letter of the word."""
    if text.isascii():
        return None
    return next((sign for sign in text if (sign.isdigit() and not sign.isdecimal()) or sign in "™℠"), None)


def why_no_symbol(symbol: str, longest: int) -> str | None:
    """What no symbol may have, as `… which …`; None where there is nothing. `symbol` has been through parse_symbol."""
    if len(symbol) > longest:
        return f"is longer than {longest} characters"
    if symbol.isascii() and symbol.isprintable():
        return None
    if hidden := unseen(symbol):
        return f"has {hidden} in it, which is invisible"
    if mark := footnote_mark(symbol):
        return f"has {mark} in it, the mark of a footnote"
    plain = any("A" <= sign <= "Z" for sign in symbol)
    foreign = next((sign for sign in symbol if plain and _is_foreign(sign)), None)
    if foreign:
        name = unicodedata.name(foreign, "an unnamed character").lower()
        return f"has `{foreign}` in it ({name}), a letter of another alphabet"
    return None


def _is_foreign(sign: str) -> bool:
    """Whether a letter, mark or digit is none of the Latin alphabet, with or without an accent."""
    if sign.isascii() or unicodedata.category(sign)[0] not in _LETTERS:
        return False
    base = unicodedata.normalize("NFD", sign)[0]
    return not (base.isascii() or sign in "ÆŒØÐÞŁĐ")
