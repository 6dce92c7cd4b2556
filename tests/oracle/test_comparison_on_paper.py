"""`harvest compare --json` worked out again on paper: every scenario's benefit, and that no rule beats the plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from household_files import compared
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_households import CENT, TODAY, on_file, quick, sheets
from paper_return import NOTHING, Purchase, Sale, Sheet, benefit, washed

RULES = {"do nothing", "sell every loss", "losers until gains are zero", "wait for January"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("household")


def kept_purchases(sheet: Sheet, plan: dict[str, Any]) -> list[Purchase]:
    """The planned purchases that could be called off and are not: those the plan does not list."""
    cancelled = [(row["date"], row["symbol"], row["quantity"]) for row in plan["cancellations"]]
    return [p for p in sheet.planned if p.cancelable and (p.day.isoformat(), p.symbol, p.quantity) not in cancelled]


def on_paper(sheet: Sheet, row: dict[str, Any]) -> dict[str, Decimal]:
    by_id = {lot.lot_id: lot for lot in sheet.lots}
    plan = row["plan"]
    orders = [Sale(by_id[s["lot_id"]], s["quantity"], date.fromisoformat(s["date"])) for s in plan["sales"]]
    kept = [p for p in sheet.planned if p.cancelable] if row["by_rule"] else kept_purchases(sheet, plan)
    return benefit(sheet, washed(sheet, orders, kept=kept))


@settings(quick, max_examples=12)
@given(st.data())
def test_every_benefit_is_what_paper_says_and_no_rule_beats_the_plan(folder: Path, data: st.DataObject) -> None:
    sheet = data.draw(sheets(6, TODAY, recent=True))
    document = compared(on_file(folder, sheet), as_of=TODAY)
    rows = {row["name"]: row for row in document["scenarios"]}
    best = rows["as given"]["plan"]["benefit"]
    assert {"as given", *RULES} - {"wait for January"} <= rows.keys()
    for name, row in rows.items():
        if name == "crypto under § 1091":
            continue  # another law than the paper's
        parts = on_paper(sheet, row)
        assert {part: row["plan"]["benefit"][part] for part in parts} == parts, name
        if name in RULES:
            room = CENT * (1 + len(row["plan"]["sales"]) + len(rows["as given"]["plan"]["sales"]))
            assert parts["total"] <= best["total"] + room, name
            assert parts["total"] <= row["plan"]["benefit"]["bound"]
    naive = rows["losers until gains are zero"]["plan"]["benefit"]["total"]
    assert document["naive_gap"] == best["total"] - naive
    january = document["waiting"] and document["waiting"]["in_january"]
    assert [row["in_january"] for row in rows.values() if row["in_january"] is not None] == (
        [january] if january else []
    )
    assert (
        max(r["plan"]["benefit"]["total"] for r in rows.values() if not r["apart"])
        == (rows[document["best"]]["plan"]["benefit"]["total"])
    )


@settings(quick, max_examples=6)
@given(st.data())
def test_a_looser_limit_is_never_worth_less(folder: Path, data: st.DataObject) -> None:
    """Up to the bound that each plan states: what is within a looser limit cannot beat what the tighter one proves."""
    sheet = data.draw(sheets(6, TODAY, recent=True))
    key, top = data.draw(st.sampled_from((("plan.max_turnover", 60_000), ("plan.max_sales", 6))))
    document = compared(on_file(folder, sheet), "--sweep", f"{key}=0:{top}:7", as_of=TODAY)
    points = document["sweep"]["points"]
    assert [point["value"] for point in points] == [top * n // 6 for n in range(7)]
    assert points[0]["benefit"]["total"] == NOTHING
    for tighter, looser in pairwise(points):
        assert tighter["benefit"]["total"] <= looser["benefit"]["bound"]
        assert tighter["benefit"]["total"] <= looser["benefit"]["total"] + CENT * (1 + tighter["sales"])
