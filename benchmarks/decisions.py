"""What the plan is worth beside what people do without one: 300 random households, valued by the exact law.

    python benchmarks/decisions.py [--each 100] [--seed 2] [--rows FILE]

Three kinds of household, drawn alike for the same seed, fixed on 2026-11-28 before any of them was planned, and not
drawn again after a look at the result (D-201). In all of them a lot's basis is its value times a lognormal number, and
income, dividends, state and filing status are drawn alike. "Losses" is what all lots at a loss would lose.

* `scarce`: 8 to 25 lots. The year has gains and no losses: of each character between a quarter of the losses and four
  times as much, half of the time none. Nothing was bought of late, nothing carried over.
* `mixed`: 20 to 60 lots. The year's result of each character is anything from a loss as large as the losses to a gain
  of twice that; two households in three carry losses in, of each character up to half of the losses.
* `washes`: 20 to 60 lots, a quarter of them bought in the last 30 days, an IRA that bought one to four lots in that
  time, and up to three more purchases planned; gains of both characters, up to about what the losses are.

Each rule chooses its sales, whole lots on the first day; what they come to is computed by the verifier, wash sales and
all, as for any plan. `--rows` keeps a line of JSON a household, and a run that was stopped goes on there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from planner.domain.case import Case
from planner.domain.household import Account, Assumptions, Household, PlannedPurchase, Taxpayer
from planner.domain.plan import Status
from planner.domain.portfolio import Holding
from planner.optimizer import Question
from planner.optimizer.candidate import Candidate
from planner.optimizer.pipeline import answer_case
from planner.optimizer.verify.evaluate import evaluate
from planner.optimizer.verify.setting import with_purchases
from rules.tax_year import tax_year
from rules.terms import ZERO, AccountKind, AssetClass, Carryover, Character, FilingStatus, Gains, Lot

AS_OF = date(2026, 12, 8)
KINDS = {"scarce": "scarce losses", "mixed": "mixed character, carryovers", "washes": "costly washes, IRAs"}
CENT = Decimal("0.01")
INCOMES = (30_000, 60_000, 90_000, 140_000, 250_000, 420_000, 700_000)

# --- households --------------------------------------------------------------------------------------------------


def household(kind: str, seed: int) -> Case:
    """One household, the same for the same seed."""
    chance = Random(f"{kind} {seed}")
    symbols = [f"S{n}" for n in range(chance.choice((4, 8, 15)))]
    number = chance.randint(8, 25) if kind == "scarce" else chance.randint(20, 60)
    recent = 0.25 if kind == "washes" else 0.0
    prices = {symbol: Decimal(chance.randint(500, 40_000)) / 100 for symbol in symbols}
    holdings = [_lot(chance, n, prices, recent) for n in range(number)]
    accounts = [Account("Brokerage", fractional=chance.random() < 0.3)]
    planned: tuple[PlannedPurchase, ...] = ()
    if kind == "washes":
        accounts.append(Account("IRA", kind=AccountKind.IRA))
        holdings += [_lot(chance, number + n, prices, 1.0, "IRA") for n in range(chance.randint(1, 4))]
        planned = tuple(
            PlannedPurchase(
                AS_OF + timedelta(days=chance.randint(1, 20)),
                chance.choice(("Brokerage", "IRA")),
                chance.choice(symbols),
                Decimal(chance.randint(1, 60)),
                cancelable=chance.random() < 0.5,
            )
            for _ in range(chance.randint(0, 3))
        )
    losses = -sum((gain for h in holdings if h.lot.account != "IRA" and (gain := _gain(h)) < 0), ZERO)
    status = chance.choice((FilingStatus.SINGLE, FilingStatus.MARRIED_JOINTLY))
    income = Decimal(chance.choice(INCOMES))
    return Case(
        Household(
            path=Path("household.toml"),
            taxpayer=Taxpayer(
                tax_year=AS_OF.year,
                filing_status=status,
                ordinary_income=income,
                qualified_dividends=Decimal(chance.choice((0, 3_000, 20_000))),
                net_investment_income=min(income, Decimal(chance.choice((0, 5_000)))),
                state_rate=chance.choice((None, Decimal("0.05"), Decimal("0.093"))),
            ),
            carryover=_carryover(chance, kind, losses),
            realized=_realized(chance, kind, losses),
            accounts=tuple(accounts),
            planned_purchases=planned,
            assumptions=Assumptions(),
        ),
        AS_OF,
        tuple(holdings),
    )


def _lot(chance: Random, n: int, prices: dict[str, Decimal], recent: float, account: str = "Brokerage") -> Holding:
    symbol = chance.choice(list(prices))
    days = chance.randint(1, 30) if chance.random() < recent else chance.choice((40, 150, 300, 360, 500, 1200, 2000))
    quantity, price = Decimal(chance.randint(5, 300)), prices[symbol]
    ratio = Decimal(round(chance.lognormvariate(0.02, 0.3 if days > 30 else 0.06) * 1000)) / 1000  # basis to value
    basis = (quantity * price * ratio).quantize(CENT)
    acquired = AS_OF - timedelta(days=days)
    return Holding(Lot(f"L{n}", account, symbol, AssetClass.STOCK, quantity, acquired, basis), price, f"lots.csv:{n}")


def _gain(holding: Holding) -> Decimal:
    return holding.lot.quantity * (holding.price or ZERO) - (holding.lot.basis or ZERO)


def _share(chance: Random, of: Decimal, low: float, high: float) -> Decimal:
    return (of * Decimal(round(chance.uniform(low, high) * 1000)) / 1000).quantize(CENT)


def _realized(chance: Random, kind: str, losses: Decimal) -> Gains:
    if kind == "scarce":
        short, long = (_share(chance, losses, 0.25, 4.0) if chance.random() < 0.5 else ZERO for _ in range(2))
        return Gains(short, long)
    if kind == "mixed":
        return Gains(_share(chance, losses, -1.0, 2.0), _share(chance, losses, -1.0, 2.0))
    return Gains(_share(chance, losses, 0.0, 0.8), _share(chance, losses, 0.2, 1.2))


def _carryover(chance: Random, kind: str, losses: Decimal) -> Carryover:
    if kind != "mixed" or chance.random() < 1 / 3:
        return Carryover()
    return Carryover(_share(chance, losses, 0.0, 0.5), _share(chance, losses, 0.0, 0.5))


# --- what people do ----------------------------------------------------------------------------------------------


def every_loss(question: Question) -> list[Candidate]:
    """Sell every lot that has a loss."""
    return question.field.candidates.largest_losses_first


def largest_until_zero(question: Question) -> list[Candidate]:
    """The largest losses first, until the year's net gain is gone."""
    return _until_zero(question, question.field.candidates.largest_losses_first)


