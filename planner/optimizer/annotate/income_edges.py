"""What a plan may do to benefits and credits that the household has not answered, and how close it ends to a jump.

§§ 86, 36B, 32, 1(g), 164(b)(7) and Medicare premiums depend on adjusted gross income, which sales move. Each edge
that no key of `[taxpayer]` answers is warned of where the plan comes near, with the dollars to the extent they can be
computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from planner.analysis.jumps import DOLLAR, jump_above
from planner.domain.errors import Caution
from planner.domain.household import Household, Taxpayer
from planner.domain.income_keys import IncomeKeys
from rules.earned_income_credit import earned_income_credit_worksheet
from rules.edge_figures import figures, holds, joint_or_others
from rules.income_facts import JOINT, age_at_close
from rules.liability import Liability, TaxReturn, liability
from rules.medicare import medicare_surcharge_worksheet
from rules.premium_credit import MOST_PERCENT, applicable_figure, poverty_line
from rules.terms import ZERO, FilingStatus, to_cents

LANDING = Decimal(250)  # dollars of late income that a plan should leave room for
FARTHER = 4 * LANDING  # and of a jump that costs more than all that the plan gains
NEAR_STEP = Decimal(25_000)  # dollars below the first step of the Medicare surcharge from which its estimate is said
BENEFITS_FROM = 62  # the age at which retirement benefits may begin, 42 U.S.C. § 402(a)
SURCHARGE_FROM = 63  # 65 two years on
STUDENT = 24  # § 1(g)(2)(A)(ii)
BENEFITS_MATTER_BELOW = {True: Decimal(70_000), False: Decimal(55_000)}  # joint or not; above it 85 percent is reached
MOST_CHILDREN = 3


@dataclass(frozen=True, slots=True)
class _Move:
    """A plan's year against the year without it, and what the household has answered."""

    taxpayer: Taxpayer
    facts: TaxReturn
    baseline: Liability
    planned: Liability

    @property
    def keys(self) -> IncomeKeys:
        return self.taxpayer.edges or IncomeKeys(frozenset())

    @property
    def before(self) -> Decimal:
        return self.baseline.agi

    @property
    def after(self) -> Decimal:
        return self.planned.agi

    @property
    def more(self) -> Decimal:
        """Dollars of income that the plan adds; below zero where it takes them away."""
        return self.after - self.before

    @property
    def ages(self) -> tuple[int, ...]:
        born = (self.keys.born, self.keys.spouse_born)
        return tuple(age_at_close(day, self.facts.law.year) for day in born if day is not None)

    def may_be(self, age: int) -> bool:
        """Whether someone on the return is that old, or no one has said; of a loss only where it is said."""
        return any(each >= age for each in self.ages) or (not self.ages and self.more > 0)

    def says(self, *keys: str) -> bool:
        return any(key in self.keys.said for key in keys)

    @property
    def earned(self) -> Decimal:
        """As answered or assumed (I-81)."""
        if self.facts.edges is not None:
            return self.facts.edges.earned_income
        return self.facts.ordinary_income - self.facts.net_investment_income

    @property
    def moved(self) -> str:
        return f"the plan moves adjusted gross income from ${self.before:,.2f} to ${self.after:,.2f}"

    def costs(self, more_income: Decimal) -> Decimal:
        """What so much more ordinary income would cost in the plan's year."""
        facts = replace(self.facts, ordinary_income=self.facts.ordinary_income + more_income)
        return liability(facts, self.planned.schedule_d.gains).total_tax - self.planned.total_tax


def income_edge_cautions(
    household: Household, facts: TaxReturn, baseline: Liability, planned: Liability, benefit: Decimal
) -> Iterator[Caution]:
    """Edges not answered that the plan comes near; what rests on an assumption; a jump right above the plan."""
    move = _Move(household.taxpayer, facts, baseline, planned)
    if household.taxpayer.filing_status is not FilingStatus.MARRIED_SEPARATELY and move.more:
        for found in (_marketplace, _benefits, _surcharge, _earned_income_credit, _child, _state_taxes):
            if text := found(move):
                yield Caution("income_edge", text)
    yield from _assumed(move)
    yield from _landing(move, benefit, household.plan_limits.edge_margin)


