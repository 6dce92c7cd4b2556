"""What is made quickly is the dataclass that it would be otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from rules.quickly_made import quickly_made


@dataclass(frozen=True, slots=True)
class Slow:
    one: int
    two: str = "two"

    def __post_init__(self) -> None:
        if self.one < 0:
            raise ValueError("below zero")


@quickly_made
@dataclass(frozen=True, slots=True)
class Quick:
    one: int
    two: str = "two"

    def __post_init__(self) -> None:
        if self.one < 0:
            raise ValueError("below zero")


def test_it_is_made_compared_hashed_and_replaced_alike() -> None:
    for kind in (Slow, Quick):
        assert (kind(1).one, kind(1, two="b").two) == (1, "b")
        assert replace(kind(1), two="b") == kind(1, "b") != kind(1)
        assert hash(kind(1)) == hash(kind(1, "two"))
        with pytest.raises(ValueError, match="below zero"):
            kind(-1)
        with pytest.raises(TypeError):
            kind()  # type: ignore[call-arg]


def test_a_field_that_is_made_by_a_function_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Made:
        some: list[int] = field(default_factory=list)

    @dataclass(frozen=True, slots=True)
    class Later:
        some: int = field(init=False, default=1)

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        some: int

    for kind in (Made, Later, Named):
        with pytest.raises(TypeError, match=rf"{kind.__name__}\.some"):
            quickly_made(kind)
