"""A column of texts that differ, such as ids, kept as one text: a million small ones take ten times the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from planner.domain.on_demand import OnDemand


class JoinedTexts(OnDemand[str]):
    """The lines of a text. They are cut apart for each walk, and kept once one of them is asked for by its number."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Sequence[str | None]:
        """The same joined, where there are any and each is on one line."""
        known = [text for text in texts if text is not None]
        joined = "\n".join(known)
        return cls(joined) if known and len(known) == len(texts) == joined.count("\n") + 1 else texts

    @classmethod
    def together(cls, parts: Iterable[JoinedTexts]) -> JoinedTexts:
        """Those of several files, one after another."""
        return cls("\n".join(part.text for part in parts))

    def __len__(self) -> int:
        return self.text.count("\n") + 1

    def at(self, number: int) -> str:
        return self._every[number]

    def __iter__(self) -> Iterator[str]:
        return iter(self.text.split("\n"))

    @cached_property
    def _every(self) -> list[str]:
        return self.text.split("\n")
