"""The page as a person meets it: opened from disk in a browser, clicked, filtered, printed, read aloud."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from planner.report.html.page import html_page
from planner.report.words import money
from rules.tax_year import tax_year
from tests.browser.conftest import Look
from tests.reporting.test_page import HOSTILE, infested

SCHEMES = ("light", "dark")
ROWS = "#sales-table tbody tr"


def cells(page: Page, column: int) -> list[str]:
    """The text of a column of the sales that are shown, from the top."""
    found: list[str] = page.locator(f"{ROWS}:not([hidden]) > :nth-child({column})").all_inner_texts()
    return found


def dollars(text: str) -> float:
    return float(text.replace("$", "").replace(",", ""))


# --- it opens, quietly ---


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_opens_from_disk_without_a_word_and_asks_for_nothing(look: Look, report: Path, scheme: str) -> None:
    page, seen = look(report, color_scheme=scheme)
    assert page.title().startswith("Sell 2")
    assert seen.said == []
    assert seen.asked == [report.as_uri()]


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
def test_only_tables_scroll_sideways(look: Look, report: Path, width: int) -> None:
    page, _ = look(report, width)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_phone_is_shown_the_narrow_drawings_and_a_desk_the_wide(look: Look, report: Path) -> None:
    for width, shown, hidden in ((390, "narrow", "wide"), (1280, "wide", "narrow")):
        page, _ = look(report, width)
        assert page.locator(f"svg.{shown}").count() >= 3
        assert all(svg.is_visible() for svg in page.locator(f"svg.{shown}").all())
        assert not any(svg.is_visible() for svg in page.locator(f"svg.{hidden}").all())


def test_light_and_dark_and_paper_differ(look: Look, report: Path, tmp_path: Path) -> None:
    grounds = {}
    for scheme in SCHEMES:
        page, _ = look(report, color_scheme=scheme)
        grounds[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.screenshot(path=tmp_path / f"{scheme}.png")
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert grounds["light"] != grounds["dark"]
    assert (tmp_path / "light.png").read_bytes() != (tmp_path / "dark.png").read_bytes()


def test_no_figure_of_the_head_is_broken_on_paper(look: Look, report: Path) -> None:
    page, _ = look(report, 688)  # A4 within its margins
    page.emulate_media(media="print")
    figures = page.locator(".facts dd")
    assert figures.count() == 5
    for figure in figures.all():
        figure.evaluate("dd => { dd.textContent = '-$1,234,567.89' }")
        assert figure.evaluate("dd => dd.offsetHeight / parseFloat(getComputedStyle(dd).fontSize)") < 2


# --- what it shows is what the plan says ---


def test_its_figures_are_the_plans(look: Look, report: Path, plan: dict[str, Any]) -> None:
    page, _ = look(report)
    assert page.locator("#worth-total").inner_text() == f"${plan['benefit']['total']:,.2f}"
    shown = {lot.split("\n")[1].strip(): gain for lot, gain in zip(cells(page, 1), cells(page, 7), strict=True)}
    assert len(shown) == len(plan["sales"])
    for sale in plan["sales"]:
        assert dollars(shown[sale["lot_id"]]) == sale["gain"]
    total = page.locator("#sales-table tfoot td").nth(5).inner_text()
    assert dollars(total) == round(sum(sale["gain"] for sale in plan["sales"]), 2)
    taxes = page.locator("#year-table tr.sum td").all_inner_texts()
    assert [dollars(text) for text in taxes[:2]] == [plan["baseline"]["total_tax"], plan["planned"]["total_tax"]]


# --- it is clicked ---


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(look: Look, report: Path) -> None:
    page, _ = look(report)
    heading = page.get_by_role("columnheader", name="Gain").locator("visible=true").first
    gains = [dollars(text) for text in cells(page, 7)]
    heading.get_by_role("button").click()
    assert [dollars(text) for text in cells(page, 7)] == sorted(gains)
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").press("Enter")
    assert [dollars(text) for text in cells(page, 7)] == sorted(gains, reverse=True)
    assert heading.get_attribute("aria-sort") == "descending"
    assert page.locator("#sales-table [aria-sort]").count() == 1
    page.locator("#sales-table thead button").nth(2).click()
    assert cells(page, 3) == sorted(cells(page, 3))


def test_rows_are_filtered_by_word_account_and_term(look: Look, report: Path, plan: dict[str, Any]) -> None:
    page, _ = look(report)
    page.get_by_role("searchbox", name="Find").fill("pfe")
    assert len(cells(page, 1)) == 2
    assert page.locator("#sales output").inner_text() == f"2 of {len(plan['sales'])} lots"
    assert not page.locator("#sales-table tfoot").is_visible()
    page.get_by_role("searchbox", name="Find").fill("")
    page.get_by_role("combobox", name="Account").select_option("Wallet")
    assert set(cells(page, 2)) == {"Wallet"}
    page.get_by_role("combobox", name="Term").select_option("short")
    assert cells(page, 1) == []
    page.get_by_role("combobox", name="Account").select_option("")
    assert set(cells(page, 8)) == {"short"}
    page.get_by_role("combobox", name="Term").select_option("")
    assert page.locator("#sales-table tfoot").is_visible()


def test_a_slider_is_moved_by_keys_and_says_what_it_found(look: Look, report: Path) -> None:
    page, seen = look(report)
    slider = page.get_by_role("slider", name="If no more lots are sold than")
    said = page.locator("#if-max-sales ~ output")
    slider.focus()
    slider.press("Home")
    assert said.inner_text().startswith("1: net benefit $")
    assert slider.get_attribute("aria-valuetext") == "1"
    slider.press("ArrowRight")
    assert said.inner_text().startswith("2: net benefit $")
    assert page.locator("#if-max-sales-table tr.best").count() == 1
    assert seen.said == []


def test_what_is_done_is_ticked_off(look: Look, report: Path) -> None:
    page, _ = look(report)
    box = page.get_by_role("checkbox").first
    box.press("Space")
    assert box.is_checked()


def test_on_a_phone_every_figure_of_the_year_is_in_sight(look: Look, report: Path) -> None:
    page, _ = look(report, 375)
    for cells in ("#year-table td", "#brackets-table td", ".steps td"):
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        for cell in page.locator(cells).all():
            box = cell.bounding_box()
            assert box is None or box["x"] + box["width"] <= 375


def test_the_map_writes_nothing_over_its_neighbours(look: Look, report: Path) -> None:
    """Each text of the map ends before the next one of its line begins."""
    page, _ = look(report, 375)
    boxes = page.evaluate(
        "[...document.querySelectorAll('#lots svg.narrow text')].filter(t => t.textContent)"
        ".map(t => t.getBoundingClientRect()).map(b => [b.top, b.left, b.right])"
    )
    for top, left, right in boxes:
        assert all(right <= other + 1 for y, other, _ in boxes if abs(y - top) < 2 and other > left)


def test_the_page_weighs_less_than_300_kilobytes(report: Path) -> None:
    assert report.stat().st_size < 300_000


def test_worksheets_unfold_and_are_printed_and_an_aside_only_where_it_is_open(look: Look, report: Path) -> None:
    page, _ = look(report)
    sheet = page.locator("#worksheets details").first
    assert not sheet.locator("table").is_visible()
    sheet.locator("summary").click()
    assert sheet.locator("table").is_visible()
    folded, asides = page.locator("details:not([open])"), page.locator("details.aside")
    before = folded.count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert folded.count() == asides.count() > 0
    page.emulate_media(media="print")
    assert not page.locator("#sources table, #if").first.is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert folded.count() == before
    page.locator("#sources summary").click()
    page.emulate_media(media="print")
    assert page.locator("#sources table").is_visible()


def test_on_paper_there_are_no_controls(look: Look, report: Path) -> None:
    page, _ = look(report)
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".tools").is_visible()
    assert page.locator("#worksheets table").first.is_visible()
    assert page.locator("svg.wide").first.is_visible()


def test_without_its_script_it_says_the_same(look: Look, report: Path, plan: dict[str, Any]) -> None:
    page, _ = look(report, java_script_enabled=False)
    assert len(cells(page, 1)) == len(plan["sales"])
    assert not page.locator(".tools").is_visible()


def test_every_link_of_the_contents_leads_to_its_part(look: Look, report: Path) -> None:
    page, _ = look(report, reduced_motion="reduce")
    for link in page.get_by_role("navigation").get_by_role("link").all():
        link.click()
        assert page.locator(":target > h2").count() == 1


# --- it is read aloud ---


@pytest.mark.parametrize(
    ("scheme", "rules"),
    [("light", ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]), ("dark", ["color-contrast"])],
)
def test_nothing_stands_in_the_way_of_those_who_do_not_see_well(
    look: Look, report: Path, scheme: str, rules: list[str]
) -> None:
    page, _ = look(report, color_scheme=scheme)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    assert found.response["violations"] == [], found.generate_report()


# --- whatever a file says ---


@pytest.mark.parametrize("text", [" ".join(HOSTILE), HOSTILE[0], HOSTILE[-1]], ids=["all", "markup", "long"])
def test_what_a_file_says_runs_nothing(look: Look, tmp_path: Path, text: str) -> None:
    plan, case = infested(text)
    path = tmp_path / "hostile.html"
    path.write_bytes(html_page(plan, case, tax_year(2026)))
    page, seen = look(path, 360)
    assert seen.said == []
    assert seen.asked == [path.as_uri()]
    assert page.locator("script, style").count() == 2
    assert page.locator("img, iframe, form").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("#worth-total").inner_text() == money(plan.benefit.total)
