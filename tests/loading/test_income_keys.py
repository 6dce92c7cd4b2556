"""The keys of `[taxpayer]` that income edges depend on: what they mean, what is refused (contract.md)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain.errors import InputError, UnsupportedLaw
from planner.domain.tax_return import tax_return
from planner.loader import read_household
from rules.income_facts import Business, IncomeFacts, Itemized, Marketplace, Parents
from rules.terms import FilingStatus

JOINT = """\
[taxpayer]
tax_year = 2026
filing_status = "married_jointly"
ordinary_income = 60_000
"""
EVERY_KEY = f"""\
{JOINT}net_investment_income = 4_000
born = 1961-12-31
spouse_born = 1962-01-02
blind = 1
social_security = 32_000
tax_exempt_interest = 700
medicare = 2
children = [2012-04-01, 2008-12-31]
parents = {{taxable_income = 310_000, filing_status = "married_jointly", net_long_term = 5, qualified_dividends = 7}}
amt = {{add_back = 900}}
[taxpayer.marketplace]
household_size = 4
benchmark_premium = 26_400
premiums = 24_000
[taxpayer.itemized]
state_and_local = 45_000
mortgage_interest = 22_000
charity = 5_000
[taxpayer.business]
qualified_income = 250_000
specified_service = true
wages_paid = 60
"""


def edges_of(tmp_path: Path, text: str) -> IncomeFacts:
    edges = tax_return(read_household(written(tmp_path, text))).edges
    assert edges is not None
    return edges


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "household.toml").write_text(text, "utf-8")
    return tmp_path


def refused(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_household(written(tmp_path, text))
    return [f"{refusal.where}: {refusal.what}" for refusal in caught.value.problems]


def test_every_key_of_the_contract(tmp_path: Path) -> None:
    assert edges_of(tmp_path, EVERY_KEY) == IncomeFacts(
        standard=True,
        seniors=1,
        adult=True,
        social_security=Decimal(32_000),
        tax_exempt_interest=Decimal(700),
        earned_income=Decimal(0),
        medicare=2,
        two_years=Decimal("1.05") ** -2,
        children=(14, 18),
        marketplace=Marketplace(4, Decimal(26_400), Decimal(24_000)),
        itemized=Itemized(Decimal(45_000), Decimal(22_000), Decimal(5_000)),
        business=Business(Decimal(250_000), True, Decimal(60)),
        parents=Parents(Decimal(310_000), FilingStatus.MARRIED_JOINTLY, Decimal(5), Decimal(7)),
        amt_add_back=Decimal(900),
    )


def test_a_household_without_the_keys_has_no_edges(tmp_path: Path) -> None:
    assert tax_return(read_household(written(tmp_path, JOINT))).edges is None


@pytest.mark.parametrize(
    ("keys", "deduction"),
    [
        ("", 32_200),
        ("born = 1962-01-01\n", 32_200 + 1_650),  # 65 on 31 December 2026
        ("born = 1962-01-02\n", 32_200),
        ("born = 1950-01-01\nspouse_born = 1950-01-01\nblind = 2\n", 32_200 + 4 * 1_650),
        ("born = 1950-01-01\ndeduction = 40_000\n", 40_000),
    ],
)
def test_the_standard_deduction_grows_with_age_and_blindness(tmp_path: Path, keys: str, deduction: int) -> None:
    """§ 63(f); one attains an age on the day before the birthday. An amount given stays as it is (I-80)."""
    assert tax_return(read_household(written(tmp_path, JOINT + keys))).deduction == deduction


@pytest.mark.parametrize(
    ("keys", "earned"),
    [
        ("born = 1980-01-05\n", 60_000),
        ("born = 1980-01-05\nnet_investment_income = 4_000\n", 56_000),
        ("social_security = 20_000\n", 0),
        ('social_security = 20_000\nordinary_kind = "wages"\n', 60_000),
        ('born = 1980-01-05\nordinary_kind = "pension"\n', 0),
        ("social_security = 20_000\nearned_income = 1_234\n", 1_234),
    ],
)
def test_earned_income_is_said_or_assumed(tmp_path: Path, keys: str, earned: int) -> None:
    """§ 32(c)(2); I-81."""
    assert edges_of(tmp_path, JOINT + keys).earned_income == earned


def test_premiums_not_said_are_those_of_the_benchmark(tmp_path: Path) -> None:
    text = JOINT + "[taxpayer.marketplace]\nhousehold_size = 2\nbenchmark_premium = 26_400\n"
    assert edges_of(tmp_path, text).marketplace == Marketplace(2, Decimal(26_400), Decimal(26_400))


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ("born = 1850-01-01", "5: `born` is 1850-01-01, not a plausible birth date of a taxpayer in 2026"),
        ('born = "1950"', '5: `born` must be a date, not "1950"'),
        ("blind = 3", "5: `blind` is 3, on a return of two people"),
        ("children = 2", "5: `children` must be a list of days of birth"),
        ("children = [2027-01-01]", "5: `children` has 2027-01-01, not a birth date of a child in 2026"),
        ("social_security = -5", "5: `social_security` is -5, less than 0"),
        (
            "deduction = 50_000\n[taxpayer.itemized]",
            "5: `deduction` is an amount, and [taxpayer.itemized] is given too",
        ),
        (
            "[taxpayer.marketplace]\npeople = 2",
            "5: `household_size` is missing in [taxpayer.marketplace]",
        ),
        (
            'parents = {taxable_income = 5, filing_status = "married"}',
            "5: `filing_status` is `married`; did you mean `married_jointly`",
        ),
        (
            'earned_income = 5\nordinary_kind = "wages"',
            "6: `earned_income` and `ordinary_kind` are both given",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, keys: str, what: str) -> None:
    found = refused(tmp_path, JOINT + keys)
    assert any(refusal.startswith(f"household.toml:{what}") for refusal in found), found


def test_a_key_that_does_not_exist_has_its_nearest_named(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, JOINT + "[taxpayer.itemized]\ncharities = 4\n")
    assert "no key `charities` in [taxpayer.itemized]; did you mean `charity`" in found


def test_a_spouse_s_age_counts_on_a_joint_return_only(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, JOINT.replace("married_jointly", "single") + "spouse_born = 1950-05-05\n")
    assert found == "household.toml:5: `spouse_born` is given, but the return is not a joint one"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (JOINT.replace("jointly", "separately") + "born = 1950-05-05\n", "married filing separately"),
        (
            JOINT + 'state = "AK"\n[taxpayer.marketplace]\nhousehold_size = 2\nbenchmark_premium = 26_400\n',
            "the poverty line of AK, which is not covered",
        ),
    ],
)
def test_what_the_law_held_does_not_cover_is_exit_4(tmp_path: Path, text: str, what: str) -> None:
    """L-80."""
    household = read_household(written(tmp_path, text))
    with pytest.raises(UnsupportedLaw, match=what) as caught:
        tax_return(household)
    assert caught.value.exit_code == 4


def test_a_day_of_birth_that_is_assumed_is_refused(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, JOINT + 'born = 1950-05-05\nassumed = ["born"]\n')
    assert "`assumed` names `born`, which is not a key that may be assumed" in found


def test_the_surcharge_is_discounted_at_the_household_s_rate(tmp_path: Path) -> None:
    household = read_household(written(tmp_path, f"{JOINT}medicare = 2\n[assumptions]\ndiscount_rate = 0.1\n"))
    edges = tax_return(household).edges
    assert edges == replace(IncomeFacts(earned_income=Decimal(60_000), medicare=2), two_years=Decimal("1.1") ** -2)
    assert household.taxpayer.edges is not None
    assert household.taxpayer.edges.born is None


def test_false_answers_that_a_table_does_not_apply(tmp_path: Path) -> None:
    household = read_household(written(tmp_path, f"{JOINT}marketplace = false\nparents = false\n"))
    keys = household.taxpayer.edges
    assert keys is not None
    assert (keys.marketplace, keys.parents, sorted(keys.said)) == (None, None, ["marketplace", "parents"])