def _marketplace(move: _Move) -> str | None:
    """§ 36B(c)(1)(A): from 2026 the credit ends at 400 percent of the poverty line."""
    if move.says("marketplace", "parents") or (move.ages and min(move.ages) >= 65):
        return None
    law = move.facts.law
    smallest = 2 if move.facts.status is JOINT else 1
    sizes = range(smallest, smallest + (4 if move.more > 0 else 2))
    lines = {size: 4 * poverty_line(law, size) for size in sizes}
    ends = applicable_figure(law, MOST_PERCENT + 1) is None
    low, high = min(move.before, move.after), max(move.before, move.after)
    crossed = [size for size, line in lines.items() if low <= line < high]
    if move.more < 0 and not (ends and crossed):
        return None
    if move.more > 0 and not (crossed if low > max(lines.values()) else low <= max(lines.values())):
        return None
    share = applicable_figure(law, MOST_PERCENT) or ZERO
    if not (ends and crossed):
        return (
            f"Marketplace health insurance is not mentioned, and {move.moved}. If a premium tax credit is claimed, "
            f"every dollar of income reduces it by about {share * 100:.0f} to 20 cents (§ 36B). Add "
            "[taxpayer.marketplace], or marketplace = false."
        )
    size = crossed[0]
    line = lines[size]
    loses = "loses all of it" if move.more > 0 else "restores all of it"
    return (
        f"Marketplace health insurance is not mentioned, and {move.moved}, across ${line:,.0f}, 400 percent "
        f"of the poverty line of a household of {size}. If a premium tax credit is claimed, the plan {loses}: "
        f"the benchmark premium above ${to_cents(line * share):,.2f} (§ 36B(c)(1)(A)). Add "
        "[taxpayer.marketplace], or marketplace = false."
    )


def _benefits(move: _Move) -> str | None:
    """§ 86."""
    if move.says("social_security", "parents") or not move.may_be(BENEFITS_FROM):
        return None
    if min(move.before, move.after) > BENEFITS_MATTER_BELOW[move.facts.status is JOINT]:
        return None
    taxed = abs(move.more) * figures(move.facts.law, "social_security_base")["second_share"]
    stake = abs(move.costs(taxed if move.more > 0 else -taxed))
    return (
        f"Social security benefits are not mentioned, and {move.moved}. If anyone receives them, up to "
        f"${taxed:,.0f} {'more' if move.more > 0 else 'less'} of them is taxable (§ 86): up to "
        f"${to_cents(stake):,.2f} of tax. Add social_security, the year's benefits, or social_security = 0."
    )


def _surcharge(move: _Move) -> str | None:
    """42 U.S.C. § 1395r(i)."""
    if move.says("medicare", "parents") or not move.may_be(SURCHARGE_FROM):
        return None

    def a_year(income: Decimal) -> Decimal:
        return medicare_surcharge_worksheet(1, income, DOLLAR, move.facts.law, move.facts.status).last

    change = a_year(move.after) - a_year(move.before)
    if not change:
        return None
    does = "adds" if change > 0 else "takes"
    off = "to" if change > 0 else "off"
    return (
        f"Medicare is not mentioned, and {move.moved}. For each person on Medicare in "
        f"{move.facts.law.year + 2} that {does} about ${abs(change):,.2f} {off} the year's premiums (IRMAA, "
        f"by the table of {figures(move.facts.law, 'medicare_surcharge')['table_of']}). Add medicare, the "
        "number of you on Medicare, or medicare = 0."
    )


def _earned_income_credit(move: _Move) -> str | None:
    """§ 32."""
    facts = move.facts
    earned = move.earned
    if move.says("children", "parents") or move.more <= 0 or earned <= 0:
        return None

    def credit(year: Liability, children: int) -> Decimal:
        invested = facts.net_investment_income + facts.qualified_dividends + max(year.schedule_d.total, ZERO)
        return earned_income_credit_worksheet(earned, year.agi, invested, children, facts.law, facts.status).last

    lost = {n: credit(move.baseline, n) - credit(move.planned, n) for n in range(1, MOST_CHILDREN + 1)}
    most = max(lost, key=lambda n: lost[n])
    if lost[most] < DOLLAR:
        return None
    limit = figures(facts.law, "earned_income_credit")["investment_income"]
    return (
        f"Children are not mentioned, and {move.moved}. With {most} of them, ${to_cents(lost[most]):,.2f} of "
        f"earned income credit would be lost (§ 32; above ${limit:,.0f} of investment income, all of it). Add "
        "children, their days of birth, or children = []."
    )


