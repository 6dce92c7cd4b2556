"""The examples that `--help` ends with: where the folder `examples` is they work as they are, and a test runs them."""

from __future__ import annotations

from collections.abc import Mapping

_ON = "examples/household --as-of 2026-12-08"

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "plan": (
        f"harvest plan {_ON}",
        f'harvest plan {_ON} --scenario "Wait for next year"',
        f"harvest plan {_ON} --json",
    ),
    "compare": (f"harvest compare {_ON}", f"harvest compare {_ON} --sweep plan.max_turnover=0:100000:5"),
    "windows": (f"harvest windows {_ON}",),
    "explain": (
        "harvest explain examples/household NKE --as-of 2026-12-08",
        "harvest explain examples/household Wallet:BTC:2025 --as-of 2026-12-08",
        f"harvest explain {_ON} --tax",
    ),
    "ask": (
        "harvest ask examples/household buy VTI 10 --as-of 2026-12-08",
        "harvest ask examples/household sell NKE --as-of 2026-12-08",
    ),
    "export": (
        "harvest export examples/household trades --output trades.csv --as-of 2026-12-08",
        "harvest export examples/household html --output plan.html --as-of 2026-12-08",
    ),
    "verify": ("harvest verify examples/household examples/household/expected/plan.json",),
    "follow": ("harvest follow examples/household examples/household/expected/plan.json --as-of 2026-12-08",),
    "close": ("harvest close examples/household --output next-year --as-of 2027-02-01",),
    "check": (f"harvest check {_ON}",),
    "init": ("harvest init my-household --yes",),
    "formats": ("harvest formats",),
    "law": ("harvest law 2026",),
    "mcp": ("harvest mcp",),
    "batch": ("harvest batch examples --as-of 2026-12-08", "harvest batch examples --as-of 2026-12-08 --out plans"),
}


def epilog(command: str) -> str:
    """The examples of a command, set line by line (`\\b` keeps them from being run together); empty where none is."""
    lines = EXAMPLES.get(command, ())
    title = "Example" if len(lines) == 1 else "Examples"
    return "\n".join(("\b", f"{title}:", *(f"  {line}" for line in lines))) if lines else ""
