"""Random state returns against two public engines: policyengine-us, and TAXSIM as policyengine-taxsim ships it.

`make engines` runs this in an environment of its own. It compares the *change* in state tax that gains and losses make,
as tests/cases/states.jsonl does, and ends with exit code 1 where both engines agree and we do not. An engine is an
oracle, not an authority: what is known to be wrong in one is in KNOWN, and README.md says how it was found.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from rules.liability import TaxReturn, liability
from rules.states import state_tax_law
from rules.states.figures import state_codes
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains

SINGLE, JOINT = FilingStatus.SINGLE, FilingStatus.MARRIED_JOINTLY
CLOSE = 2  # dollars: TAXSIM and forms round
TAXSIM = Path(sys.prefix) / "share" / "policyengine_taxsim" / "taxsimtest" / "taxsimtest-linux.exe"

KNOWN = {
    ("TAXSIM", "AR"): "stale rates; half of net capital gain is not exempt as Arkansas has it",
    ("TAXSIM", "CO"): "the refund of the sales tax is not by income",
    ("TAXSIM", "CT"): "tables B to E made linear",
    ("TAXSIM", "MA"): "losses do not meet $2,000 of interest (M.G.L. c. 62 § 2(c))",
    ("TAXSIM", "MD"): "adds a county tax",
    ("TAXSIM", "MO"): "short-term gain is not subtracted, as it is from 2025 (RSMo § 143.121.3(14)(a))",
    ("TAXSIM", "MT"): "net long-term gain before short-term losses",
    ("TAXSIM", "SC"): "2026: the law before the income-adjusted deduction",
    ("TAXSIM", "VT"): "excludes 40% of gain on listed securities, where it is $5,000",
    ("PolicyEngine", "MA"): "losses do not meet $2,000 of interest (M.G.L. c. 62 § 2(c))",
}
"""What is known to be wrong in an engine, by place."""


SET_TO_NOTHING = ("tax_unit_itemizes", "al_itemized_deductions", "hi_itemized_deductions", "or_kicker")
"""Of policyengine-us: it would itemize the state's own tax, or payroll tax; the kicker is a share of last year's."""


@dataclass(frozen=True)
class Return:
    """A random return: whole dollars, standard deduction, no one old or dependent."""

    state: str
    year: int
    status: FilingStatus
    wages: int
    interest: int
    short: int
    long: int

    def without_gains(self) -> Return:
        return Return(self.state, self.year, self.status, self.wages, self.interest, 0, 0)


def random_returns(number: int, seed: int) -> list[Return]:
    """Incomes from small to two millions, more of them middling; gains and losses of both kinds."""
    dice = random.Random(seed)
    return [
        Return(
            state=dice.choice(state_codes()),
            year=dice.choice((2025, 2026)),
            status=dice.choice((SINGLE, JOINT)),
            wages=dice.choice((dice.randint(40_000, 250_000), dice.randint(30_000, 1_200_000))),
            interest=dice.choice((0, 0, dice.randint(0, 30_000))),
            short=dice.choice((0, dice.randint(-40_000, 60_000))),
            long=dice.choice((0, dice.randint(-60_000, 120_000), dice.randint(0, 900_000))),
        )
        for _ in range(number)
    ]


def ours(one: Return) -> Decimal:
    """The state tax of `rules/`."""
    law = tax_year(one.year)
    facts = TaxReturn(
        law=law,
        status=one.status,
        ordinary_income=Decimal(one.wages + one.interest),
        qualified_dividends=ZERO,
        net_investment_income=Decimal(one.interest),
        deduction=law.standard_deduction[one.status],
        carryover=Carryover(),
        state=state_tax_law(one.state, one.year, one.status),
    )
    return liability(facts, Gains(Decimal(one.short), Decimal(one.long))).state_tax


def policyengine(returns: Sequence[Return]) -> list[float]:
    """The state tax of policyengine-us, all returns of a year in one simulation."""
    from policyengine_us import Simulation

    found = [0.0] * len(returns)
    for year in sorted({one.year for one in returns}):
        chosen = [i for i, one in enumerate(returns) if one.year == year]
        situation: dict[str, dict[str, object]] = defaultdict(dict)
        for i in chosen:
            one, members = returns[i], [f"head{i}"]
            situation["people"][f"head{i}"] = {
                "age": {year: 45},
                "employment_income": {year: one.wages},
                "taxable_interest_income": {year: one.interest},
                "short_term_capital_gains": {year: one.short},
                "long_term_capital_gains": {year: one.long},
            }
            if one.status is JOINT:
                members.append(f"spouse{i}")
                situation["people"][f"spouse{i}"] = {"age": {year: 45}}
            for group in ("families", "spm_units", "tax_units", "marital_units"):
                situation[group][f"{group}{i}"] = {"members": members}
            situation["tax_units"][f"tax_units{i}"] = {"members": members} | {
                name: {year: 0} for name in SET_TO_NOTHING
            }
            situation["households"][f"home{i}"] = {"members": members, "state_code": {year: one.state}}
        taxes = Simulation(situation=dict(situation)).calculate("state_income_tax", year)
        for i, tax in zip(chosen, taxes, strict=True):
            found[i] = float(tax)
    return found


def taxsim(returns: Sequence[Return]) -> list[float]:
    """The state tax of TAXSIM-35; not a number where it stops on a return, as on some of Montana."""
    if not returns:
        return []
    text = io.StringIO()
    columns = ["taxsimid", "year", "state", "mstat", "page", "sage", "pwages", "intrec", "stcg", "ltcg", "idtl"]
    writer = csv.writer(text)
    writer.writerow(columns)
    for i, one in enumerate(returns, 1):
        married, spouse = (2, 45) if one.status is JOINT else (1, 0)
        amounts = (one.wages, one.interest, one.short, one.long)
        writer.writerow((i, one.year, soi(one.state), married, 45, spouse, *amounts, 0))
    answer = subprocess.run([TAXSIM], input=text.getvalue(), capture_output=True, text=True, check=False)
    lines = [line for line in answer.stdout.splitlines() if line[:1] != " "]  # it prints traces of its own between
    rows = {int(float(row["taxsimid"])): row["siitax"] for row in csv.DictReader(lines)}
    if answer.returncode == 0 and len(rows) == len(returns):
        return [float(rows[i]) for i in range(1, len(returns) + 1)]
    if len(returns) == 1:
        return [math.nan]
    half = len(returns) // 2
    return taxsim(returns[:half]) + taxsim(returns[half:])


def soi(code: str) -> int:
    """The number that the Statistics of Income give a place: by name, the District after Delaware."""
    order = (
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH"
    )
    return f"{order} OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split().index(code) + 1


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--returns", type=int, default=2_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    returns = random_returns(given.returns, given.seed)
    both = [*returns, *(one.without_gains() for one in returns)]
    engines = {"PolicyEngine": policyengine(both), "TAXSIM": taxsim(both)}
    mine = [float(ours(one)) for one in both]
    return report(returns, changes(mine), {name: changes(found) for name, found in engines.items()})


def changes(taxes: Sequence[float]) -> list[float]:
    """With gains less without: the second half of the list is the same returns without."""
    half = len(taxes) // 2
    return [taxes[i] - taxes[half + i] for i in range(half)]


def report(returns: Sequence[Return], mine: Sequence[float], engines: dict[str, list[float]]) -> int:
    """A row a place, then every return on which the engines agree and we do not."""
    names = list(engines)
    held, close = Counter[str](), Counter[tuple[str, str]]()
    alone: list[str] = []
    for i, one in enumerate(returns):
        held[one.state] += 1
        near = {name: abs(mine[i] - engines[name][i]) <= CLOSE for name in names}
        for name in names:
            close[name, one.state] += near[name]
        close["either", one.state] += any(near.values())
        agreed = abs(engines[names[0]][i] - engines[names[1]][i]) <= CLOSE
        excused = any((name, one.state) in KNOWN for name in names)
        if agreed and not any(near.values()) and not excused:
            alone.append(f"{one}: ours {mine[i]:.2f}, " + ", ".join(f"{n} {engines[n][i]:.2f}" for n in names))
    print(f"{'':4}{'returns':>8}" + "".join(f"{name:>14}" for name in (*names, "either")) + "  known faults")
    for state in sorted(held):
        counts = "".join(f"{close[name, state]:>14}" for name in (*names, "either"))
        faults = "; ".join(f"{name}: {KNOWN[name, state]}" for name in names if (name, state) in KNOWN)
        print(f"{state:4}{held[state]:>8}{counts}  {faults}")
    counts = "".join(f"{sum(close[name, state] for state in held):>14}" for name in (*names, "either"))
    print(f"all {len(returns):>8}{counts}\n")
    print(f"{len(alone)} returns on which both engines agree with each other and not with us")
    for line in alone:
        print(f"  {line}")
    return 1 if alone else 0


if __name__ == "__main__":
    sys.exit(main())
