"""The page: what it says is what the plan holds, what a file says stays text, and nothing in it reaches out."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from planner.analysis.gain_map import Fate, LotStanding, lot_map
from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import Account
from planner.domain.plan import Cancellation, HeldBack, Plan, Status, Window
from planner.domain.visible_text import visible
from planner.report.html.charts.drawing import shown
from planner.report.html.charts.lots import shade
from planner.report.html.page import MOST_LOTS, MOST_SALES, html_page
from planner.report.words import money
from rules.tax_year import tax_year
from tests.reporting.made_plans import AS_OF, COINS, SAFE, SOLD, WASHED, holding, made_case, made_plan, sale
from tests.reporting.page_reading import Element, read_page

LAW = tax_year(2026)
SALES = (sale("Schwab:VXUS:2025-02-03:1"), COINS, WASHED)
HELD = [holding(f"{each.lot_id}") for each in SALES]

# What may be in a cell of a file: markup, script, addresses, directions, what ends a comment or a template.
HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- --><style>*{display:none}</style>",
    "\u202egnp.VTI\u2066",
    "&lt;b&gt;&#60;i&#62;",
    "]]>&amp;",
    "nul\x00bell\x07",
    "A" * 300,
]


def page_of(plan: Plan, case: Case | None = None, **more: Any) -> Element:
    return read_page(html_page(plan, made_case(HELD) if case is None else case, LAW, **more))


@pytest.fixture(scope="module")
def page() -> Element:
    return page_of(made_plan(*SALES))


# --- what it says ---


def test_its_parts_stand_in_the_order_in_which_one_acts(page: Element) -> None:
    parts = [part.attributes["id"] for part in page.all("section")]
    assert parts == [
        "first", "worth", "year", "brackets", "windows", "lots", "sales", "held", "cautions",
        "worksheets", "sources", "assumptions", "not",
    ]  # fmt: skip
    assert [link.attributes["href"] for link in page.all("a")][1:] == [f"#{part}" for part in parts]


def test_every_sale_is_there_with_its_figures(page: Element) -> None:
    rows = page.by_id("sales-table").rows()
    for each in SALES:
        (row,) = (row for row in rows if each.lot_id in row[0])
        assert row[4:7] == [money(each.proceeds), money(each.basis), money(each.gain)]
    assert rows[-1][4:7] == ["$30,000.00", "$40,499.99", "-$10,499.99"]


def test_the_worth_and_its_parts_are_the_benefit(page: Element) -> None:
    plan = made_plan(*SALES)
    assert page.by_id("worth-total").text == money(plan.benefit.total)
    rows = page.by_id("worth-table").rows()
    assert [row[1] for row in rows] == ["+$3,210.00", "+$259.15", "+$12.00", "-$7.01", "$3,474.14"]
    assert page.by_id("worth").text.count("better by more than $0.04") == 1


def test_the_year_is_there_line_by_line(page: Element) -> None:
    rows = page.by_id("year-table").rows()
    assert rows[0] == ["Line", "Without", "With", "Change"]
    assert ["Total of these taxes", "$19,934.00", "$16,910.00", "-$3,024.00"] in rows


def test_the_days_come_in_order_with_what_is_to_be_done_on_each() -> None:
    late = replace(SALES[0], lot_id="late", date=SOLD + timedelta(days=1))
    first = page_of(made_plan(*SALES, late)).by_id("first")
    days = [day.text for day in first.all("h3")]
    assert days[:4] == ["Tue Dec 15, 2026", "Wed Dec 16, 2026", "Sun Jan 3, 2027", "Fri Jan 15, 2027"]
    agenda = next(first.all("ol")).text
    assert (
        "Sell 2 lots in Schwab (taxable, taxpayer’s) for about $20,000.00, loss $1,734.56: 25.5 BND, 25.5 VXUS."
        in agenda
    )
    assert "Cancel the purchase of 11 VXUS in IRA, planned for Mon Jan 4, 2027: this saves $34.41." in agenda
    assert "Safe to buy again from this day on: VXUS." in agenda


def test_what_was_due_before_today_is_due_today() -> None:
    plan = replace(made_plan(), cancellations=(Cancellation(AS_OF, "IRA", "VXUS", Decimal(11), Decimal(1)),))
    assert next(page_of(plan).by_id("first").all("h3")).text == "Tue Dec 8, 2026"


def test_a_drawing_is_named_described_and_drawn_for_a_phone_too(page: Element) -> None:
    drawings = [svg for svg in page.all("svg") if svg.attributes.get("role") == "img"]
    assert [svg.attributes["class"] for svg in drawings] == ["wide", "narrow"] * 4
    for svg in drawings:
        assert all(page.by_id(name).text for name in svg.attributes["aria-labelledby"].split())
    names = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(names) == len(set(names))


def test_worksheets_are_folded_and_whole(page: Element) -> None:
    sheets = list(page.by_id("worksheets").all("details"))
    assert all("open" not in sheet.attributes for sheet in sheets)
    assert next(sheets[0].all("summary")).text == "Schedule D"
    seven = next(row for row in sheets[0].rows() if row[0] == "7")
    assert seven[2:] == ["$10,000.00", "-$5,000.00"]


def test_a_plan_that_sells_nothing_says_why() -> None:
    plan = replace(made_plan(), cancellations=(), windows=(), held_back=())
    text = page_of(plan).text
    assert "Nothing to sell" in text
    assert "No lot that may be sold has a loss." in text
    assert "The year 2026 so far" in text
    assert "sales-table" not in {element.attributes.get("id") for element in page_of(plan).all()}


def test_an_unproven_plan_is_called_so() -> None:
    text = page_of(made_plan(*SALES, status=Status.UNPROVEN)).text
    assert "Not proven" in text
    assert "by at most $0.04" in text


def test_the_same_plan_is_the_same_page() -> None:
    plan, case = made_plan(*SALES), made_case(HELD)
    assert html_page(plan, case, LAW) == html_page(plan, case, LAW)


# --- it reaches nothing, and nothing in it runs but its own ---


def test_the_browser_is_told_to_load_nothing(page: Element) -> None:
    (policy,) = (m.attributes["content"] for m in page.all("meta") if "http-equiv" in m.attributes)
    allowed = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert allowed.pop("default-src") == "'none'"
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        (inside,) = page.all(tag)
        said = "".join(map(str, inside.pieces))
        assert allowed.pop(name) == f"'sha256-{b64encode(sha256(said.encode()).digest()).decode()}'"
    assert allowed == {"base-uri": "'none'", "form-action": "'none'"}


def test_nothing_points_outside(page: Element) -> None:
    for element in page.all():
        assert element.tag not in {"img", "link", "iframe", "object", "embed", "form", "use", "image", "a:href"}
        assert not {"src", "srcset", "action", "style"} & set(element.attributes)
        assert element.attributes.get("href", "#").startswith("#")
        assert not re.search(r"url\((?!#hatch)", " ".join(element.attributes.values()))
    (style,) = page.all("style")
    assert "url(" not in style.text
    assert "@import" not in style.text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_of_a_file_stays_text(text: str) -> None:
    plain = page_of(made_plan(*SALES))
    plan, case = infested(text)
    page = page_of(plan, case)
    assert shape(page) == shape(plain)
    expected = " ".join(visible(text).split())
    assert expected in page.by_id("sales-table").text
    assert expected in page.by_id("cautions").text
    assert expected in page.by_id("held-table").text
    for element in page.all():
        assert not [name for name in element.attributes if name.startswith("on")]


def infested(text: str) -> tuple[Plan, Case]:
    """A plan and its case with this text wherever a file's own words can come."""
    sales = tuple(
        replace(each, lot_id=f"{text}{n}", account=text, symbol=text, reason=text) for n, each in enumerate(SALES)
    )
    plan = made_plan(*sales)
    window: Window = plan.windows[0]
    scheduled = tuple(replace(planned, account=text, symbol=text) for planned in window.scheduled)
    plan = replace(
        plan,
        scenario=None,
        windows=(replace(window, symbol=text, because=text, accounts=(text,), scheduled=scheduled),),
        cancellations=tuple(replace(c, account=text, symbol=text) for c in plan.cancellations),
        held_back=tuple(HeldBack(text, text, held.gain, text) for held in plan.held_back),
        cautions=tuple(Caution(caution.code, text) for caution in plan.cautions),
        near_long_term=tuple(replace(near, lot_id=text, symbol=text) for near in plan.near_long_term),
        replacements=tuple(
            replace(each, symbol=f"{text}{n}" if each.symbol != "BTC" else "BTC")
            for n, each in enumerate(plan.replacements)
        ),
    )
    case = made_case(
        replace(each, lot=replace(each.lot, lot_id=f"{text}{n}", symbol=text)) for n, each in enumerate(HELD)
    )
    household = replace(case.household, accounts=(Account(text), *case.household.accounts[1:]))
    return plan, replace(case, household=household)


