"""The suite draws the same examples in every run: what passed passes again. `make hunt` and `make prove` draw anew."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("suite", derandomize="HARVEST_MANY" not in os.environ)
settings.load_profile("suite")
