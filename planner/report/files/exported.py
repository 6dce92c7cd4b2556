"""What a format makes of a plan: the file, and what it could not carry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exported:
    """A file's bytes, the same for the same plan. `left_out`: what the format has no room for, a sentence each."""

    content: bytes
    left_out: tuple[str, ...] = ()