def shape(page: Element) -> list[str]:
    """The tags of the page outside the drawings, whose labels come and go with their length."""
    drawn = {id(inner) for svg in page.all("svg") for inner in svg.all()}
    tags = [element.tag for element in page.all() if id(element) not in drawn and element.tag not in {"option", "li"}]
    return sorted({*tags})


def test_a_drawing_shows_a_name_without_what_would_turn_or_break_it() -> None:
    assert shown("a\u202eb\x00c") == "a b c"
    assert shown("ABCDEFGHIJ", 40) == "ABCDE…"


# --- many lots ---


def test_a_page_of_very_many_sales_shows_the_largest_and_says_so() -> None:
    sales = [sale(f"Schwab:VXUS:2025-02-03:{n}", gain=f"-{n + 1}.00") for n in range(MOST_SALES + 5)]
    page = page_of(made_plan(*sales))
    table = page.by_id("sales-table")
    assert len(table.rows()) == MOST_SALES + 2
    assert "-$1.00" not in table.text
    assert "5 more lots are in the JSON" in page.by_id("sales").text
    assert table.rows()[-1][0] == f"{MOST_SALES + 5} lots"


def test_the_map_takes_lots_of_a_symbol_together_where_there_are_many() -> None:
    held = [holding(f"Schwab:{'VTI' if n % 2 else 'BND'}:2026-01-22:{n}") for n in range(MOST_LOTS + 1)]
    case = made_case([*held, holding("Schwab:XYZ:Various:1", basis=None)])
    lots = lot_map(case, made_plan(sale(held[1].lot.lot_id)), most=MOST_LOTS)
    assert lots.together
    assert lots.not_shown == 1
    assert [(s.symbol, s.lots, s.fate) for s in lots.standings] == [
        ("BND", 126, Fate.KEEP),
        ("VTI", 125, Fate.SELL_PART),
    ]
    assert sum(s.market_value for s in lots.standings) == 251 * Decimal("90.01")
    assert page_of(made_plan(), case)


