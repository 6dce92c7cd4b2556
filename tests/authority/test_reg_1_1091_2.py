"""Reg. § 1.1091-2(a): the basis of the replacement, from what `disallow` says."""

from tests.wash_walk import expect, law_case


def test_a_example_1_bought_back_dearer():
    assert expect(law_case("US-WS-008")).pieces["L2"][0].basis == 110


def test_a_example_2_bought_back_cheaper():
    assert expect(law_case("US-WS-009")).pieces["L2"][0].basis == 90
