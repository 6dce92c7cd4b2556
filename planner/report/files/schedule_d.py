"""A preview of Schedule D and of the Capital Loss Carryover Worksheet, with the plan and without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from planner.analysis.tax_forms import SaleOrigin, TaxForms
from planner.domain.plan import Plan
from planner.report.files.csv_file import Cell, csv_file
from rules.form_8949 import FIRST_YEAR_OF_DIGITAL_ASSET_BOXES, Box
from rules.liability import Liability
from rules.netting import ScheduleD
from rules.terms import Character, to_cents
from rules.worksheet import Worksheet

HEADER = ("form", "line", "label", "d_proceeds", "e_basis", "g_adjustment", "h_with_plan", "h_without_plan")
_SCHEDULE_D = "Schedule D"
_NOT_HERE = "sales not on Form 8949 (basis reported, no adjustment): none, all are listed there"
_STATED = "from other forms: amounts in [realized] without a sale"
_TO_COME = "losses on these lines to be disallowed by planned purchases"


def schedule_d_file(plan: Plan, forms: TaxForms) -> bytes:
    """The lines as the forms show them: carryovers in and the deductible loss in brackets, so negative."""
    return csv_file(HEADER, [*schedule_d_rows(plan, forms), *carryover_rows(plan)])


def schedule_d_rows(plan: Plan, forms: TaxForms) -> Iterator[Sequence[Cell]]:
    """Lines 1a to 16, 18 where the form asks for it, and 21. Columns (d) to (g) are those with the plan."""
    after, before = plan.planned.schedule_d, plan.baseline.schedule_d
    yield _line("1a", f"short-term {_NOT_HERE}")
    for line in ("1b", "2", "3"):
        yield _totals(line, plan.tax_year, forms)
    yield _unlisted("1b-3", f"short-term {_TO_COME}", forms, Character.SHORT, SaleOrigin.TO_COME)
    yield _unlisted("4-5", f"short-term {_STATED}", forms, Character.SHORT, SaleOrigin.STATED)
    yield _line(
        "6", "short-term loss carryover from last year", -after.carryover_in.short_term, -before.carryover_in.short_term
    )
    yield _line("7", "net short-term gain or loss", after.net_short_term, before.net_short_term)
    yield _line("8a", f"long-term {_NOT_HERE}")
    for line in ("8b", "9", "10"):
        yield _totals(line, plan.tax_year, forms)
    yield _unlisted("8b-10", f"long-term {_TO_COME}", forms, Character.LONG, SaleOrigin.TO_COME)
    yield _unlisted("11-13", f"long-term {_STATED}", forms, Character.LONG, SaleOrigin.STATED)
    yield _line(
        "14", "long-term loss carryover from last year", -after.carryover_in.long_term, -before.carryover_in.long_term
    )
    yield _line("15", "net long-term gain or loss", after.net_long_term, before.net_long_term)
    yield _line("16", "lines 7 and 15 combined", after.total, before.total)
    yield _line("18", "gain in the 28-percent group", _line_18(after), _line_18(before))
    if after.groups.unrecaptured_1250:
        amounts = (year.gain_25_percent if year.net_capital_gain > 0 else None for year in (after, before))
        yield _line("19", "unrecaptured section 1250 gain", *amounts)
    yield _line("21", "loss deductible from other income", -after.deductible_loss, -before.deductible_loss)


def carryover_rows(plan: Plan) -> Iterator[Sequence[Cell]]:
    """The worksheet's lines, where one of the two years needs it."""
    after, before = _worksheet(plan.planned), _worksheet(plan.baseline)
    for number, (label, amount) in {**before, **after}.items():
        with_plan = amount if number in after else None
        without = before[number][1] if number in before else None
        yield _row("Capital Loss Carryover Worksheet", number, label, with_plan, without)


def _worksheet(year: Liability) -> dict[str, tuple[str, Decimal]]:
    sheet: Worksheet | None = year.carryover_worksheet.worksheet if year.carryover_worksheet else None
    return {line.number: (line.label, line.amount) for line in sheet.lines} if sheet else {}


def _line_18(schedule: ScheduleD) -> Decimal | None:
    return schedule.gain_28_percent if schedule.net_capital_gain > 0 else None


def _totals(line: str, tax_year: int, forms: TaxForms) -> Sequence[Cell]:
    boxes = [box for box in Box if box.schedule_d_line == line]
    if tax_year < FIRST_YEAR_OF_DIGITAL_ASSET_BOXES:
        boxes = boxes[:1]
    with_plan, without = forms.totals(line, planned=True), forms.totals(line, planned=False)
    return [
        _SCHEDULE_D,
        line,
        f"totals of Form 8949 with box {' or '.join(boxes)} checked",
        to_cents(with_plan.proceeds),
        to_cents(with_plan.basis),
        to_cents(with_plan.adjustment),
        to_cents(with_plan.gain),
        to_cents(without.gain),
    ]


def _unlisted(number: str, label: str, forms: TaxForms, character: Character, origin: SaleOrigin) -> Sequence[Cell]:
    (found,) = (one for one in forms.unlisted if (one.character, one.origin) == (character, origin))
    return _line(number, label, found.with_plan, found.without)


def _line(number: str, label: str, with_plan: Decimal | None = None, without: Decimal | None = None) -> Sequence[Cell]:
    return _row(_SCHEDULE_D, number, label, with_plan, without)


def _row(form: str, number: str, label: str, with_plan: Decimal | None, without: Decimal | None) -> Sequence[Cell]:
    amounts = [None if amount is None else to_cents(amount) for amount in (with_plan, without)]
    return [form, number, label, None, None, None, *amounts]
