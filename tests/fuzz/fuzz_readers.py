"""Coverage-guided fuzzing of every reader: no bytes may make one crash, hang, or yield a record that no file can hold.

    make fuzz [MINUTES=10]

Starts from the files in tests/loading/fixtures, mutated by libFuzzer under atheris. What it finds is written to a file
named crash-… in build/fuzz; fix it, and keep what is left of it in test_findings.py.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["planner.loader"]):
    from reader_checks import check

    from planner.loader.reading.layout import all_layouts

    all_layouts()  # they come when first asked for, and must be instrumented too

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "tests" / "loading" / "fixtures"
RUN = ROOT / "build" / "fuzz"


def main(seconds: str) -> None:
    corpus = RUN / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for path in FIXTURES.iterdir():
        if not path.name.endswith(".expected.json"):
            shutil.copy(path, corpus)
    bounds = [f"-max_total_time={seconds}", "-max_len=20000", "-timeout=20", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *bounds, f"-artifact_prefix={RUN}/", str(corpus)], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1])
