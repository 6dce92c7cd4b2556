"""How the work of a plan grows: with the lots, not with their square. Counted in calls, the same on a busy machine."""

from __future__ import annotations

import cProfile
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from planner.loader import load_case
from planner.optimizer.sensitivities import plan_with_sensitivities
from planner.report.frames.results import PlanResult

AS_OF = date(2026, 12, 8)
SMALL, TIMES = 200, 4
LINEAR, UNEVEN = 5.0, 9.0  # times the calls of all functions together, and of any one of them
SELDOM = 6 * TIMES * SMALL  # calls of one function, so few of each lot that they are not of each pair
HOUSEHOLD = """\
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 400_000
[realized]
short_term = 9_000_000
[[accounts]]
name = "Brokerage"
kind = "taxable"
lots = "lots.csv"
"""


def household(folder: Path, lots: int) -> Path:
    """Ten lots a security, all at a loss and all worth selling; of every second security one was bought of late."""
    chance = random.Random(lots)
    rows = ["lot_id,symbol,asset_class,quantity,acquired,basis,price"]
    for number in range(lots):
        security, place = divmod(number, 10)
        ago = chance.randint(2, 29) if place == 0 and security % 2 == 0 else chance.randint(40, 2000)
        quantity = chance.randint(5, 60)
        basis = f"{quantity * chance.randint(110, 150)}.{chance.randint(10, 99)}"
        rows.append(f"L{number},Q{security:04d},stock,{quantity},{AS_OF - timedelta(days=ago)},{basis},100.25")
    folder.mkdir()
    (folder / "lots.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "household.toml").write_text(HOUSEHOLD, encoding="utf-8")
    return folder


def calls(folder: Path) -> Counter[str]:
    """How often each of our functions is called from the files to the finished document."""
    profile = cProfile.Profile(builtins=False)
    profile.enable()
    plan = plan_with_sensitivities(load_case(folder, as_of=AS_OF), seconds=600)
    PlanResult(plan).to_json()
    profile.disable()
    assert len(plan.sales) > 0.9 * len((folder / "lots.csv").read_text(encoding="utf-8").splitlines()) - 10
    found: Counter[str] = Counter()
    for entry in profile.getstats():
        if not isinstance(entry.code, str):
            found[f"{Path(entry.code.co_filename).name}:{entry.code.co_name}"] += entry.callcount
    return found


def test_four_times_the_lots_are_about_four_times_the_calls(tmp_path: Path) -> None:
    small = calls(household(tmp_path / "small", SMALL))
    large = calls(household(tmp_path / "large", TIMES * SMALL))
    assert large.total() < LINEAR * small.total()
    grown = {name: (small[name], many) for name, many in large.items() if many > SELDOM + UNEVEN * small[name]}
    assert not grown
