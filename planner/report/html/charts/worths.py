"""What the page draws of a comparison: the value of the next dollar of loss, scenarios side by side, a moving key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

from planner.analysis.comparison import Compared, Sweep
from planner.analysis.marginal_value import MarginalStaircase
from planner.report.html.charts.drawing import (
    ACCENT,
    ACCENT_FAINT,
    ACCENT_SOFT,
    INK,
    MUTED,
    PAPER,
    WIDE,
    Chart,
    Spec,
    shown,
    vega_lite,
)
from planner.report.words import cents, count, money

_BEYOND = Decimal("1.12")  # how far a drawing goes on beyond the last corner
_ROOM = 46  # pixels that the figure on a step needs


def staircase_chart(stairs: MarginalStaircase) -> Chart:
    """The steps of one character's losses, and where the plan is on them."""
    kind = f"{stairs.character.value}-term loss"
    here = stairs.next_dollar
    said = (
        f"{count(len(stairs.rungs), 'step')}. The plan takes {money(stairs.plan_at)} of {kind}; the next "
        f"dollar saves {cents(here.tax_saved)} of tax; net benefit {cents(here.worth)}. The table below has "
        "every step."
    )
    title = f"What the next dollar of {kind} is worth"
    return vega_lite(f"stairs-{stairs.character.value}", title, said, lambda width: _stairs(stairs, width))


def _stairs(stairs: MarginalStaircase, width: int) -> Spec:
    corners = [rung.end for rung in stairs.rungs if rung.end is not None]
    last = max([*corners, stairs.plan_at, Decimal(1000)]) * _BEYOND
    steps = []
    for rung in stairs.rungs:
        end = last if rung.end is None else rung.end
        brought = rung.tax_saved + rung.carryover_value
        wide_enough = (end - rung.start) / last * width > _ROOM
        steps.append(
            {
                "from": float(rung.start),
                "to": float(end),
                "middle": float(rung.start + end) / 2,
                "brought": float(brought * 100),
                "later": float(rung.deferred_tax * 100),
                "fill": ACCENT_SOFT if rung.tax_saved else ACCENT_FAINT,
                "label": cents(brought) if wide_enough else "",
            }
        )
    across = {"type": "quantitative", "scale": {"domain": [0, float(last)], "nice": False}}
    ticks = {"format": "$,.0f", "tickCount": 8 if width == WIDE else 3, "labelColor": INK, "labelFlush": True}
    title = f"Dollars of {stairs.character.value}-term loss taken this year"
    at = float(stairs.plan_at)
    left = stairs.plan_at > last / 2
    plan = {"values": [{"at": at, "top": float(100 * max(r.tax_saved + r.carryover_value for r in stairs.rungs))}]}
    return {
        "width": width,
        "height": 200,
        "padding": {"top": 22, "left": 4, "right": 8, "bottom": 4},
        "layer": [
            {
                "data": {"values": steps},
                "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1},
                "encoding": {
                    "x": across | {"field": "from", "title": title, "axis": ticks},
                    "x2": {"field": "to"},
                    "y": {
                        "field": "brought",
                        "type": "quantitative",
                        "title": "cents per dollar" if width == WIDE else "cents",
                        "axis": {"grid": True, "tickCount": 5, "labelColor": INK},
                    },
                    "y2": {"datum": 0},
                    "color": {"field": "fill", "scale": None},
                },
            },
            {
                "data": {"values": steps},
                "mark": {"type": "rule", "color": "var(--loss)", "strokeDash": [5, 3], "strokeWidth": 1.5},
                "encoding": {
                    "x": across | {"field": "from"},
                    "x2": {"field": "to"},
                    "y": {"field": "later", "type": "quantitative"},
                },
            },
            {
                "data": {"values": steps},
                "mark": {"type": "text", "baseline": "top", "dy": 6},
                "encoding": {
                    "x": across | {"field": "middle"},
                    "y": {"field": "brought", "type": "quantitative"},
                    "text": {"field": "label"},
                },
            },
            {
                "data": plan,
                "mark": {"type": "rule", "color": INK, "strokeWidth": 2},
                "encoding": {"x": across | {"field": "at"}},
            },
            {
                "data": plan,
                "mark": {
                    "type": "text",
                    "align": "right" if left else "left",
                    "baseline": "bottom",
                    "dx": 6 if left else -2,
                    "y": -5,
                    "fontWeight": "bold",
                    "text": f"the plan: {money(stairs.plan_at)}",
                },
                "encoding": {"x": across | {"field": "at"}},
            },
        ],
    }


