"""Which lots lie nearest to the margin: there whole shares matter."""

from __future__ import annotations

import numpy as np

from planner.optimizer.search.book import Book
from planner.optimizer.search.dual import Dual, Prices


def nearest(book: Book, dual: Dual, prices: Prices, number: int) -> list[int]:
    """The free lots for which it matters least at these prices whether they are sold, by dollar of gain or loss."""
    rows = book.rows
    if not len(rows):
        return []
    whole = dual.priced(prices)
    size = np.abs(rows.gains[:, :2]).sum(axis=1) + 1e-9
    margin = rows.best_of_lot(np.abs(whole) / size)
    free = book.free_lots
    ordered: list[int] = free[np.argsort(margin[free], kind="stable")][:number].tolist()
    return ordered