def test_of_very_many_symbols_those_of_least_gain_are_one_area_an_account() -> None:
    held = [holding(f"Schwab:S{n:03}:2026-01-22:1", basis=f"{90 - n}", price="90") for n in range(9)]
    lots = lot_map(made_case(held), made_plan(), most=4)
    assert [(s.label, s.lots) for s in lots.standings] == [
        ("5 others", 5), ("S005", 1), ("S006", 1), ("S007", 1), ("S008", 1),
    ]  # fmt: skip
    assert sum(s.lots for s in lots.standings) == len(held)


@pytest.mark.parametrize(
    ("value", "basis", "name"),
    [
        ("79.99", "100", "loss-2"), ("80", "100", "loss-1"), ("94.99", "100", "loss-1"), ("95", "100", "even"),
        ("104.99", "100", "even"), ("105", "100", "gain-1"), ("150", "100", "gain-2"), ("1", "0", "gain-2"),
    ],
)  # fmt: skip
def test_shades_begin_where_the_legend_says(value: str, basis: str, name: str) -> None:
    assert shade(LotStanding("a", "a", "a", 1, Decimal(value), Decimal(basis), Fate.KEEP)) == name


def test_safe_days_are_the_windows(page: Element) -> None:
    assert [row[3] for row in page.by_id("windows-table").rows()[1:]] == [SAFE.isoformat()]
