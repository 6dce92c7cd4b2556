"""The total row of a realized file is compared with its rows, in every layout that has a table of sales."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.loader.reading.broker_table import BrokerTable, column_of
from planner.loader.reading.layout import all_layouts
from planner.loader.tables.cells import parse_amount
from tests.loading.test_broker_files import EXPECTED, FIXTURES, household

SALES = {name: expected for name, expected in EXPECTED.items() if expected["kind"] == "realized"}
LAYOUTS = {layout.name: layout for layout in all_layouts()}
FRONT = {"robinhood_1099b.csv"}  # the first cell of each row names its table: a total has no place there
SUMS = ("Total:", "Summary")


def with_total(name: str, more: Decimal, *, first: str = "") -> str:
    """The fixture with a total row of its own, in which the basis is stated as so much more than it is."""
    reads = LAYOUTS[SALES[name]["layout"]].read
    assert isinstance(reads, BrokerTable)
    rows = list(csv.reader(StringIO((FIXTURES / name).read_text("utf-8-sig"))))
    header = next(row for row in rows if len(row) > 4 and column_of(row, reads.columns["basis"]))
    kept = [row for row in rows if not row or row[0] not in SUMS]
    sales = [row for row in kept[kept.index(header) + 1 :] if len(row) == len(header)]
    total = [first or "Total", *[""] * (len(header) - 1)]
    for field, extra in (("basis", more), ("proceeds", Decimal(0))):
        if title := column_of(header, reads.columns.get(field, ())):
            at = header.index(title)
            total[at] = str(sum((parse_amount(row[at]) or Decimal(0) for row in sales), extra))
    kept.insert(kept.index(header) + 1 if first else len(kept), total)
    written = StringIO()
    csv.writer(written).writerows(kept)
    return written.getvalue()


CLOSED_LOTS = {"ibkr_activity_closed.csv", "ibkr_flex_closed.xml"}  # whose sums stand a security, and in XML not at all


def checked(load: Callable[..., Case], name: str) -> tuple[dict[str, bool], bool]:
    case = load(toml=household(SALES[name]))
    (read,) = case.files
    assert read.rows == len(SALES[name]["rows"])
    cautioned = "total_differs" in {caution.code for caution in case.cautions}
    return {check.what: check.agrees for check in read.checks}, cautioned


@pytest.mark.parametrize("more", [0, 100])
@pytest.mark.parametrize("name", sorted(SALES.keys() - FRONT - CLOSED_LOTS))
def test_a_total_of_sales_is_compared(load: Callable[..., Case], tmp_path: Path, name: str, more: int) -> None:
    (tmp_path / "file").write_text(with_total(name, Decimal(more)), "utf-8")
    checks, cautioned = checked(load, name)
    assert (checks["total basis"], cautioned) == (more == 0, more != 0)
    assert checks.get("total proceeds", True)


@pytest.mark.parametrize("more", [0, 100])
def test_etrade_prints_its_sums_above_the_sales(load: Callable[..., Case], tmp_path: Path, more: int) -> None:
    name = "etrade_gains_losses.csv"
    (tmp_path / "file").write_text(with_total(name, Decimal(more), first="Summary"), "utf-8")
    checks, cautioned = checked(load, name)
    assert (checks["total basis"], checks["total proceeds"], cautioned) == (more == 0, True, more != 0)
