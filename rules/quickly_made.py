"""Frozen dataclasses of which there are very many, such as lots and their sales (§§ 1001, 1091): made without the
detour that a frozen one takes for each field."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TypeVar

T = TypeVar("T", bound=type)


def quickly_made(kind: T) -> T:
    """A frozen dataclass with slots, made ten times as fast.

    `object.__setattr__` for each of its fields is what a frozen dataclass costs: an eighth of the time of a plan of
    100,000 lots. That nothing changes one is held by mypy, which sees the dataclass as it is written; while the program
    runs nothing stops it. Raises TypeError for a field that is made by a function.
    """
    words, defaults = [], {}
    for field in fields(kind):
        if field.default_factory is not MISSING or not field.init or field.kw_only:
            raise TypeError(f"{kind.__name__}.{field.name} is not a plain field")
        words.append(field.name if field.default is MISSING else f"{field.name}=_{field.name}")
        if field.default is not MISSING:
            defaults[f"_{field.name}"] = field.default
    lines = [f"  self.{field.name} = {field.name}" for field in fields(kind)]
    if hasattr(kind, "__post_init__"):
        lines.append("  self.__post_init__()")
    source = f"def __init__(self, {', '.join(words)}):\n" + "\n".join(lines)
    made: dict[str, object] = {}
    exec(source, defaults, made)
    for name in ("__setattr__", "__delattr__"):
        delattr(kind, name)
    kind.__init__ = made["__init__"]  # type: ignore[misc]
    return kind