def short_term_first(question: Question) -> list[Candidate]:
    """Short-term losses before long-term ones, the largest first, until the year's net gain is gone."""
    losers = question.field.candidates.largest_losses_first
    return _until_zero(question, sorted(losers, key=lambda lot: lot.whole.character is Character.LONG))


def tax_lot_order(question: Question) -> list[Candidate]:
    """As brokers' tax-lot optimizers order lots: short-term losses, then long-term, the largest a share first."""
    losers = question.field.candidates.largest_losses_first
    ordered = sorted(losers, key=lambda lot: (lot.whole.character is Character.LONG, lot.whole.gain / lot.quantity))
    return _until_zero(question, ordered)


def robo(question: Question) -> list[Candidate]:
    """As robo-advisers do: each loss at a flat rate, where that is above the cost, in what it has not bought itself
    within 30 days. It sees its own account and not the year."""
    taxpayer = question.case.household.taxpayer
    rate = _flat_rate(taxpayer)
    recent = {
        holding.lot.symbol
        for holding in question.case.holdings
        if holding.lot.account == "Brokerage" and holding.bought and (AS_OF - holding.bought).days <= 30
    }
    return [
        lot
        for lot in question.field.candidates.largest_losses_first
        if lot.holding.lot.symbol not in recent and -lot.whole.gain * rate > lot.whole.proceeds * lot.cost_rate
    ]


RULES: dict[str, Callable[[Question], list[Candidate]]] = {
    "sell every loss": every_loss,
    "largest losers until gains are zero": largest_until_zero,
    "short-term first": short_term_first,
    "a broker's tax-lot order": tax_lot_order,
    "robo: loss × flat rate above cost": robo,
}


def _until_zero(question: Question, losers: Iterable[Candidate]) -> list[Candidate]:
    left, chosen = question.baseline.schedule_d.total, []
    for lot in losers:
        if left <= 0:
            break
        chosen.append(lot)
        left += lot.whole.gain
    return chosen


def _flat_rate(taxpayer: Taxpayer) -> Decimal:
    """The rate of the bracket that the ordinary income ends in."""
    law = tax_year(taxpayer.tax_year)
    taxable = taxpayer.ordinary_income - law.standard_deduction[taxpayer.filing_status]
    tops = law.ordinary_tops[taxpayer.filing_status]
    return law.ordinary_rates[sum(taxable > top for top in tops)]


