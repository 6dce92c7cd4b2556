"""The next year's household, for a terminal: what goes on, what has moved, what is not final yet."""

from __future__ import annotations

from planner.analysis.next_year import NextYear
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import count, day, money, quantity


def close_screen(next_year: NextYear, folder: str, held: bool, *, width: int, color: bool, plain: bool = False) -> str:
    """What was written, and what is left to do. `held`: whether the figures of the next year are held."""
    page = TextPage(width, color, plain)
    page.say(f"The {next_year.tax_year} household was written to {folder}")
    if next_year.provisional:
        page.heading("Provisional: a purchase can still wash these losses (§ 1091)")
        page.table(
            [TextColumn("Lot sold", least=18), TextColumn("Sold on", rigid=True), TextColumn("Safe on", rigid=True)],
            [[loss.lot_id, loss.sold.isoformat(), loss.safe_on.isoformat()] for loss in next_year.open_losses],
        )
        last = max(loss.safe_on for loss in next_year.open_losses)
        page.say(f"Run harvest close again on or after {day(last)}, with fresh downloads.", indent=2)
    page.heading(f"Carried into {next_year.tax_year}")
    page.say(f"Short-term loss {money(next_year.year.carryover_short)} (§ 1212(b))", indent=2)
    page.say(f"Long-term loss {money(next_year.year.carryover_long)}", indent=2)
    lots = len(next_year.holdings) + len(next_year.unknown)
    page.say(f"{count(lots, 'lot')}, {count(len(next_year.planned), 'planned purchase')}", indent=2)
    if next_year.cautions:
        page.heading("What may change these carryovers")
        for caution in next_year.cautions:
            page.say(f"* {caution.text} [{caution.code}]", indent=2, hanging=2, style="yellow")
    if next_year.moved:
        page.heading("Lots that a wash sale changed (§§ 1091(d), 1223(3))")
        page.table(
            [
                TextColumn("Lot", least=18),
                TextColumn("Quantity", number=True),
                TextColumn("Listed basis", number=True),
                TextColumn("Basis", number=True),
            ],
            [
                [
                    moved.holding.lot.lot_id,
                    quantity(moved.holding.lot.quantity),
                    money(moved.listed_basis),
                    money(moved.holding.lot.basis),
                ]
                for moved in next_year.moved
            ],
        )
    if next_year.unknown:
        page.heading(f"Held back: {count(len(next_year.unknown), 'lot')} with unknown basis or price")
        page.say(
            "They are in the files open-lots. Give the price under [prices]; for an unknown basis, replace `--` in "
            "the file.",
            indent=2,
        )
        for holding in next_year.unknown:
            lacking = "price" if holding.lot.basis is not None else "basis"
            page.say(f"* {holding.lot.lot_id}: {lacking} not known", indent=2, hanging=2)
    page.heading("Next")
    page.say(f"* Enter the income of {next_year.tax_year} in household.toml and empty its `assumed` list.", indent=2)
    if held:
        page.say(f"* harvest plan {folder}", indent=2)
    else:
        page.say(
            f"* The tax figures for {next_year.tax_year} are not in this version of harvest. Until they are, "
            "harvest check and harvest windows work, and harvest plan stops with exit code 4.",
            indent=2,
            hanging=2,
        )
    return page.text