def scenarios_chart(scenarios: Sequence[Compared], best: str | None) -> Chart:
    """What the scenarios that may be compared are worth."""
    worths = [(each.name, each.worth) for each in scenarios if each.worth is not None]
    said = "; ".join(f"{name}: {money(worth)}" for name, worth in worths)
    return vega_lite(
        "worths", "Net benefit of each scenario", f"{said}.", lambda width: _scenarios(worths, best, width)
    )


def _scenarios(worths: Sequence[tuple[str, Decimal]], best: str | None, width: int) -> Spec:
    label, figure = (250, 90) if width == WIDE else (118, 84)
    rows: list[Spec] = [
        {
            "row": n,
            "worth": float(worth),
            "label": money(worth),
            "fill": ACCENT if name == best else ACCENT_SOFT,
            "weight": "bold" if name == best else "normal",
        }
        for n, (name, worth) in enumerate(worths)
    ]
    names = [shown(name, label) for name, _ in worths]
    least, greatest = min(0.0, *(row["worth"] for row in rows)), max(0.0, *(row["worth"] for row in rows))
    room = ((greatest - least) or 1.0) * figure / (width - label - figure)
    down = {
        "field": "row",
        "type": "ordinal",
        "title": None,
        "axis": {
            "labelColor": INK,
            "minExtent": label,
            "maxExtent": label,
            "labelExpr": f"{json.dumps(names)}[datum.value]",  # two may be alike where they are cut
        },
    }
    across = {
        "field": "worth",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [least - (room if least < 0 else 0), greatest + room], "nice": False},
    }
    data = {"values": rows}
    return {
        "width": width,
        "height": {"step": 30},
        "padding": {"top": 4, "left": 4, "right": 4, "bottom": 4},
        "layer": [
            {
                "data": data,
                "mark": {"type": "bar", "height": 18},
                "encoding": {"x": across, "y": down, "color": {"field": "fill", "scale": None}},
            },
            {
                "data": {"values": [row for row in rows if row["worth"] >= 0]},
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"x": across, "y": down, "text": {"field": "label"}},
            },
            {
                "data": {"values": [row for row in rows if row["worth"] < 0]},
                "mark": {"type": "text", "align": "right", "dx": -6},
                "encoding": {"x": across, "y": down, "text": {"field": "label"}},
            },
        ],
    }


def sweep_chart(sweep: Sweep) -> Chart:
    """What the best plan is worth at each value of a key."""
    points = [
        {"value": float(point.value), "worth": float(point.benefit.total)}
        for point in sweep.points
        if point.benefit is not None
    ]
    said = (
        f"{count(len(points), 'point')} from {sweep.values[0]:,f} to {sweep.values[-1]:,f}. The table below has them."
    )
    title = f"Net benefit of the best plan as {sweep.key} varies"
    given = [] if sweep.as_given is None else [{"at": float(sweep.as_given)}]
    return vega_lite("sweep", title, said, lambda width: _sweep(sweep.key, points, given, width))


def _sweep(key: str, points: Sequence[Spec], given: Sequence[Spec], width: int) -> Spec:
    large = any(point["value"] >= 10_000 for point in points)
    figure = ("," if width == WIDE else "~s") if large else "~g"
    ticks = {"format": figure, "labelColor": INK, "tickCount": 8 if width == WIDE else 4}
    ends = {"zero": False, "nice": False}
    across = {"type": "quantitative", "title": key, "axis": ticks, "scale": ends}
    worth = {
        "field": "worth",
        "type": "quantitative",
        "title": None,
        "axis": {"format": "$,.0f", "grid": True, "labelColor": INK, "tickCount": 5},
    }
    return {
        "width": width,
        "height": 220,
        "padding": 6,
        "layer": [
            {
                "data": {"values": list(points)},
                "mark": {"type": "line", "color": ACCENT, "point": {"color": ACCENT, "filled": True, "size": 40}},
                "encoding": {"x": across | {"field": "value"}, "y": worth},
            },
            {
                "data": {"values": list(given)},
                "mark": {"type": "rule", "color": MUTED, "strokeDash": [3, 3]},
                "encoding": {"x": across | {"field": "at"}},
            },
        ],
    }
