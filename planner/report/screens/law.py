"""The figures in force for a year, each with the law that sets it and the document it was read in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from planner.report.screens.text_page import TextPage
from planner.report.words import percent, price
from rules.states.figures import CERTAINTY
from rules.states.law import StateTax
from rules.tax_year import FigureSection, TaxYear

_TITLES = {
    "ordinary_rates": "Ordinary rates",
    "ordinary_tops": "Ordinary brackets: upper ends, taxable income",
    "preferential_rates": "Rates on net capital gain and qualified dividends",
    "zero_rate_top": "Upper end of the 0 percent rate, taxable income",
    "fifteen_rate_top": "Upper end of the 15 percent rate, taxable income",
    "recapture_rate": "Highest rate on unrecaptured section 1250 gain",
    "collectibles_rate": "Maximum rate on collectibles gain",
    "collectibles_ordinary_top": "Taxable income up to which collectibles gain is taxed at ordinary rates",
    "standard_deduction": "Standard deduction",
    "additional_standard_deduction": "Additional standard deduction, 65 or older or blind",
    "senior_deduction": "Senior deduction, 65 or older",
    "capital_loss_limit": "Capital loss limit: most net loss deducted from other income",
    "niit_rate": "Net investment income tax rate",
    "niit_threshold": "Net investment income tax: threshold of modified adjusted gross income",
    "amt_exemption": "Alternative minimum tax: exemption",
    "amt_phase_out_start": "Alternative minimum tax: start of the exemption phaseout",
    "amt_phase_out_rate": "Alternative minimum tax: exemption phaseout rate",
    "amt_rates": "Alternative minimum tax: rates",
    "itemized_reduction_start": "Itemized deduction reduction: income threshold",
    "social_security_base": "Taxable social security benefits: income thresholds",
    "poverty_line": "Premium tax credit: federal poverty line",
    "premium_credit": "Premium tax credit: applicable percentages",
    "medicare_surcharge": "Medicare premium surcharges by income (IRMAA)",
    "earned_income_credit": "Earned income credit, by number of children: none, one, two, three or more",
    "child_credit": "Child tax credit",
    "state_and_local_cap": "State and local tax deduction cap",
    "charity_floor": "Charitable contributions: nondeductible share of income",
    "charity_without_itemizing": "Cash contributions deducted without itemizing, at most",
    "business_income": "Qualified business income deduction",
    "child_unearned": "Tax on a child's unearned income: the base amount (twice this is taxed at the child's rates)",
}

_KEYS = {  # what the figures files say shortly
    "others": "other filing statuses",
    "joint": "joint return",
    "start_others": "start, other filing statuses",
    "start_joint": "start, joint return",
    "range_others": "range, other filing statuses",
    "range_joint": "range, joint return",
    "investment_income": "most investment income",
    "joint_more": "more on a joint return",
    "one": "one person",
    "each_more": "each more person",
    "most": "at most",
    "older": "other dependent",
    "low": "lower rate",
    "high": "higher rate",
    "high_from": "higher rate from",
    "bands": "by income",
    "part_b": "Part B, a month",
    "part_d": "Part D, a month",
}
_COUNTS = ("table_of",)  # a year


def law_screen(law: TaxYear, *, width: int, color: bool, plain: bool = False) -> str:
    """Every figure that harvest uses for the year, as text of that many columns."""
    page = TextPage(width, color, plain)
    page.say(f"Figures for tax year {law.year}, each with its law, its source and the date it was checked.")
    for section in law.sections:
        _section(page, section)
    return page.text


def state_law_screen(state: StateTax, year: int, *, width: int, color: bool, plain: bool = False) -> str:
    """Every figure of a state that harvest uses for the year, what is left out, and what is projected."""
    page = TextPage(width, color, plain)
    if state.figures is None:
        page.say(f"{state.name} in {year}.")
        return page.text
    file = state.figures.file
    page.say(f"Figures for {file.name}, tax year {year}. The tax: {file.law}.")
    for figure in state.figures.figures():
        title = figure.name.replace("_", " ").capitalize()
        page.heading(f"{title} (projected)" if figure.projected else title)
        for text in _by_status(figure.value, figure.unit):
            page.say(text, indent=2, hanging=2)
        how_sure = f"checked {figure.checked.isoformat()}; {CERTAINTY[figure.certainty]}"
        page.say(f"{figure.law}; {how_sure}", indent=2, hanging=2, style="dim")
        source = f"projected from: {figure.source}" if figure.projected else figure.source
        page.say(source, indent=2, hanging=2, style="dim")
    page.heading("Left out")
    for item in file.left_out:
        page.say(item, indent=2, hanging=2)
    if state.cautions:
        page.heading("Not published")
        for caution in state.cautions:
            page.say(caution, indent=2, hanging=2)
    return page.text


def _by_status(value: Any, unit: str) -> list[str]:
    """A state's figure, a line for the statuses that share it; rows by the income from which they hold."""
    if not isinstance(value, Mapping):
        return [_rows(value, unit)]
    alike: dict[str, list[str]] = {}
    for status, figure in value.items():
        alike.setdefault(_rows(figure, unit), []).append(status.replace("_", " "))
    return [f"{', '.join(statuses)}: {text}" for text, statuses in alike.items()]


def _rows(value: Any, unit: str) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        rates = any(isinstance(at, Decimal) and at <= 1 for _, at in value)  # among them a zero is a rate too
        return ", ".join(f"{_figure(at, 'rate' if rates else unit)} from {_figure(bound)}" for bound, at in value)
    return _figure(value, unit)


def _section(page: TextPage, section: FigureSection) -> None:
    page.heading(title_of(section))
    for name, value in section.values.items():
        text = _bands(value) if name == "bands" else _figure(value, "count" if name in _COUNTS else "")
        page.say(f"{_KEYS.get(name) or name.replace('_', ' ')}: {text}", indent=2, hanging=2)
    moves = "indexed for inflation" if section.indexed else "fixed by statute"
    page.say(f"{section.law}; {moves}; checked {section.checked.isoformat()}", indent=2, hanging=2, style="dim")
    page.say(section.source, indent=2, hanging=2, style="dim")


def title_of(section: FigureSection) -> str:
    """What a section of the figures is about."""
    return _TITLES.get(section.name, section.name.replace("_", " "))


def _bands(bands: Sequence[Sequence[Decimal]]) -> str:
    """§ 36B(b)(3)(A): income as a percentage of the poverty line, and the share of it to be paid."""
    return ", ".join(
        f"{low}% to {high}% of the poverty line: {percent(first)}{'' if first == last else f' to {percent(last)}'}"
        for low, high, first, last in bands
    )


def _figure(value: Any, unit: str = "") -> str:
    """Without a unit a whole number is dollars, a decimal at most one a rate: so the figures files are written."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {_figure(item, unit)}" for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_figure(item, unit) for item in value)
    if unit == "count":
        return str(value)
    if unit == "rate" or (isinstance(value, Decimal) and value <= 1):
        return percent(Decimal(value))
    if isinstance(value, int):
        return f"${value:,}"
    return price(value) if isinstance(value, Decimal) else str(value)
