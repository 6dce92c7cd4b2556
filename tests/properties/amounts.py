"""Amounts to the cent for the law's properties, often at an edge the law knows or a cent beside it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from rules.terms import CENT

EDGES: tuple[int, ...] = (
    0,
    1500,
    3000,
    12_400,
    16_100,
    32_200,
    48_350,
    49_450,
    50_400,
    98_900,
    100_800,
    105_700,
    125_000,
    200_000,
)
EDGES += (201_775, 250_000, 256_225, 306_850, 403_550, 545_500, 613_700, 640_600, 768_700)


def dollars(lowest: int, highest: int) -> st.SearchStrategy[Decimal]:
    """Amounts to the cent, often at an edge the law knows, or a cent beside it."""
    signed = [sign * edge * 100 for edge in EDGES for sign in (-1, 1)]
    edges = [edge + cent for edge in signed if lowest < edge / 100 < highest for cent in (-1, 0, 0, 1)]
    return st.one_of(st.sampled_from([lowest * 100, *edges]), st.integers(lowest * 100, highest * 100)).map(
        CENT.__mul__
    )
