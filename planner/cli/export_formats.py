"""The formats that a plan is exported in: one table, for `harvest export` and for `harvest plan --out`.

Each function brings what it needs when it is called, so that the table itself costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from math import inf
from typing import TYPE_CHECKING

from planner.cli.comparing import SECONDS
from planner.domain.errors import InputError, Problem
from planner.report.files.exported import Exported

if TYPE_CHECKING:
    from planner.analysis.comparison import Comparison, Sweep
    from planner.analysis.lot_methods import SecurityOrder
    from planner.analysis.lot_orders import LotOrder
    from planner.analysis.tax_forms import TaxForms
    from planner.cli.comparing import Range
    from planner.domain.case import Case, FileRead
    from planner.domain.plan import Plan
    from planner.domain.swaps import Swap


@dataclass(frozen=True)
class ExportRequest:
    """What there is to export. What only some formats need is a cached property here: computed once, when asked for."""

    plan: Plan
    case: Case
    account: str | None = None  # the one whose orders are asked for; None: of all
    sweep: Range | None = None  # a key to move, where that is asked for
    seconds: float = SECONDS  # for the proof of each plan that a comparison looks for

    @cached_property
    def orders(self) -> Sequence[LotOrder]:
        from planner.analysis.lot_orders import lot_orders

        orders = lot_orders(self.plan, self.case)
        return [order for order in orders if self.account in (None, order.sale.account)]

    @cached_property
    def swaps(self) -> Sequence[Swap]:
        """What is bought with the proceeds; nothing where that was not asked for."""
        if self.plan.swaps is None:
            return ()
        return [swap for swap in self.plan.swaps.swaps if self.account in (None, swap.account)]

    @cached_property
    def security_orders(self) -> Sequence[SecurityOrder]:
        from planner.analysis.lot_methods import security_orders

        return tuple(security_orders(self.orders, self.case))

    @cached_property
    def tax_forms(self) -> TaxForms:
        from planner.analysis.tax_forms import tax_forms

        return tax_forms(self.plan, self.case)

    @cached_property
    def comparison(self) -> Comparison | None:
        """None once the year is over: there is nothing left to compare."""
        from planner.cli.comparing import compared

        if self.case.as_of.year > self.plan.tax_year:
            return None

        return compared(self.case, (), self.sweep, self.seconds, self.plan)

    @cached_property
    def sliders(self) -> Sequence[Sweep]:
        """The plans behind the page's sliders."""
        from planner.cli.progress import progress
        from planner.scenarios.slider_sweeps import slider_sweeps

        with progress("planning for the sliders") as told:
            return slider_sweeps(self.case, self.plan, seconds=self.seconds, told=told)


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional library, the extra of ours that brings it, and the addresses that it reserves, in GB."""

    name: str
    module: str
    reserves: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """`name` is the word of the command line, `file` the name in a folder of all, `purpose` what it is for.

    `by_account`: made of orders, so that it can be had of one account alone. `draws_a_sweep`: has room for one.
    `carries_swaps`: shows what is bought with the proceeds.
    `of_a_broker`: one broker's own, written into a folder of all only where a layout of that name was read.
    `is_text`: may be shown on a terminal. `after_year`: shows the year as it was once it is over.
    """

    name: str
    file: str
    purpose: str
    export: Callable[[ExportRequest], Exported]
    extra: Extra | None = None
    by_account: bool = False
    carries_swaps: bool = False
    draws_a_sweep: bool = False
    is_text: bool = True
    after_year: bool = False
    of_a_broker: str = ""

    def refuse_without_library(self) -> None:
        """Raises Refused, with the command that brings it, where the format's library is missing, and where the system
        would end it for what it reserves, and this process with it."""
        if self.extra is not None and find_spec(self.extra.module) is None:
            what = f"{self.name} needs the library {self.extra.module}, which is not installed"
            remedy = f"python -m pip install 'harvest-planner[{self.extra.name}]'"
            raise InputError([Problem("harvest export", what, remedy)])
        if self.extra is not None and _addresses() < self.extra.reserves * 2**30:
            what = f"{self.name} needs {self.extra.reserves} GB of addresses, and `ulimit -v` allows fewer here"
            raise InputError([Problem("harvest export", what, "raise it, or run this where it is unlimited")])


def _addresses() -> float:
    """How many bytes this process may reserve, used or not."""
    try:
        import resource
    except ImportError:  # Windows
        return inf
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return inf if soft == resource.RLIM_INFINITY else soft


def _trades(answer: ExportRequest) -> Exported:
    from planner.report.files.orders import trades_file

    if answer.plan.swaps is not None:
        from planner.report.files.swap_rows import trades_with_swaps

        return Exported(trades_with_swaps(answer.orders, answer.swaps))
    return Exported(trades_file(answer.orders))


def _basket(answer: ExportRequest) -> Exported:
    from planner.report.files.basket import basket_account, basket_file

    return basket_file(answer.orders, answer.account or basket_account(answer.case), answer.swaps)


def _schwab(answer: ExportRequest) -> Exported:
    from planner.report.files.api_orders import schwab_file

    orders, swaps = _at(answer, "schwab")
    return schwab_file(orders, swaps)


def _public(answer: ExportRequest) -> Exported:
    from planner.report.files.api_orders import public_file

    orders, swaps = _at(answer, "public")
    return public_file(orders, swaps)


def _at(answer: ExportRequest, broker: str) -> tuple[Sequence[SecurityOrder], Sequence[Swap]]:
    """The orders and purchases of the account asked for, else of those whose files are the broker's own. Raises
    InputError where that is none."""
    names = {name for read in answer.case.files if read.layout.startswith(f"{broker}_") for name in _accounts(read)}
    if answer.account is None and not names:
        remedy = f"name the account: harvest export PATH {broker} --account NAME --output FILE"
        raise InputError([Problem(broker, f"no account is known to be at {broker.title()}", remedy)])
    orders = [each for each in answer.security_orders if answer.account or each.first.sale.account in names]
    return orders, [swap for swap in answer.swaps if answer.account or swap.account in names]


def _accounts(read: FileRead) -> list[str]:
    return read.account.split(", ")


def _letter(answer: ExportRequest) -> Exported:
    from planner.report.files.letter import letter_file

    return Exported(letter_file(answer.orders, answer.case, answer.swaps))


def _form_8949(answer: ExportRequest) -> Exported:
    from planner.report.files.form_8949 import form_8949_file

    return Exported(form_8949_file(answer.tax_forms))


def _schedule_d(answer: ExportRequest) -> Exported:
    from planner.report.files.schedule_d import schedule_d_file

    return Exported(schedule_d_file(answer.plan, answer.tax_forms))


def _records(answer: ExportRequest) -> Exported:
    from planner.report.files.records import records_file

    return Exported(records_file(answer.case))


def _txf(answer: ExportRequest) -> Exported:
    from planner.report.files.txf import txf_file

    return txf_file(answer.plan, answer.tax_forms)


def _taxact(answer: ExportRequest) -> Exported:
    from planner.report.files.taxact import taxact_file

    return taxact_file(answer.tax_forms)


def _reconcile(answer: ExportRequest) -> Exported:
    from planner.analysis.reconciliation import reconciled
    from planner.report.files.reconciliation import reconciliation_file

    return reconciliation_file(reconciled(answer.tax_forms, answer.case), answer.tax_forms)


def _workbook(answer: ExportRequest) -> Exported:
    from planner.report.files.workbook import workbook_file

    return Exported(workbook_file(answer.plan, answer.case, answer.tax_forms))


def _markdown(answer: ExportRequest) -> Exported:
    from planner.report.files.markdown import markdown_file

    return Exported(markdown_file(answer.plan, answer.case))


def _calendar(answer: ExportRequest) -> Exported:
    from planner.report.files.ics import calendar_file

    return Exported(calendar_file(answer.plan, answer.case))


def _json(answer: ExportRequest) -> Exported:
    from planner.report.json_documents.plan import plan_document
    from planner.report.json_documents.text import as_json

    return Exported(f"{as_json(plan_document(answer.plan))}\n".encode())


def _html(answer: ExportRequest) -> Exported:
    from planner.report.html.page import html_page
    from rules.tax_year import tax_year

    law = tax_year(answer.plan.tax_year)
    return Exported(html_page(answer.plan, answer.case, law, answer.comparison, answer.sliders))


FORMATS = {
    format.name: format
    for format in (
        Format("trades", "trades.csv", "the orders lot by lot, for a spreadsheet", _trades, by_account=True,
               carries_swaps=True),
        Format("ibkr", "ibkr-basket.csv", "a basket for Interactive Brokers' TWS", _basket, by_account=True,
               of_a_broker="ibkr_", carries_swaps=True),
        Format("schwab", "schwab-orders.json", "orders for Schwab's Trader API, with taxLotMethod", _schwab,
               by_account=True, of_a_broker="schwab_", carries_swaps=True),
        Format("public", "public-orders.json", "orders for Public's API, with the lots named", _public,
               by_account=True, of_a_broker="public_", carries_swaps=True),
        Format("letter", "lot-identification.txt", "letters that identify the lots, account by account", _letter,
               by_account=True, carries_swaps=True),
        Format("form-8949", "form-8949.csv", "Form 8949, boxes A to L, sales made and planned", _form_8949,
               after_year=True),
        Format("schedule-d", "schedule-d.csv", "Schedule D and the carryover worksheet, before and after", _schedule_d,
               after_year=True),
        Format("txf", "form-8949.txf", "Form 8949 for a tax program (TXF V042)", _txf,
               after_year=True),
        Format("taxact", "taxact.csv", "Form 8949 for TaxAct's import of a CSV file", _taxact,
               after_year=True),
        Format("reconcile", "reconciliation.csv", "the broker's statement beside your ledger: what to type, and why",
               _reconcile, after_year=True),
        Format("records", "records.csv", "every transaction with fees, hours, ids and notes: what to keep", _records,
               after_year=True),
        Format("xlsx", "plan.xlsx", "an Excel workbook: sales, windows, lots, Form 8949, worksheets", _workbook,
               Extra("xlsx", "openpyxl"), is_text=False, after_year=True, carries_swaps=True),
        Format("ics", "wash-sales.ics", "a calendar: days to sell, to cancel, not to buy", _calendar,
               Extra("calendar", "icalendar"), carries_swaps=True),
        Format("json", "plan.json", "the plan for another program, as `plan --json` prints it", _json,
               carries_swaps=True),
        Format("markdown", "plan.md", "the plan to paste into an email", _markdown,
               carries_swaps=True),
        Format("html", "report.html", "a self-contained web page", _html, Extra("report", "vl_convert", 80),
               draws_a_sweep=True, after_year=True, carries_swaps=True),
    )
}  # fmt: skip


def listed(formats: Iterable[Format]) -> str:
    """Their names, in a row."""
    return ", ".join(format.name for format in formats)


def explained(formats: Iterable[Format]) -> str:
    """Each with what it is for."""
    return "; ".join(f"{format.name}: {format.purpose}" for format in formats)
