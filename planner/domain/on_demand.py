"""Sequences of which each item is made when it is asked for, and not before."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar, overload

Item = TypeVar("Item")


class OnDemand(Sequence[Item]):
    """Each item is what `at` makes of its number; a slice is a list of them."""

    @overload
    def __getitem__(self, number: int) -> Item: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Item]: ...
    def __getitem__(self, number: int | slice) -> Item | Sequence[Item]:
        if isinstance(number, slice):
            return [self.at(n) for n in range(*number.indices(len(self)))]
        return self.at(number)

    @abstractmethod
    def at(self, number: int) -> Item:
        """The item of this number, from 0 on; raises IndexError beyond the last."""