# --- measured ----------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Of one kind of household: what the plans are worth together, and what each rule makes of the same lots."""

    plan: Decimal = ZERO
    rules: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(RULES, ZERO))
    harmful: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RULES, 0))
    households: int = 0
    proven: int = 0


def measure(each: int, seed: int, rows: Path | None = None) -> dict[str, Tally]:
    """The tallies; `rows` is a file of what is known of households already, and is added to."""
    known = {}
    if rows is not None and rows.exists():
        known = {(row["kind"], row["seed"]): row for row in map(json.loads, rows.read_text("utf-8").splitlines())}
    found = {kind: Tally() for kind in KINDS}
    for n in range(each):
        for kind, tally in found.items():
            row = known.get((kind, seed * 1_000_000 + n)) or _row(kind, seed * 1_000_000 + n)
            if rows is not None and (kind, row["seed"]) not in known:
                with rows.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
            tally.households += 1
            tally.proven += row["proven"]
            tally.plan += Decimal(row["plan"])
            for name in RULES:
                worth = Decimal(row["rules"][name])
                tally.rules[name] += worth
                tally.harmful[name] += worth < 0
        print(f"\r{n + 1} of each kind", end="", file=sys.stderr)
    print(file=sys.stderr)
    return found


def _row(kind: str, seed: int) -> dict[str, Any]:
    """One household: what its plan is worth, and what each rule makes of it, in dollars."""
    answer = answer_case(household(kind, seed), seconds=60)
    question = answer.question
    planned = (purchase for _, purchase in question.purchases.cancelable)  # no rule of thumb calls one off
    setting = with_purchases(question.setting, [*question.purchases.fixed, *planned])
    worth = {
        name: evaluate(setting, [lot.whole.order for lot in rule(question)], question.baseline).benefit.total
        for name, rule in RULES.items()
    }
    return {
        "kind": kind,
        "seed": seed,
        "proven": answer.plan.status is Status.PROVEN,
        "plan": str(answer.evaluation.benefit.total),
        "rules": {name: str(dollars) for name, dollars in worth.items()},
    }


def kinds() -> list[str]:
    """The three kinds, in the words with which this file begins."""
    assert __doc__
    return [line for line in __doc__.splitlines() if line.startswith(("* ", "  ")) and not line.startswith("    ")]


def table(found: dict[str, Tally]) -> list[str]:
    """The measure as Markdown."""
    kinds = list(found)
    lines = [
        "| | " + " | ".join(f"{KINDS[kind]} ({found[kind].households})" for kind in kinds) + " | all | of the plan |",
        "|---|" + "---:|" * (len(kinds) + 2),
    ]
    plan = sum((tally.plan for tally in found.values()), ZERO)
    row = " | ".join(f"${found[kind].plan:,.0f}" for kind in kinds)
    lines.append(f"| **the plan** | {row} | ${plan:,.0f} | 100% |")
    for name in RULES:
        total = sum((tally.rules[name] for tally in found.values()), ZERO)
        cells = (f"{_dollars(tally.rules[name])} ({tally.rules[name] / tally.plan:.0%})" for tally in found.values())
        lines.append(f"| {name} | {' | '.join(cells)} | {_dollars(total)} | {total / plan:.0%} |")
    return lines


def harm(found: dict[str, Tally]) -> list[str]:
    """How many households a rule leaves worse off than selling nothing."""
    counts = (f"{name}: {sum(tally.harmful[name] for tally in found.values())}" for name in RULES)
    return [f"Households left worse off than by selling nothing: {'; '.join(counts)}; the plan: 0."]


def _dollars(amount: Decimal) -> str:
    return f"−${-amount:,.0f}" if amount < 0 else f"${amount:,.0f}"


def main() -> None:
    words = argparse.ArgumentParser(description="Dollars of the plan and of five rules of thumb.")
    words.add_argument("--each", type=int, default=100, help="households of each kind")
    words.add_argument("--seed", type=int, default=2)
    words.add_argument("--rows", type=Path, help="a file of what is known already, to go on with")
    given = words.parse_args()
    found = measure(given.each, given.seed, given.rows)
    print("\n".join(table(found)))
    print("\n".join(["", *harm(found), f"plans proven: {sum(tally.proven for tally in found.values())}"]))


if __name__ == "__main__":
    main()
