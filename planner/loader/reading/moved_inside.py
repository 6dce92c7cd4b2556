"""Rows of an exchange that move coins within it: into staking and out again, between its wallets. They are passed over
only where they are that: where what goes out of one pocket comes into another.

Words are no proof. What is left over of an asset when the rows that cancel one another are taken away moved for a
reason that no one states: its rows are `unexplained`, and the coin is held back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from planner.loader.reading.exchange_legs import Legs, events_of
from planner.loader.reading.exchange_rows import Coins, Happened
from rules.terms import ZERO

Moved = tuple[Happened, str, Decimal]  # with the word, and the units
LEAST = Decimal("0.00000001")  # what a rounding of an exchange may leave


@dataclass(slots=True)
class MovedInside:
    """The rows so far; `settle` tells of them, once all are seen. `place` is where they move, as the user reads it."""

    legs: Legs
    place: str
    rows: dict[str, list[Moved]] = field(default_factory=lambda: defaultdict(list))
    locked: dict[str, list[Moved]] = field(default_factory=lambda: defaultdict(list))

    def add(self, event: Happened, word: str, asset: str, units: Decimal) -> None:
        """A row of which the other side is a row too; units negative where they leave."""
        self.rows[asset] += [(each, word, moved) for each, moved in events_of(event, units)]

    def lock(self, event: Happened, word: str, asset: str, units: Decimal) -> None:
        """A row of which the other side is not in the file: coins put where they earn, or taken back from there. They
        stay the owner's; no more comes back than went in."""
        self.locked[asset] += [(each, word, moved) for each, moved in events_of(event, units)]

    def settle(self) -> None:
        for asset, rows in _in_order(self.rows):
            left = _left_over(rows)
            for event, word, units in rows:
                if event in left:
                    self.legs.unknown(event, word, Coins(asset, abs(units)))
                else:
                    self.legs.skip(event.line, f"moved within {self.place}")
        for asset, rows in _in_order(self.locked):
            back = sum((units for _, _, units in rows), ZERO) > LEAST
            for event, word, units in rows:
                if back and units > 0:
                    self.legs.unknown(event, word, Coins(asset, units))
                else:
                    self.legs.skip(event.line, f"moved within {self.place}")


def _in_order(by_asset: Mapping[str, list[Moved]]) -> list[tuple[str, list[Moved]]]:
    """The rows of each asset in the order of their lines, assets by their first."""
    listed = [(asset, sorted(rows, key=lambda row: row[0].line)) for asset, rows in by_asset.items()]
    return sorted(listed, key=lambda of_asset: of_asset[1][0][0].line)


def _left_over(rows: list[Moved]) -> set[Happened]:
    """The events of one asset that no other cancels; none where the whole of them sums to nothing."""
    if abs(sum((units for _, _, units in rows), ZERO)) <= LEAST:
        return set()
    waiting: dict[Decimal, list[Happened]] = defaultdict(list)
    for event, _, units in rows:
        if waiting[-units]:
            waiting[-units].pop()
        else:
            waiting[units].append(event)
    return {event for events in waiting.values() for event in events}
