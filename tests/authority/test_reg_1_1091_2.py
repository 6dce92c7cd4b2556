"""Reg. § 1.1091-2(a): the basis of the replacement, from the ledger."""

from tests.ledger_cases import basis, expect, law_case


def test_a_example_1_bought_back_dearer():
    assert basis(expect(law_case("US-WS-008")), "L2") == 110


def test_a_example_2_bought_back_cheaper():
    assert basis(expect(law_case("US-WS-009")), "L2") == 90