def _child(move: _Move) -> str | None:
    """§ 1(g)."""
    facts = move.facts
    if move.says("parents") or facts.status is not FilingStatus.SINGLE or move.more <= 0:
        return None
    earned = move.earned
    if move.ages and min(move.ages) >= STUDENT:
        return None
    if not move.ages and (earned > 0 or facts.deduction >= facts.law.standard_deduction[facts.status]):
        return None
    free = 2 * figures(facts.law, "child_unearned")["each"]
    taxed = max(move.after - max(earned, ZERO) - free, ZERO) - max(move.before - max(earned, ZERO) - free, ZERO)
    if taxed <= 0:
        return None
    rate = facts.law.preferential_rates[1]
    return (
        f"Parents are not mentioned, and {move.moved}. Unearned income of a child, or of a student under 24, above "
        f"${free:,.0f} is taxed at the parents' rates (§ 1(g), Form 8615): ${taxed:,.2f} more of it, at {rate:.0%} "
        f"${to_cents(taxed * rate):,.2f}. Add parents, or parents = false."
    )


def _state_taxes(move: _Move) -> str | None:
    """§ 164(b)(7), where an amount is deducted that may hold state taxes."""
    facts = move.facts
    if move.says("itemized") or move.taxpayer.deduction is None or not holds(facts.law, "state_and_local_cap"):
        return None
    table = figures(facts.law, "state_and_local_cap")
    if "start" not in table or facts.deduction <= facts.law.standard_deduction[facts.status]:
        return None
    end = table["start"] + (table["most"] - table["floor"]) / table["rate"]
    inside = min(max(move.before, move.after), end) - max(min(move.before, move.after), table["start"])
    if inside <= 0:
        return None
    lost = inside * table["rate"]
    stake = abs(move.costs(lost if move.more > 0 else -lost))
    return (
        f"The deduction is entered as one amount, and {move.moved}. Between ${table['start']:,.0f} and "
        f"${end:,.0f} the state and local tax cap is reduced by {table['rate']:.0%} of income (§ 164(b)(7)): "
        f"up to ${lost:,.2f}, ${to_cents(stake):,.2f} of tax. Enter the items in [taxpayer.itemized]."
    )


def _assumed(move: _Move) -> Iterator[Caution]:
    keys, years = move.keys, (move.baseline, move.planned)
    if keys.medicare:
        table = figures(move.facts.law, "medicare_surcharge")["table_of"]
        exempt = move.facts.edges.tax_exempt_interest if move.facts.edges is not None else ZERO
        first = joint_or_others(move.facts.law, "medicare_surcharge", move.facts.status)[0]
        near = any(year.agi + exempt > first - NEAR_STEP for year in years)
        if table != move.facts.law.year + 2 and near:
            yield Caution(
                "medicare_estimate",
                f"The Medicare surcharge of {move.facts.law.year + 2} uses the {table} table, the latest one "
                "available, in today's dollars (I-84). Its thresholds are indexed. Part D is assumed "
                "for everyone on Medicare.",
            )
    said = keys.earned_income is not None or keys.ordinary_kind is not None
    depends = any(year.earned_income_credit or (keys.children and year.child_tax_credit) for year in years)
    if not said and depends:
        yield Caution(
            "earned_income_assumed",
            f"Earned income is not given, so ${move.earned:,.2f} is assumed. Credits depend on it (I-81): "
            "enter earned_income.",
        )


def _landing(move: _Move, benefit: Decimal, asked: Decimal) -> Iterator[Caution]:
    """A jump within `LANDING` dollars above the plan: what a late dividend of that size would cost. One that would
    cost more than the plan's whole benefit is named from `FARTHER` on, or from the distance that is asked for."""
    if move.facts.edges is None or not move.more:
        return
    found = jump_of_income(move.facts, move.planned, LANDING, DOLLAR)
    found = found or jump_of_income(move.facts, move.planned, min(asked or FARTHER, FARTHER), max(benefit, DOLLAR))
    if found is not None:
        away, costs = found
        yield Caution(
            "edge_landing",
            f"The plan ends ${away:,.2f} below an income threshold. One more cent of income above that would "
            f"cost ${costs:,.2f}. [plan] edge_margin keeps a distance.",
        )


def jump_of_income(
    facts: TaxReturn, year: Liability, within: Decimal, least: Decimal
) -> tuple[Decimal, Decimal] | None:
    """The nearest jump of the year's tax as income grows."""
    gains = year.schedule_d.gains

    def tax(more: Any) -> Any:
        richer = replace(
            facts,
            ordinary_income=facts.ordinary_income + more,
            net_investment_income=facts.net_investment_income + more,
        )
        return liability(richer, gains).total_tax

    return jump_above(tax, year.total_tax, within, least)
