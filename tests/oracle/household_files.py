"""Households written to files and planned as a user plans them: through the loader, or through the command line.

The usual taxpayer stands where a dollar is easy to follow: 400,000 of ordinary income and no deduction is taxed at 35%
(256,225 to 640,600), long-term gain on top of it at 15% (up to 545,500), and 5% goes to the state. Rents run at a loss,
so that § 1411 finds no net investment income to add 3.8% to.

The usual day is the last session of the year: no plan can wait for a better one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from planner import cli
from planner.domain.plan import Plan
from planner.loader import load_case
from planner.optimizer import plan_case

AS_OF = date(2026, 12, 31)
TAXPAYER = """
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 400_000
net_investment_income = -300_000
deduction = 0
state_rate = 0.05
"""
ACCOUNT = """
[[accounts]]
name = "Broker"
lots = "lots.csv"
"""
LOTS = "symbol,quantity,acquired,basis,price,asset_class,lot_id\n"
HISTORY = "date,action,symbol,quantity,amount\n"


def days_ago(days: int, as_of: date = AS_OF) -> date:
    return as_of - timedelta(days=days)


def write(
    folder: Path, lots: str, more: str = "", *, taxpayer: str = TAXPAYER, accounts: str = ACCOUNT, **files: str
) -> Path:
    """A household in `folder`: rows of lots, under the header LOTS unless they bring their own, `more` of
    household.toml, and further files by their name without `.csv`.
    """
    header = "" if "symbol" in lots.partition("\n")[0] else LOTS
    for name, text in {"lots": header + lots, **files}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    (folder / "household.toml").write_text(taxpayer + accounts + more, "utf-8")
    return folder


def planned(folder: Path, *, as_of: date = AS_OF, scenario: str | None = None, seconds: float = 30.0) -> Plan:
    return plan_case(load_case(folder, as_of=as_of, scenario=scenario), seconds=seconds)


def invoked(folder: Path, *words: str, as_of: date = AS_OF) -> Result:
    return CliRunner().invoke(cli.app, ["plan", str(folder), "--as-of", as_of.isoformat(), "--json", *words])


def compared(folder: Path, *words: str, as_of: date = AS_OF) -> dict[str, Any]:
    """The document that `harvest compare --json` prints, with exact numbers."""
    answer = CliRunner().invoke(cli.app, ["compare", str(folder), "--as-of", as_of.isoformat(), "--json", *words])
    assert answer.exit_code == 0, answer.stderr
    return exactly(answer.stdout)


def printed(folder: Path, *words: str, as_of: date = AS_OF) -> dict[str, Any]:
    """The document that `harvest plan --json` prints, with exact numbers."""
    answer = invoked(folder, *words, as_of=as_of)
    assert answer.exit_code == 0, answer.stderr
    return exactly(answer.stdout)


def exactly(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return document


def sold(plan: Plan) -> Mapping[str, Decimal]:
    """Quantities sold by lot."""
    return {sale.lot_id: sale.quantity for sale in plan.sales}


def codes(plan: Plan) -> set[str]:
    return {caution.code for caution in plan.cautions}
