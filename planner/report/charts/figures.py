"""What the page draws of a plan: the year's taxes, the wash-sale windows, the lots as a map. Layout only, no sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from planner.plan import Plan
from planner.report.charts.drawing import (
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
    vega,
    vega_lite,
)
from planner.report.timeline import Bar
from planner.report.words import money
from planner.standing import Fate, LotMap, Standing
from rules.liability import Liability

MOST_BARS = 30  # windows drawn; the table beside them lists all

_TAXES = (  # the lines of a liability, their name, the fill and the ink on it
    ("income_tax", "Federal income tax", ACCENT, PAPER),
    ("niit", "Net investment income tax", ACCENT_SOFT, INK),
    ("state_tax", "State income tax", ACCENT_FAINT, INK),
)
# The shape and the fill of each sign on a bar; the day itself, `T`, is a line.
SHAPES = {"S": ("square", "accent"), "P": ("triangle-up", "ink"), "X": ("cross", "loss"), "O": ("circle", "muted")}

# The least gain as a fraction of basis, and the fill that begins there; the last is for what is below all of them.
SHADES = (
    (Decimal("0.5"), "gain-2"),
    (Decimal("0.05"), "gain-1"),
    (Decimal("-0.05"), "even"),
    (Decimal("-0.2"), "loss-1"),
    (None, "loss-2"),
)


def taxes_chart(plan: Plan) -> Chart:
    """The taxes of the year, without the plan and with it, as two bars."""
    rows = [("Without", plan.baseline), ("With", plan.planned)] if plan.sales else [("As it stands", plan.baseline)]
    said = "; ".join(f"{name.lower()} the plan {money(year.total_tax)}" for name, year in rows)
    title = f"Taxes of {plan.tax_year}, without the plan and with it"
    return vega_lite("taxes", title, f"Total of these taxes: {said}.", lambda width: _taxes(rows, width))


def _taxes(rows: Sequence[tuple[str, Liability]], width: int) -> Spec:
    greatest = float(max(year.total_tax for _, year in rows)) or 1.0
    room = greatest * (1.14 if width == WIDE else 1.5)
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
                        {"row": name, "total": float(year.total_tax), "label": money(year.total_tax)}
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
    """The days on which nobody buys, a bar for each group of symbols, with what happens on them."""
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


def lots_chart(lots: LotMap) -> Chart:
    """The lots by account: the area is what a lot is worth today, the shade its gain or loss as a part of its basis."""
    what = "group of lots of one symbol" if lots.together else "lot"
    said = f"{len(lots.standings):,} areas, one for each {what}; the table below has the figures."
    return vega("lots", "Lots by value, gain and loss", said, lambda width: _lots(lots.standings, width))


def shade(standing: Standing) -> str:
    """The name of the fill; without a basis to compare with, any gain is a great one."""
    rate = standing.gain_rate
    if rate is None:
        return SHADES[0][1]
    return next(name for least, name in SHADES if least is None or rate >= least)


def _lots(standings: Sequence[Standing], width: int) -> Spec:
    height, header = (520, 22) if width == WIDE else (620, 20)
    accounts = dict.fromkeys(standing.account for standing in standings)
    nodes: list[Spec] = [{"id": "all"}]
    nodes += [{"id": f"account {n}", "parent": "all", "name": shown(name)} for n, name in enumerate(accounts)]
    place = {name: f"account {n}" for n, name in enumerate(accounts)}
    nodes += [
        {
            "id": f"lot {n}",
            "parent": place[standing.account],
            "name": shown(standing.symbol),
            "value": float(standing.market_value),
            "gain": f"{'-' if standing.gain < 0 else '+'}${abs(standing.gain):,.0f}",
            "fill": f"var(--{shade(standing)})",
            "hatch": "url(#hatch)" if shade(standing).startswith("loss") else "none",
            "fate": "" if standing.fate is Fate.KEEP else standing.fate.value,
        }
        for n, standing in enumerate(standings)
    ]
    box = {
        "x": {"field": "x0"},
        "x2": {"field": "x1"},
        "y": {"field": "y0", "offset": -header},
        "y2": {"field": "y1", "offset": -header},
    }
    return {
        "height": height,
        "data": [
            {
                "name": "tree",
                "values": nodes,
                "transform": [
                    {"type": "stratify", "key": "id", "parentKey": "parent"},
                    {
                        "type": "treemap",
                        "field": "value",
                        "sort": {"field": "value", "order": "descending"},
                        "round": True,
                        "size": [{"signal": "width"}, {"signal": f"height + {header}"}],
                        "paddingTop": header,
                        "paddingInner": 2,
                        "ratio": 1.4,
                    },
                    {"type": "formula", "as": "w", "expr": "datum.x1 - datum.x0"},
                    {"type": "formula", "as": "h", "expr": "datum.y1 - datum.y0"},
                ],
            },
            {"name": "account", "source": "tree", "transform": [{"type": "filter", "expr": "datum.depth === 1"}]},
            {"name": "lot", "source": "tree", "transform": [{"type": "filter", "expr": "datum.depth === 2"}]},
            {"name": "selling", "source": "lot", "transform": [{"type": "filter", "expr": "datum.fate"}]},
        ],
        "marks": [
            {"type": "rect", "from": {"data": "lot"}, "encode": {"enter": box | {"fill": {"field": "fill"}}}},
            {"type": "rect", "from": {"data": "lot"}, "encode": {"enter": box | {"fill": {"field": "hatch"}}}},
            {
                "type": "rect",
                "from": {"data": "selling"},
                "encode": {
                    "enter": {
                        "x": {"field": "x0", "offset": 1},
                        "x2": {"field": "x1", "offset": -1},
                        "y": {"field": "y0", "offset": 1 - header},
                        "y2": {"field": "y1", "offset": -1 - header},
                        "fill": {"value": "none"},
                        "stroke": {"value": INK},
                        "strokeWidth": {"value": 2},
                    }
                },
            },
            _line("account", "name", 4, 4 - header, "'bold'", "datum.w > 30", 13),
            _line("lot", "name", 6, 7 - header, "datum.fate ? 'bold' : 'normal'", "datum.w > 34 && datum.h > 20"),
            _line("lot", "gain", 6, 23 - header, "'normal'", "datum.w > 54 && datum.h > 36"),
            _line("selling", "fate", 6, 39 - header, "'bold'", "datum.w > 54 && datum.h > 54"),
        ],
    }


def _line(data: str, field: str, right: int, below: int, weight: str, room: str, size: int = 12) -> Spec:
    """A line of text in the upper left corner of a box, where there is room for it."""
    return {
        "type": "text",
        "from": {"data": data},
        "encode": {
            "enter": {
                "x": {"field": "x0", "offset": right},
                "y": {"field": "y0", "offset": below},
                "baseline": {"value": "top"},
                "text": {"signal": f"{room} ? datum.{field} : ''"},
                "limit": {"signal": f"datum.w - {right + 2}"},
                "fontWeight": {"signal": weight},
                "fontSize": {"value": size},
                "fill": {"value": INK},
            }
        },
    }
