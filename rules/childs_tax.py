"""§ 1(g): a child's unearned income taxed as if the parents had received it, on Form 8615."""

from __future__ import annotations

from decimal import Decimal

from rules.edge_figures import figures
from rules.income_facts import Parents
from rules.netting import ScheduleD
from rules.rates import income_tax_worksheet
from rules.tax_year import TaxYear
from rules.terms import ZERO, Carryover, FilingStatus, Gains
from rules.worksheet import Filling, Worksheet

FORM_8615 = "https://www.irs.gov/forms-pubs/about-form-8615"


def childs_tax_worksheet(
    parents: Parents,
    unearned: Decimal,
    taxable: Decimal,
    qualified_dividends: Decimal,
    schedule: ScheduleD,
    regular: Worksheet,
    law: TaxYear,
    status: FilingStatus,
) -> Worksheet | None:
    """The child's tax, on the last line; None where unearned income is no more than twice the amount of § 1(g)(4).

    Gains and dividends fall to the parents' part in the proportion of all unearned income that does (instructions to
    line 5, no itemized deductions). `regular` is the tax at the child's own rates, line 17; `taxable` may be negative.
    """
    line_2 = 2 * figures(law, "child_unearned")["each"]
    if unearned <= line_2:
        return None
    preferred = schedule.net_capital_gain + qualified_dividends
    of_parents = parents.net_long_term + parents.qualified_dividends
    group = _share(schedule.gain_28_percent, unearned, line_2) if schedule.gain_28_percent > 0 else ZERO
    sheet = Filling("Form 8615", FORM_8615)
    line = sheet.line
    line("1", "the child's unearned income", unearned)
    line("2", "not taxed at the parents' rates", line_2)
    line_3 = line("3", "line 1 less line 2", unearned - line_2)
    line_4 = line("4", "the child's taxable income", max(taxable, ZERO))
    line_5 = line("5", "smaller of lines 3 and 4", min(line_3, line_4))
    at_parents = min(max(preferred - _kept(preferred, unearned, line_2), ZERO), line_5)
    line("6", "the parents' taxable income", parents.taxable_income)
    line_8 = line("8", "lines 5 and 6", line_5 + parents.taxable_income)
    at_their_rates = _tax(line_8, at_parents + of_parents, min(group, at_parents), law, parents.status)
    line_9 = line("9", "tax on line 8 at the parents' rates", at_their_rates)
    line_10 = line("10", "the parents' tax", _tax(parents.taxable_income, of_parents, ZERO, law, parents.status))
    line_11 = line("11", "line 9 less line 10", line_9 - line_10)
    line_14 = line("14", "line 4 less line 5", line_4 - line_5)
    own = min(preferred - at_parents, line_14)
    at_own_rates = _tax(line_14, own, min(max(schedule.gain_28_percent - group, ZERO), own), law, status)
    line_15 = line("15", "tax on line 14 at the child's rates", at_own_rates)
    line_16 = line("16", "lines 11 and 15", line_11 + line_15)
    line("17", "tax on line 4 at the child's rates", regular.last)
    line("18", "the child's tax: larger of lines 16 and 17", max(line_16, regular.last))
    return sheet.filled


def _kept(preferred: Decimal, unearned: Decimal, line_2: Decimal) -> Decimal:
    """Of line 2, what falls on gains and dividends: in proportion, all of it where there is nothing else."""
    if max(ZERO, unearned - preferred) == 0:
        return line_2
    return line_2 * preferred / unearned


def _share(amount: Decimal, unearned: Decimal, line_2: Decimal) -> Decimal:
    return amount - line_2 * amount / unearned


def _tax(taxable: Decimal, preferred: Decimal, group: Decimal, law: TaxYear, status: FilingStatus) -> Decimal:
    """The regular tax on an income of which so much is gain or qualified dividends, `group` of it 28-percent gain."""
    schedule = ScheduleD(
        gains=Gains(long_term=preferred, collectibles=group),
        carryover_in=Carryover(),
        net_short_term=ZERO,
        net_long_term=preferred,
        total=preferred,
        gain_28_percent=group,
        deductible_loss=ZERO,
    )
    return income_tax_worksheet(taxable, ZERO, schedule, law, status).last
