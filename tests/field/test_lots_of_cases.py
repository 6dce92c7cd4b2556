"""Lots, sales and warnings of field cases as their reports have them right."""

from __future__ import annotations

from typing import Any

import pytest
from field_answers import answer, cautions, lots, sales


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("29-ofx-split-roc", [("MPLX", 100, 4600, "2025-03-03"), ("NVDA", 100, 12000, "2025-03-03")]),
        ("46-ofx-split-with-positions", [("MPLX", 100, 4600, "2025-03-03"), ("NVDA", 100, 12000, "2025-03-03")]),
        ("30-ibkr-reverse-split", [("SIOX", 500, 2001, "2025-03-03"), ("UAN", 10, 1201, "2025-03-03")]),
        ("37-fidelity-desktop-activity", [("MSTY", 80, 5226, "2026-10-13"), ("SPY", 10, 6502.5, "2026-02-02")]),
        ("48-schwab-vest-history-only", [("GOOG", 80, 16000, "2025-02-03"), ("GOOG", 12, None, "2026-11-25")]),
        ("15-kraken-transfer-airdrop", [("FLR", 120, None, "2025-01-22")]),
        ("36-generic-cost-per-share/b", [("NKE", 100, 17184, "2021-11-08")]),
        ("36-generic-cost-per-share/d", [("NKE", 100, 171.84, "2021-11-08")]),
    ],
)
def test_what_a_history_leaves(name: str, left: list[tuple[Any, ...]]) -> None:
    assert lots(name) == left


def test_29_a_loss_is_measured_after_the_return_of_capital() -> None:
    """§ 301(c)(2): 4,000 less 4,600."""
    assert [(s["symbol"], s["gain"]) for s in answer("plan", "29-ofx-split-roc")["sales"]] == [("MPLX", -600)]


def test_30_a_reverse_split_and_a_change_of_name() -> None:
    planned = {s["symbol"]: s["gain"] for s in answer("plan", "30-ibkr-reverse-split")["sales"]}
    assert planned == {"UAN": -401, "SIOX": -1001}


def test_48_a_vest_in_the_history_alone_washes() -> None:
    """§ 1091(a): 12 vested within 30 days of 20 sold."""
    assert sales("48-schwab-vest-history-only") == [("GOOG", 20, -1000.05, 600.03)]


def test_15_airdrops_without_a_value_are_no_reason_to_refuse() -> None:
    assert (
        "3000 FLR sold in Kraken on 2026-03-02 for $59.84"
        in cautions(answer("plan", "15-kraken-transfer-airdrop"))["sale_not_counted"]
    )


def test_36_what_a_unit_cost_is_not_what_the_lot_cost() -> None:
    assert "files_left_out" in cautions(answer("check", "36-generic-cost-per-share/a"))
    assert "value_far_from_basis" in cautions(answer("check", "36-generic-cost-per-share/d"))
