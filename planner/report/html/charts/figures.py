"""What the page draws of a plan: the year's taxes, and the wash-sale windows as bars. Layout only, no sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner.domain.plan import Plan
from planner.report.html.charts.drawing import (
    ACCENT,
    ACCENT_FAINT,
    ACCENT_SOFT,
    CHARACTER,
    INK,
    MUTED,
    PAPER,
    WIDE,
    Chart,
    Spec,
    shown,
    vega_lite,
)
from planner.report.screens.timeline import Bar
from planner.report.words import money
from rules.liability import Liability
from rules.terms import ZERO

MOST_BARS = 30  # windows drawn; the table beside them lists all

_TAXES = (  # the lines of a liability, their name, the fill and the ink on it
    ("income_tax", "Federal income tax", ACCENT, PAPER),
    ("niit", "Net investment income tax", ACCENT_SOFT, INK),
    ("state_tax", "State income tax", ACCENT_FAINT, INK),
    ("amt", "Alternative minimum tax", MUTED, PAPER),
    ("medicare_surcharge", "Medicare surcharge", INK, PAPER),
)
# The shape and the fill of each sign on a bar; the day itself, `T`, is a line.
SHAPES = {"S": ("square", "accent"), "P": ("triangle-up", "ink"), "X": ("cross", "loss"), "O": ("circle", "muted")}


def taxes_chart(plan: Plan) -> Chart:
    """The taxes of the year, without the plan and with it, as two bars."""
    rows = [("Without", plan.baseline), ("With", plan.planned)] if plan.sales else [("So far", plan.baseline)]
    said = "; ".join(f"{name.lower()} the plan {money(year.total_tax)}" for name, year in rows)
    title = f"Taxes of {plan.tax_year}, without the plan and with it"
    credited = any(year.credits for _, year in rows)
    what = "Total tax after credits" if credited else "Total of these taxes"
    return vega_lite("taxes", title, f"{what}: {said}.", lambda width: _taxes(rows, width))


def _before_credits(year: Liability) -> float:
    return float(sum((getattr(year, line) for line, *_ in _TAXES), ZERO))


def _taxes(rows: Sequence[tuple[str, Liability]], width: int) -> Spec:
    greatest = max(_before_credits(year) for _, year in rows) or 1.0
    room = greatest * ((1.14 if width == WIDE else 1.5) + (0.15 if any(year.credits for _, year in rows) else 0))
    parts = [
        {
            "row": name,
            "part": label,
            "order": place,
            "amount": float(getattr(year, line)),
            "label": money(getattr(year, line))
            if getattr(year, line) > greatest * (0.1 if width == WIDE else 0.4)
            else "",
        }
        for name, year in rows
        for place, (line, label, _, _) in enumerate(_TAXES)
    ]
    names = [label for _, label, _, _ in _TAXES]
    across = {"field": "amount", "type": "quantitative", "stack": "zero", "axis": None, "scale": {"domain": [0, room]}}
    down = {"field": "row", "type": "nominal", "sort": None, "title": None, "axis": {"labelColor": INK}}
    order = {"field": "order"}
    return {
        "width": width,
        "height": {"step": 40},
        "padding": {"top": 0, "left": 8, "right": 0, "bottom": 0},
        "layer": [
            {
                "data": {"values": parts},
                "mark": {"type": "bar", "height": 26, "stroke": PAPER, "strokeWidth": 1.5},
                "encoding": {
                    "x": across,
                    "y": down,
                    "order": order,
                    "color": {
                        "field": "part",
                        "scale": {"domain": names, "range": [fill for _, _, fill, _ in _TAXES]},
                        "legend": None,
                    },
                },
            },
            {
                "data": {"values": parts},
                "mark": {"type": "text"},
                "encoding": {
                    "x": across | {"bandPosition": 0.5},
                    "y": down,
                    "order": order,
                    "detail": {"field": "part"},
                    "text": {"field": "label"},
                    "color": {
                        "field": "part",
                        "scale": {"domain": names, "range": [ink for _, _, _, ink in _TAXES]},
                        "legend": None,
                    },
                },
            },
            {
                "data": {
                    "values": [
                        {
                            "row": name,
                            "total": _before_credits(year),
                            "label": money(year.total_tax) + (" after credits" if year.credits else ""),
                        }
                        for name, year in rows
                    ]
                },
                "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": "bold", "color": INK},
                "encoding": {
                    "x": {"field": "total", "type": "quantitative", "scale": {"domain": [0, room]}},
                    "y": down,
                    "text": {"field": "label"},
                },
            },
        ],
        "resolve": {"scale": {"color": "independent"}},
    }


def windows_chart(bars: Sequence[Bar], today: date) -> Chart:
    """The days on which no one buys, a bar for each group of symbols, with what happens on them."""
    said = f"{len(bars)} bars from {min(b.window.first for b in bars)} to {max(b.window.safe_on for b in bars)}."
    return vega_lite(
        "windows",
        "Wash-sale windows by symbol",
        f"{said} The table below has the days.",
        lambda w: _windows(bars, today, w),
    )


def _windows(bars: Sequence[Bar], today: date, width: int) -> Spec:
    label = 230 if width == WIDE else 84
    rows = [
        {"row": _bar_label(bar.symbols, label), "from": f"{bar.window.first}", "to": f"{bar.window.safe_on}"}
        for bar in bars
    ]
    marks = [
        {"row": row["row"], "day": f"{day}", "shape": SHAPES[sign][0], "fill": f"var(--{SHAPES[sign][1]})"}
        for row, bar in zip(rows, bars, strict=True)
        for day, sign in bar.signs
        if sign in SHAPES
    ]
    days = {
        "type": "temporal",
        "scale": {"type": "utc"},
        "title": None,
        "axis": {"format": "%b %-d", "tickCount": 8 if width == WIDE else 3, "grid": True, "labelColor": INK},
    }
    down = {
        "field": "row",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelColor": INK, "minExtent": label, "maxExtent": label},
    }
    return {
        "width": width,
        "height": {"step": 28},
        "padding": {"top": 18, "left": 4, "right": 8, "bottom": 4},
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "bar", "height": 12, "cornerRadius": 6, "color": ACCENT_FAINT},
                "encoding": {"x": days | {"field": "from"}, "x2": {"field": "to"}, "y": down},
            },
            {
                "data": {"values": [{"day": f"{today}"}]},
                "mark": {"type": "rule", "color": MUTED, "strokeDash": [3, 3]},
                "encoding": {"x": days | {"field": "day"}},
            },
            {
                "data": {"values": [{"day": f"{today}"}]},
                "mark": {"type": "text", "color": MUTED, "baseline": "bottom", "text": "today", "y": -3},
                "encoding": {"x": days | {"field": "day"}},
            },
            {
                "data": {"values": marks},
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "stroke": PAPER, "strokeWidth": 1},
                "encoding": {
                    "x": days | {"field": "day"},
                    "y": down,
                    "shape": {"field": "shape", "scale": None},
                    "color": {"field": "fill", "scale": None},
                },
            },
        ],
    }


def _bar_label(symbols: Sequence[str], pixels: int) -> str:
    """As many of the symbols as have room, and how many more there are."""
    for named in range(len(symbols), 1, -1):
        more = len(symbols) - named
        text = ", ".join(symbols[:named]) + (f" + {more:,} more" if more else "")
        if shown(text, pixels) == text:
            return text
    rest = f" + {len(symbols) - 1:,}" if len(symbols) > 1 else ""
    return shown(symbols[0], pixels - CHARACTER * len(rest)) + rest
