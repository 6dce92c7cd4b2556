"""The return that most states share: federal income (§ 62), less what the state leaves untaxed, by its schedule.

    federal adjusted gross income (or taxable income), the state's own Schedule D in it
    - what the household says the state does not tax
    - the part of a capital gain that the state excludes
    - the state's standard deduction (or the household's own), its exemptions
    - of the federal deductions for seniors and for business income, what the state's law counts
    = taxable income; by the schedule; less credits that everyone gets, not below zero

Which of these a state has, its figures file says. States that do anything else have a file here of their own, which
uses these steps where it can.
"""

from __future__ import annotations

from decimal import Decimal

from rules.states.facts import StateFacts
from rules.states.figures import StateFigures
from rules.states.form import Form, at_least_zero, tax_by_schedule
from rules.terms import ZERO


def tax(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """The tax of a state without rules of its own."""
    taxable = taxable_income(form, facts, figures, income(form, facts, figures))
    before = form.line("tax on it by the schedule", tax_by_schedule(taxable, figures.schedule()))
    return after_credits(form, facts, figures, before)


def income(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """The state's own adjusted gross income."""
    amount = form.line("federal adjusted gross income", facts.federal_income)
    return amount - subtractions(form, facts, figures) - excluded_gain(form, facts, figures)


def subtractions(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Social security where the state taxes none, and what else the household says the state does not tax."""
    amount = facts.items.subtractions
    if amount:
        form.line("income that the state does not tax, as the household says", -amount)
    if facts.taxable_benefits:
        share = figures.amount("social_security_taxed") if figures.has("social_security_taxed") else ZERO
        amount += (1 - share) * facts.taxable_benefits
        form.line("social security that the state does not tax", -(1 - share) * facts.taxable_benefits)
    return amount


def excluded_gain(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """The part of a net capital gain that the state leaves out, by its fraction and its limit."""
    if not figures.has("gain_exclusion"):
        return ZERO
    excluded = figures.amount("gain_exclusion") * facts.own_schedule.net_capital_gain
    if figures.has("gain_exclusion_limit"):
        excluded = min(excluded, figures.amount("gain_exclusion_limit"))
    form.line("capital gain excluded", -excluded)
    return excluded


def deduction(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """The state's standard deduction, or the federal one where the state takes that, or what the household gives."""
    if facts.items.deduction is not None:
        amount = facts.items.deduction
        form.line("deduction that the household gives for the state", -amount)
    elif figures.has("standard_deduction"):
        amount = figures.amount("standard_deduction")
        form.line("standard deduction of the state", -amount)
    elif figures.file.base == "federal_agi":
        return ZERO
    else:
        amount = facts.deduction
        form.line("deduction of the federal return", -amount)
    return amount


def senior_deduction(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """§ 151(d)(5)(C), which is part of federal taxable income: what the state counts of it (I-167)."""
    return _counted("senior_deduction", "federal deduction for seniors", facts.senior_deduction, form, figures)


def business_deduction(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """§ 199A, which is part of federal taxable income: what the state counts of it (I-167)."""
    label = "federal deduction for business income"
    return _counted("business_deduction", label, facts.business_deduction, form, figures)


def _counted(name: str, label: str, deducted: Decimal, form: Form, figures: StateFigures) -> Decimal:
    if not (deducted and figures.has(name) and figures.amount(name)):
        return ZERO
    counted = figures.amount(name) * deducted
    form.line(label, -counted)
    return counted


def exemptions(form: Form, facts: StateFacts, figures: StateFigures) -> Decimal:
    """Exemptions of the return and of each person on it; none above the income at which a state takes them away."""
    amount = ZERO
    if figures.has("exemption"):
        amount += figures.amount("exemption")
    if figures.has("personal_exemption"):
        amount += facts.people * figures.amount("personal_exemption")
    if figures.has("exemption_income_limit") and facts.adjusted_gross_income > figures.amount("exemption_income_limit"):
        amount = ZERO
    if figures.has("exemption") or figures.has("personal_exemption"):
        form.line("exemptions", -amount)
    return amount


def taxable_income(form: Form, facts: StateFacts, figures: StateFigures, income: Decimal) -> Decimal:
    """The state's taxable income, not below zero."""
    rest = income - deduction(form, facts, figures) - exemptions(form, facts, figures)
    rest -= senior_deduction(form, facts, figures) + business_deduction(form, facts, figures)
    return form.line("taxable income of the state", at_least_zero(rest))


def after_credits(form: Form, facts: StateFacts, figures: StateFigures, before: Decimal) -> Decimal:
    """The tax less a credit for each person on the return, not below zero."""
    if not figures.has("personal_credit"):
        return before
    credit = facts.people * figures.amount("personal_credit")
    form.line("credits for the people on the return", -credit)
    return form.line("tax less credits", at_least_zero(before - credit))
