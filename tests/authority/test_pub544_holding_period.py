"""When a holding becomes long-term: Pub. 544 (Holding period), Rev. Rul. 66-7, § 1223."""

from datetime import date
from decimal import Decimal

import pytest

from rules.holding_period import character, character_of_sale, first_day_held_longer, first_long_term_day
from rules.terms import AssetClass, Character, Lot

SHORT, LONG = Character.SHORT, Character.LONG


@pytest.mark.parametrize(
    ("sold", "expected"),
    [(date(2025, 2, 5), SHORT), (date(2025, 2, 6), LONG)],
)
def test_bought_on_5_february_example(sold: date, expected: Character) -> None:
    assert character(date(2024, 2, 5), sold) is expected


def test_rev_rul_66_7_bought_on_the_last_day_of_april_held_more_than_six_months() -> None:
    assert first_day_held_longer(date(1963, 4, 30), 6) == date(1963, 11, 1)


@pytest.mark.parametrize(
    ("acquired", "first_long"),
    [
        (date(2024, 2, 29), date(2025, 3, 1)),  # a leap day is a month's end
        (date(2023, 2, 28), date(2024, 3, 1)),  # month's end to month's end: not 29 February
        (date(2024, 2, 28), date(2025, 3, 1)),  # in a leap year 28 February is not a month's end
        (date(2025, 4, 30), date(2026, 5, 1)),
        (date(2025, 12, 31), date(2027, 1, 1)),
        (date(2025, 11, 22), date(2026, 11, 23)),
        (date(2023, 3, 1), date(2024, 3, 2)),  # 366 days are still exactly one year
    ],
)
def test_first_long_term_day_and_the_day_before(acquired: date, first_long: date) -> None:
    assert first_long_term_day(acquired) == first_long
    assert character(acquired, first_long) is LONG
    assert character(acquired, first_long.fromordinal(first_long.toordinal() - 1)) is SHORT


@pytest.mark.parametrize(
    ("acquired", "first"),
    [
        (date(2025, 8, 30), date(2026, 3, 1)),  # no 31 February
        (date(2025, 8, 31), date(2026, 3, 1)),
        (date(2025, 6, 15), date(2025, 12, 16)),
        (date(2025, 6, 30), date(2026, 1, 1)),
    ],
)
def test_six_months_across_months_of_other_lengths(acquired: date, first: date) -> None:
    assert first_day_held_longer(acquired, 6) == first


def gift(holding_since: date | None) -> Lot:
    return Lot(
        lot_id="gift",
        account="a",
        symbol="X",
        asset_class=AssetClass.STOCK,
        quantity=Decimal(10),
        acquired=date(2026, 6, 1),
        basis=Decimal(1000),
        holding_since=holding_since,
        loss_basis=Decimal(800),
    )


def test_gift_sold_at_a_gain_tacks_the_donors_time() -> None:
    assert character_of_sale(gift(date(2024, 1, 10)), date(2026, 7, 1)) is LONG


def test_gift_sold_at_a_loss_from_its_value_when_given_begins_on_the_day_after() -> None:
    assert character_of_sale(gift(date(2024, 1, 10)), date(2026, 7, 1), at_loss_basis=True) is SHORT
    assert character_of_sale(gift(date(2024, 1, 10)), date(2027, 6, 2), at_loss_basis=True) is LONG


def test_inherited_is_long_term_a_month_after_death() -> None:
    assert character(None, date(2026, 10, 1), inherited=True) is LONG


def test_a_day_nobody_knows_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="not known"):
        character(None, date(2026, 10, 1))
