"""Which lots a person means by a word: a lot id, a symbol, or the beginning of one lot's id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from planner.domain.errors import InputError, Problem
from planner.domain.giving import GivenLot
from planner.domain.portfolio import Holding
from rules.substantially_identical import spelling

_LONGEST_WORD = 60  # of what is asked for, shown or compared
NEAR = 0.5  # how alike a word must be to a lot id or a symbol to be offered in its place
MOST_NAMED = 5


def lots_named(word: str, holdings: Sequence[Holding], other_symbols: Iterable[str]) -> tuple[Holding, ...]:
    """The lots a word stands for; none where it is one of `other_symbols`, of which nothing is held.

    Raises Refused, with the nearest, where it stands for nothing, or is the beginning of several ids.
    """
    exact = [h for h in holdings if h.lot.lot_id == word]
    if exact:
        return tuple(exact)
    asked = spelling(word)
    of_symbol = [h for h in holdings if spelling(h.lot.symbol) == asked]
    if of_symbol or asked in set(map(spelling, other_symbols)):
        return tuple(of_symbol)
    begun = [h for h in holdings if word and h.lot.lot_id.casefold().startswith(word.casefold())]
    if len(begun) == 1:
        return tuple(begun)
    raise InputError([_several(word, begun) if begun else _unknown(word, holdings)])


def refuse_given(word: str, given: Iterable[GivenLot], holdings: Sequence[Holding]) -> None:
    """Refuse a word that means what the plan gives away whole: nothing of it is left to weigh."""
    left = {holding.lot.lot_id for holding in holdings} | {spelling(holding.lot.symbol) for holding in holdings}
    gone = [lot for lot in given if word == lot.lot_id or spelling(word) == spelling(lot.symbol)]
    if gone and word not in left and spelling(word) not in left:
        what = f"all of `{word}` is given to charity, so that nothing of it is sold ([giving] charity)"
        raise InputError([Problem("LOT", what, "take [giving] out to have its sale explained")])


def _several(word: str, begun: Sequence[Holding]) -> Problem:
    return Problem("LOT", f"{len(begun)} lots start with `{word}`", f"be more specific: {_listed(begun)}")


def _unknown(word: str, holdings: Sequence[Holding]) -> Problem:
    known = {h.lot.symbol.casefold(): h.lot.symbol for h in holdings} | {
        h.lot.lot_id.casefold(): h.lot.lot_id for h in holdings
    }
    short = word[:_LONGEST_WORD]
    near = get_close_matches(short.casefold(), known, n=1, cutoff=NEAR)
    nearest = f"; the nearest is `{known[near[0]]}`" if near else ""
    return Problem(
        "LOT",
        f"`{short}` is not a lot, a symbol or the start of a lot id{nearest}",
        "give a symbol, or a lot id as shown by harvest plan or `harvest check`",
    )


def _listed(holdings: Sequence[Holding]) -> str:
    ids = [h.lot.lot_id for h in holdings]
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return ", ".join(ids[:MOST_NAMED]) + more
