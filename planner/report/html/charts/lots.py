"""The lots as a map: the area is what a lot is worth, the shade its gain or loss. Layout only, no sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from planner.analysis.gain_map import Fate, LotMap, LotStanding
from planner.report.html.charts.drawing import INK, WIDE, Chart, Spec, shown, vega

# The least gain as a fraction of basis, and the fill that begins there; the last is for what is below all of them.
SHADES = (
    (Decimal("0.5"), "gain-2"),
    (Decimal("0.05"), "gain-1"),
    (Decimal("-0.05"), "even"),
    (Decimal("-0.2"), "loss-1"),
    (None, "loss-2"),
)


_OUTLINED = "datum.fate && datum.w > 4 && datum.h > 4"  # smaller ones are all outline
_LETTER = 0.66  # of the font's size: how wide a letter may be, capitals and bold ones included
_LEAST_LETTERS = 3  # of a name that is cut


def lots_chart(lots: LotMap) -> Chart:
    """The lots by account: the area is what a lot is worth today, the shade its gain or loss as a part of its basis."""
    what = "group of lots of one symbol" if lots.together else "lot"
    said = f"{len(lots.standings):,} areas, one for each {what}; the table below has the figures."
    return vega("lots", "Lots by value, gain and loss", said, lambda width: _lots(lots.standings, width))


def shade(standing: LotStanding) -> str:
    """The name of the fill; without a basis to compare with, any gain is a great one."""
    rate = standing.gain_rate
    if rate is None:
        return SHADES[0][1]
    return next(name for least, name in SHADES if least is None or rate >= least)


def _lots(standings: Sequence[LotStanding], width: int) -> Spec:
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
            {"name": "selling", "source": "lot", "transform": [{"type": "filter", "expr": _OUTLINED}]},
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
            _line("account", "name", 4, 4 - header, "'bold'", 16, 13, cut=True),
            _line("lot", "name", 6, 7 - header, "datum.fate ? 'bold' : 'normal'", 20),
            _line("lot", "gain", 6, 23 - header, "'normal'", 36),
            _line("selling", "fate", 6, 39 - header, "'bold'", 54),
        ],
    }


def _line(
    data: str, field: str, right: int, below: int, weight: str, height: int, size: int = 12, *, cut: bool = False
) -> Spec:
    """A line of text in the upper left corner of a box so high, where all of it has room: half a symbol would be
    another's. `cut`: a name, which is shortened. The page's own letters may be wider than those measured here."""
    letters = f"floor((datum.w - {2 * right}) / {size * _LETTER})"
    if cut:
        text = f"{letters} > {_LEAST_LETTERS} ? truncate(datum.{field}, {letters}) : ''"
    else:
        text = f"length(datum.{field}) <= {letters} ? datum.{field} : ''"
    return {
        "type": "text",
        "from": {"data": data},
        "encode": {
            "enter": {
                "x": {"field": "x0", "offset": right},
                "y": {"field": "y0", "offset": below},
                "baseline": {"value": "top"},
                "text": {"signal": f"datum.h > {height} ? ({text}) : ''"},
                "fontWeight": {"signal": weight},
                "fontSize": {"value": size},
                "fill": {"value": INK},
            }
        },
    }
