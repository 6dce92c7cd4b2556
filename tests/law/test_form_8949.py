"""§ 6045(g) and the instructions for Form 8949: what is reported, the boxes, and columns (e) to (g)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.form_8949 import Box, Reported, adjustment, box_of, reported
from rules.terms import AssetClass, Character, Custody

BASIS, PROCEEDS, NOTHING = Reported.BASIS, Reported.PROCEEDS, Reported.NOTHING
ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("asset_class", "first_day"),
    [
        (AssetClass.STOCK, date(2011, 1, 1)),
        (AssetClass.ETF, date(2012, 1, 1)),
        (AssetClass.FUND, date(2012, 1, 1)),
        (AssetClass.OPTION, date(2014, 1, 1)),
        (AssetClass.BOND, date(2014, 1, 1)),
        (AssetClass.CRYPTO, date(2026, 1, 1)),
    ],
)
def test_basis_is_reported_of_what_was_acquired_from_a_day_on(asset_class, first_day):
    assert reported("X", asset_class, first_day, 2026, Custody.BROKER) is BASIS
    assert reported("X", asset_class, first_day - ONE_DAY, 2026, Custody.BROKER) is PROCEEDS


def test_without_a_day_or_a_kind_that_is_covered_only_proceeds_are_reported():
    assert reported("X", AssetClass.STOCK, None, 2026, Custody.BROKER) is PROCEEDS
    assert reported("X", AssetClass.OTHER, date(2025, 1, 2), 2026, Custody.BROKER) is PROCEEDS


@pytest.mark.parametrize("trust", ["GLD", "IBIT"])
def test_a_share_of_a_trust_that_holds_metal_or_coins_is_not_covered(trust):
    assert reported(trust, AssetClass.ETF, date(2025, 1, 2), 2026, Custody.BROKER) is PROCEEDS


def test_nobody_reports_what_the_owner_keeps_or_what_is_no_security():
    assert reported("BTC", AssetClass.CRYPTO, date(2026, 1, 2), 2026, Custody.SELF) is NOTHING
    assert reported("EAGLE", AssetClass.COLLECTIBLE, date(2026, 1, 2), 2026, Custody.BROKER) is NOTHING


@pytest.mark.parametrize(("year", "told"), [(2024, NOTHING), (2025, PROCEEDS)])
def test_form_1099_da_begins_with_the_sales_of_2025_and_with_proceeds(year, told):
    assert reported("BTC", AssetClass.CRYPTO, date(2024, 1, 2), year, Custody.BROKER) is told


@pytest.mark.parametrize(
    ("year", "asset_class", "short", "long"),
    [
        (2024, AssetClass.STOCK, "ABC", "DEF"),
        (2024, AssetClass.CRYPTO, "ABC", "DEF"),
        (2025, AssetClass.STOCK, "ABC", "DEF"),
        (2025, AssetClass.CRYPTO, "GHI", "JKL"),
        (2026, AssetClass.CRYPTO, "GHI", "JKL"),
    ],
)
def test_boxes(year, asset_class, short, long):
    for character, letters in ((Character.SHORT, short), (Character.LONG, long)):
        assert [box_of(character, asset_class, told, year) for told in Reported] == list(letters)


def test_a_box_says_its_part_what_is_reported_and_its_line_of_schedule_d():
    said = {box.value: (box.character.value, box.reported.value, box.schedule_d_line) for box in Box}
    for letters, character, lines in (
        ("ABC", "short", ("1b", "2", "3")), ("GHI", "short", ("1b", "2", "3")),
        ("DEF", "long", ("8b", "9", "10")), ("JKL", "long", ("8b", "9", "10")),
    ):  # fmt: skip
        for letter, told, line in zip(letters, ("basis", "proceeds", "nothing"), lines, strict=True):
            assert said[letter] == (character, told, line)


@pytest.mark.parametrize(
    ("told", "listed", "disallowed", "collectible", "expected"),
    [
        (BASIS, "100", "0", False, ("100", "", "0")),
        (BASIS, "100", "30", False, ("100", "W", "30")),
        (BASIS, "80", "0", False, ("80", "B", "-20")),  # a higher basis than reported: negative
        (BASIS, "110", "0", False, ("110", "B", "10")),
        (BASIS, "80", "30", True, ("80", "BCW", "10")),
        (PROCEEDS, "80", "0", False, ("100", "", "0")),  # nothing was reported that had to be put right
        (PROCEEDS, "80", "30", True, ("100", "CW", "30")),
        (NOTHING, "100", "0", True, ("100", "C", "0")),
    ],
)
def test_columns_e_f_and_g(told, listed, disallowed, collectible, expected):
    basis, codes, amount = adjustment(Decimal(100), told, Decimal(listed), Decimal(disallowed), collectible=collectible)
    assert (basis, codes, amount) == (Decimal(expected[0]), expected[1], Decimal(expected[2]))
    assert 60 - basis + amount == 60 - 100 + Decimal(disallowed)  # column (h) is what is recognized


@pytest.mark.parametrize(("told", "codes"), [(BASIS, "BCTW"), (PROCEEDS, "CW"), (NOTHING, "CW")])
def test_the_other_term_is_a_code_where_a_term_was_reported(told, codes):
    found = adjustment(Decimal(100), told, Decimal(80), Decimal(5), collectible=True, other_term=True)
    assert found.codes == codes
