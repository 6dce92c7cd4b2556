"""`planner/domain/market_holidays.py`, written out of the library `holidays`: `make holidays`."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import holidays

FILE = Path(__file__).resolve().parents[2] / "planner" / "domain" / "market_holidays.py"
YEARS = range(2010, 2041)
HEAD = '''"""Weekdays on which US markets close, as the library `holidays` has them: `make holidays` writes this file.

Loading the library takes a tenth of a second, as long as planning a small household. What stands here counts only
where the library is installed in the version that it was written from: `trading_days` asks any other one (D-200).
"""
'''


def text() -> str:
    """The file as it should be for the library that is installed."""
    lines = [HEAD, f'WRITTEN_FROM = "{version("holidays")}"', "CLOSED = {"]
    for market in ("XNYS", "XSIF"):
        lines.append(f'    "{market}": {{')
        for year in YEARS:
            days = sorted(day for day in holidays.financial_holidays(market, years=year) if day.weekday() < 5)
            lines.append(f'        {year}: "{" ".join(f"{day:%m-%d}" for day in days if day.year == year)}",')
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
