"""The suite draws the same examples in every run: what passed passes again. `make hunt` draws anew."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("suite", derandomize=True)
settings.load_profile("suite")
