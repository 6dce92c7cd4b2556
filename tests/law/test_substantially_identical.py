"""Who is whose replacement: the taxpayer's groups, the settled cases, and the questions."""

import pytest

from rules.substantially_identical import IdenticalGroups, Verdict, option_underlying, same_exposure

NONE = IdenticalGroups()


def groups(identical: str = "", different: str = "") -> IdenticalGroups:
    """From "A B, C D": groups parted by commas."""
    return IdenticalGroups(
        [frozenset(group.split()) for group in identical.split(",")],
        [frozenset(group.split()) for group in different.split(",")],
    )


def test_a_symbol_is_its_own_key_however_it_is_written():
    assert NONE.key("brk/b ") == NONE.key("BRK.B") == NONE.key("BRK-B")
    assert NONE.key("BRK.B") != NONE.key("BRK.A")
    assert NONE.key("BF-B") != NONE.key("BFB")


def test_groups_that_share_a_symbol_are_one():
    joined = groups("A B, C D, B C")
    assert len({joined.key(symbol) for symbol in "ABCD"}) == 1
    assert joined.answer("A", "D").verdict is Verdict.YES
    assert joined.answer("A", "E").verdict is Verdict.NO


def test_the_order_of_the_groups_does_not_matter():
    one, other = groups("A B, C D, B C"), groups("B C, D C, B A")
    assert [one.key(symbol) for symbol in "ABCD"] == [other.key(symbol) for symbol in "ABCD"]


@pytest.mark.parametrize("identical", ["GOOG GOOGL", "GOOG X, X GOOGL"])
def test_a_contradiction_is_refused_by_name(identical):
    with pytest.raises(ValueError, match="GOOG and GOOGL are said to be different"):
        groups(identical, "GOOGL GOOG")


def test_what_the_taxpayer_holds_different_is_no_longer_a_question():
    assert NONE.answer("IBIT", "FBTC").verdict is Verdict.ASK
    assert groups("", "IBIT FBTC").answer("FBTC", "IBIT").verdict is Verdict.NO
    assert groups("IBIT FBTC").answer("FBTC", "IBIT").verdict is Verdict.YES


@pytest.mark.parametrize(
    ("sold", "bought"),
    [
        ("VOO", "SPY"),
        ("QQQ", "QQQM"),
        ("IBIT", "GBTC"),
        ("ETHA", "FETH"),
        ("GLD", "IAU"),
        ("SLV", "SIVR"),
    ],
)
def test_one_thing_tracked_by_two_issuers_is_a_question_and_not_a_wash_sale(sold, bought):
    for answer in (NONE.answer(sold, bought), NONE.answer(bought, sold)):
        assert answer.verdict is Verdict.ASK
        assert answer.interpretation == "I-07"
    assert NONE.key(sold) != NONE.key(bought)
    assert same_exposure(sold) == same_exposure(bought)


@pytest.mark.parametrize(
    ("sold", "bought"),
    [("VTI", "SCHB"), ("VOO", "VTI"), ("KO", "PEP"), ("IBIT", "ETHA"), ("GLD", "SLV"), ("GLTR", "GLD")],
)
def test_different_things_are_different(sold, bought):
    assert NONE.answer(sold, bought).verdict is Verdict.NO


def test_classes_of_one_fund_are_identical_unless_the_taxpayer_says_otherwise():
    answer = NONE.answer("VTSAX", "VTI")
    assert (answer.verdict, answer.interpretation) == (Verdict.YES, "I-08")
    assert NONE.key("VTSAX") == NONE.key("VTI")
    apart = groups("", "VTI VTSAX")
    assert apart.answer("VTSAX", "VTI").verdict is Verdict.NO
    assert apart.key("VTSAX") != apart.key("VTI")


def test_the_taxpayers_word_goes_before_the_table_of_classes():
    """VTI with ITOT, ITOT not VTSAX: joining VTI and VTSAX by the table would contradict both."""
    said = groups("VTI ITOT", "ITOT VTSAX")
    assert said.key("VTI") == said.key("ITOT") != said.key("VTSAX")
    assert said.answer("VTI", "VTSAX").verdict is Verdict.NO
    joined = groups("VTI ITOT")
    assert joined.answer("VTI", "ITOT").interpretation is None
    assert joined.answer("VTI", "VTSAX").interpretation == joined.answer("VTSAX", "VTI").interpretation == "I-08"


@pytest.mark.parametrize(
    "symbol",
    [
        "AAPL 01/15/2027 200.00 C",
        "AAPL 1/15/2027 $200 CALL",
        "AAPL  270115C00200000",
        "AAPL270115C00200000",
        "-AAPL270115C200",
        "AAPL 15JAN27 200 C",
    ],
)
def test_one_contract_however_it_is_written(symbol):
    contract = option_underlying(symbol)
    assert contract is not None
    assert contract[:2] == ("AAPL", "call")
    assert (str(contract.expires), contract.strike) == ("2027-01-15", 200)
    assert NONE.key(symbol) == NONE.key("AAPL 01/15/2027 200.00 C")


@pytest.mark.parametrize("symbol", ["AAPL", "BRK.B", "VTSAX", "BTC-USD", "912828ZQ6", "AAPL 02/31/2027 200.00 C", ""])
def test_what_is_no_contract(symbol):
    assert option_underlying(symbol) is None


def test_a_strike_with_cents_and_a_fractional_one():
    assert str(option_underlying("F 01/15/2027 12.50 P").strike) == "12.50"
    assert option_underlying("F     270115P00012500").strike == option_underlying("-F270115P12.5").strike


CALL, HIGHER, LATER = "AAPL 01/15/2027 200.00 C", "AAPL 01/15/2027 210.00 C", "AAPL 06/18/2027 200.00 C"
PUT = "AAPL 01/15/2027 200.00 P"


@pytest.mark.parametrize(
    ("sold", "bought", "verdict"),
    [
        ("AAPL", CALL, Verdict.YES),
        ("AAPL", "AAPL.WS", Verdict.YES),
        ("MSFT", CALL, Verdict.NO),
        ("VOO", CALL, Verdict.NO),
        ("VOO", "SPY 01/15/2027 600.00 C", Verdict.ASK),
        ("AAPL", PUT, Verdict.NO),
        (CALL, "AAPL  270115C00200000", Verdict.YES),
        (CALL, HIGHER, Verdict.ASK),
        (CALL, LATER, Verdict.ASK),
        (CALL, "AAPL", Verdict.ASK),
        (CALL, PUT, Verdict.NO),
        (PUT, CALL, Verdict.NO),
        (PUT, "AAPL", Verdict.NO),
        (CALL, "MSFT", Verdict.NO),
        ("BRK.B", "BRKB 01/15/2027 400.00 C", Verdict.YES),
    ],
)
def test_options(sold, bought, verdict):
    assert NONE.answer(sold, bought).verdict is verdict


def test_a_call_on_what_the_taxpayer_holds_identical():
    assert groups("GOOG GOOGL").answer("GOOGL", "GOOG 01/15/2027 200.00 C").verdict is Verdict.YES


def test_questions_name_their_interpretation():
    assert NONE.answer("GOOG", "GOOGL").interpretation == "I-41"  # classes of one company's stock
    for sold, bought in ((CALL, HIGHER), (CALL, "AAPL"), ("VOO", "SPY")):
        assert NONE.answer(sold, bought).interpretation in {"I-07", "I-09"}
