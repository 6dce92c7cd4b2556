"""The rates as a thermometer: the bands of each scale, with the household's income without the plan and with it."""

from __future__ import annotations

from collections.abc import Sequence

from planner.analysis.brackets import Band, Scale
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
    vega_lite,
)
from planner.report.words import money, percent

_NAMES = {WIDE: ("Ordinary rates", "Rates of gains", "Steps of income")}
_SHORT = ("Ordinary", "Gains", "Income")  # on a phone
_BEYOND = 1.2  # of the largest income: how far the drawing goes
_LETTER = 7.5  # pixels of a letter of a label


def brackets_chart(scales: Sequence[Scale]) -> Chart:
    """All scales on one axis of dollars; the band in which the plan ends is darker."""
    said = "; ".join(f"{scale.name}: {money(scale.without)} without, {money(scale.with_plan)} with" for scale in scales)
    title = "The household among the rates, without the plan and with it"
    return vega_lite("brackets", title, f"{said}.", lambda width: _brackets(scales, width))


def _label(band: Band) -> str:
    return band.step if band.rate is None else percent(band.rate)


def _brackets(scales: Sequence[Scale], width: int) -> Spec:
    end = float(max(max(scale.without, scale.with_plan) for scale in scales)) * _BEYOND or 1.0
    names = _NAMES.get(width, _SHORT)
    label = 110 if width == WIDE else 64
    room = (width - label - 20) / end
    bands, marks = [], []
    for name, scale in zip(names, scales, strict=True):
        for band in scale.bands:
            start, stop = float(band.start), min(float(band.end) if band.end is not None else end, end)
            if start < stop:
                fits = len(_label(band)) * _LETTER < (stop - start) * room
                bands.append(
                    {
                        "scale": name,
                        "from": start,
                        "to": stop,
                        "middle": (start + stop) / 2,
                        "label": _label(band) if fits else "",
                        "fill": ACCENT_SOFT if band is scale.band else ACCENT_FAINT,
                    }
                )
        marks += [
            {"scale": name, "at": float(scale.without), "ink": MUTED, "shape": "triangle-down"},
            {"scale": name, "at": float(scale.with_plan), "ink": ACCENT, "shape": "triangle-up"},
        ]
    across = {
        "type": "quantitative",
        "scale": {"domain": [0, end], "nice": False},
        "title": None,
        "axis": {"format": "$,.0f" if width == WIDE else "$~s", "tickCount": 6 if width == WIDE else 3},
    }
    down = {
        "field": "scale",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelColor": INK, "minExtent": label, "maxExtent": label, "labelLimit": label},
    }
    color = {"field": "ink", "type": "nominal", "scale": None}
    return {
        "width": width,
        "height": {"step": 64},
        "padding": {"top": 4, "left": 4, "right": 12, "bottom": 4},
        "layer": [
            {
                "data": {"values": bands},
                "mark": {"type": "bar", "height": 22, "stroke": PAPER, "strokeWidth": 1.5},
                "encoding": {
                    "x": across | {"field": "from"},
                    "x2": {"field": "to"},
                    "y": down,
                    "color": {"field": "fill", "type": "nominal", "scale": None},
                },
            },
            {
                "data": {"values": bands},
                "mark": {"type": "text", "color": INK},
                "encoding": {"x": across | {"field": "middle"}, "y": down, "text": {"field": "label"}},
            },
            *(
                {
                    "data": {"values": [mark for mark in marks if mark["shape"] == shape]},
                    "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "yOffset": offset},
                    "encoding": {
                        "x": across | {"field": "at"},
                        "y": down,
                        "color": color,
                        "shape": {"value": shape},
                    },
                }
                for shape, offset in (("triangle-down", -18), ("triangle-up", 18))
            ),
        ],
    }
