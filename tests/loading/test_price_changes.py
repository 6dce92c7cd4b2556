"""Prices under a scenario override a lot's own: in dollars, or by so many percent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from household_files import AS_OF, compared, invoked, write

from planner.domain.errors import ExitCode
from planner.loader import load_case

LOTS = "AAA,10,2024-01-05,3000,100,stock,a\nBTC,2,2024-02-05,90000,50000.5,crypto,b\n"
GAIN = "\n[realized]\nlong_term = 20_000\n"


def prices(folder: Path, scenario: str | None = None) -> dict[str, Decimal | None]:
    return {h.lot.symbol: h.price for h in load_case(folder, as_of=AS_OF, scenario=scenario).holdings}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("prices.BTC = 70_000", {"AAA": Decimal(100), "BTC": Decimal(70_000)}),
        ('prices."*" = "-10%"', {"AAA": Decimal(90), "BTC": Decimal("45000.45")}),
        ('prices."*" = "+10 %"\nprices.AAA = "-50%"', {"AAA": Decimal(50), "BTC": Decimal("55000.55")}),
        ('prices."*" = "-100%"\nprices.aaa = 7', {"AAA": Decimal(7), "BTC": Decimal(0)}),
    ],
)
def test_a_scenario_changes_the_prices_of_lots(tmp_path: Path, written: str, expected: dict[str, Decimal]) -> None:
    folder = write(tmp_path, LOTS, f'{GAIN}[prices]\nBTC = 60_000\n[scenarios."Shock"]\n{written}\n')
    assert prices(folder, "Shock") == expected
    assert prices(folder) == {"AAA": 100, "BTC": Decimal("50000.5")}, "as given, a lot's own price stands"


def test_a_scenario_at_other_prices_is_compared_apart(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, f'{GAIN}[scenarios."Shock"]\nprices."*" = "-10%"\n')
    shock = next(each for each in compared(folder)["scenarios"] if each["name"] == "Shock")
    assert shock["apart"] == "other prices"
    assert {sale["lot_id"]: sale["proceeds"] for sale in shock["plan"]["sales"]}["a"] == 900


def test_a_price_of_what_is_not_held_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, f'{GAIN}[scenarios."Shock"]\nprices.ETH = 70_000\n')
    case = load_case(folder, as_of=AS_OF, scenario="Shock")
    assert [caution.code for caution in case.cautions if "ETH" in caution.text] == ["price_not_held"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('prices.BTC = "70k"', "not a price change"),
        ('prices."*" = 100', "every security"),
        ('prices."*" = "-101%"', "not a price change"),
        ("prices.BTC = -1", "less than 0"),
    ],
)
def test_what_is_no_price_is_refused(tmp_path: Path, written: str, said: str) -> None:
    answer = invoked(write(tmp_path, LOTS, f'{GAIN}[scenarios."Shock"]\n{written}\n'))
    assert answer.exit_code == ExitCode.REFUSED
    assert said in answer.stderr


def test_only_a_scenario_changes_prices_by_percent(tmp_path: Path) -> None:
    answer = invoked(write(tmp_path, LOTS, f'{GAIN}[prices]\nBTC = "-10%"\n'))
    assert answer.exit_code == ExitCode.REFUSED
    assert "must be a number" in answer.stderr
