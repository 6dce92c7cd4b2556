"""The properties of the ledger, of § 1091's matching and of the verifier, drawn again and again.

    make properties [DRAWS=1000000] [SEED=1]

The suite draws the same few of each in every run. Here others are drawn in rounds, each with the next seed, until
there were so many draws in all; what falsifies one is printed, with its seed, and ends the run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMES = "10"  # as many draws in a round as in the suite
PROPERTIES = (
    "tests/properties/test_ledger_properties.py",
    "tests/properties/test_wash_properties.py",
    "tests/properties/test_verifier_properties.py",
    "tests/oracle/test_every_day.py::test_what_the_ledger_makes_of_a_plan",
    "tests/oracle/test_certificate.py::test_the_years_part_is_below_every_point_of_its_piece",
)
_passing = re.compile(r"(\d+) passing\b").findall


def round_of(seed: int) -> tuple[int, str]:
    """The draws of one round, and what failed."""
    words = [sys.executable, "-m", "pytest", "-n", "0", "-q", "--no-header", "-p", "no:cacheprovider"]
    words += ["--hypothesis-show-statistics", f"--hypothesis-seed={seed}", *PROPERTIES]
    ran = subprocess.run(words, cwd=ROOT, env={**os.environ, "HARVEST_MANY": TIMES}, capture_output=True, text=True)
    return sum(map(int, _passing(ran.stdout))), "" if ran.returncode == 0 else ran.stdout + ran.stderr


def main(most: int, seed: int) -> int:
    drawn, began = 0, time.monotonic()
    while drawn < most:
        more, failed = round_of(seed)
        drawn += more
        print(f"{drawn:,} draws in {time.monotonic() - began:,.0f} s, seed {seed}", flush=True)
        if failed:
            print(failed)
            return 1
        seed += 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
