"""The file layouts understood, broker by broker, each with how to get such a file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

from planner.report.screens.text_page import TextPage

ANY_BROKER = "(any)"


class FileLayout(Protocol):
    """What is shown of a layout; `columns` are those that must be there, of our own layouts only."""

    @property
    def name(self) -> str: ...
    @property
    def broker(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def how_to_get(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...


def in_order(layouts: Sequence[FileLayout]) -> list[FileLayout]:
    """Those of any broker first, then by broker and name."""
    return sorted(layouts, key=lambda layout: (layout.broker != ANY_BROKER, layout.broker.casefold(), layout.name))


def layouts_screen(layouts: Sequence[FileLayout], *, width: int, color: bool, plain: bool = False) -> str:
    """Every layout, as text of that many columns; those of any broker first."""
    page = TextPage(width, color, plain)
    page.say(
        "Files are recognized by their content, never by their name. List each in household.toml under lots "
        "(also for positions), transactions or realized; harvest init does this for a whole folder. Brokers' "
        "menus change; look for words like these."
    )
    for broker, of_broker in groupby(in_order(layouts), key=lambda layout: layout.broker):
        page.heading("Any broker" if broker == ANY_BROKER else broker)
        for layout in of_broker:
            page.say(f"{layout.kind}: {layout.name}", indent=2, hanging=2)
            if layout.columns:
                page.say(f"columns: {', '.join(layout.columns)}", indent=4, hanging=2)
            page.say(layout.how_to_get, indent=4, hanging=2, style="dim")
    return page.text
