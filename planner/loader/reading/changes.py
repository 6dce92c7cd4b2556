"""What rows of corporate actions say beyond their units: the event, the parent, the ratio, the part of the basis."""

from __future__ import annotations

import re
from decimal import Decimal

from planner.domain.portfolio import NO_CHANGE, Change
from planner.loader.tables.cells import BadCell, parse_amount, parse_symbol, shown
from planner.loader.tables.sheet import NO_SYMBOL, Sheet


def read_changes(sheet: Sheet) -> list[Change]:
    """What rows of corporate actions say beyond their units."""
    groups, parents = sheet.texts("group"), sheet.read("parent", parse_symbol, unknown=NO_SYMBOL)
    ratios = sheet.read("ratio", parse_ratio)
    shares = sheet.not_negative("basis_share", "write it as a fraction: 0.24 for 24 percent")
    name = sheet.name("basis_share")
    sheet.demand(
        shares,
        lambda share: share < 1,
        lambda share: f"`{name}` is {share}, not below 1",
        "write the part of the parent's basis that the new shares take, as a fraction: 0.24 for 24 percent",
    )
    remedy = "write what the units were worth on that day, in dollars"
    values, kept = sheet.not_negative("value", remedy), sheet.not_negative("parent_value", remedy)
    if not (any(groups) or any(parents) or any(ratios)) and {None} >= {*shares, *values, *kept}:
        return [NO_CHANGE] * len(sheet.rows)
    return [
        Change(group or "", parent or "", ratio, share, value, parent_value)
        for group, parent, ratio, share, value, parent_value in zip(
            groups, parents, ratios, shares, values, kept, strict=True
        )
    ]


def parse_ratio(text: str) -> tuple[Decimal, Decimal]:
    """So many new units for so many old: `10:1`, `1 FOR 10`, `10/1`, `0.1`. Raises BadCell."""
    new, _, old = re.sub(r"\s*(?:-?for-?|[:/])\s*", ":", text.strip().casefold(), count=1).partition(":")
    ratio = parse_amount(new), parse_amount(old or "1")
    if min(ratio) <= 0:
        raise BadCell(f"is `{shown(text)}`, which is not a ratio", "write new units to old units, such as 10:1 or 1:10")
    return ratio
