"""Every example says what its `expected` folder holds, and the worked examples come to the figures they are about."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.golden.regenerate import (
    EXAMPLES,
    EXPLAINED,
    EXPORTED,
    EXPORTS,
    OUTPUTS,
    STATES,
    comparable,
    expected,
    explanation_of,
    export_of,
    output_of,
)
from tests.golden.states_page import states_page


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_says_what_is_expected(example: str, name: str) -> None:
    kept = expected(example, name).read_text("utf-8")
    assert comparable(name, output_of(example, name)) == comparable(name, kept)


@pytest.mark.parametrize("name", EXPLAINED)
def test_an_example_is_explained_as_expected(name: str) -> None:
    assert explanation_of(name) == expected(EXPORTED, name).read_text("utf-8")


@pytest.mark.parametrize("name", EXPORTS)
def test_an_example_is_exported_as_expected(name: str) -> None:
    assert export_of(name) == expected(EXPORTED, name).read_bytes()


def test_the_page_of_the_states_is_what_they_hold_and_pass() -> None:
    assert states_page() == STATES.read_text("utf-8")


def planned(example: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output_of(example, "plan.json"), parse_float=Decimal)
    return found


def test_bitcoin_loss_takes_up_the_gain_then_3000_of_income_then_is_carried() -> None:
    plan = planned("bitcoin-loss")
    assert [sale["gain"] for sale in plan["sales"]] == [-15_000]
    assert plan["baseline"]["net_short_term"] == 10_000
    assert plan["planned"]["net_short_term"] == -5_000
    assert plan["planned"]["deductible_loss"] == 3_000
    assert plan["planned"]["carryover_short"] == 2_000
    # 120,000 + 10,000 - 16,100: 8,200 of it at 24 percent; then 4,800 of gain and income at 22.
    assert plan["benefit"]["tax_saved"] == 8_200 * Decimal("0.24") + 4_800 * Decimal("0.22")
    assert plan["sales"][0]["rebuy_on"] is None
    assert {"crypto_exempt", "economic_substance"} <= {caution["code"] for caution in plan["cautions"]}


def test_of_fifty_thousand_47000_is_carried() -> None:
    plan = planned("fifty-thousand-loss")
    assert sum(sale["gain"] for sale in plan["sales"]) == -50_000
    assert plan["planned"]["deductible_loss"] == 3_000
    assert (plan["planned"]["carryover_short"], plan["planned"]["carryover_long"]) == (0, 47_000)
    assert plan["benefit"]["tax_saved"] == 3_000 * Decimal("0.24")


def test_of_eight_thousand_5000_is_left_for_next_year() -> None:
    plan = planned("eight-thousand-loss")
    assert sum(sale["gain"] for sale in plan["sales"]) == -8_000
    assert plan["planned"]["deductible_loss"] == 3_000
    assert (plan["planned"]["carryover_short"], plan["planned"]["carryover_long"]) == (0, 5_000)
    assert plan["benefit"]["tax_saved"] == 3_000 * Decimal("0.22")


def test_the_household_shows_every_part_of_the_screen() -> None:
    text = output_of("household", "plan-full.txt")
    for part in (
        "Net benefit", "Proven", "Sell ", "without the plan and with it", "Do not buy",
        "Cancel these planned purchases", "Digital assets", "Becoming long-term soon", "Held back", "Warnings",
    ):  # fmt: skip
        assert part in text, part
