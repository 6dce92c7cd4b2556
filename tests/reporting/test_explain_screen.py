"""An explanation as text and as JSON, and what is said first when the plan has changed: nothing cut, at any width."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from planner.analysis.comparison import since
from planner.analysis.explanation import (
    BreakEven,
    Citation,
    Decision,
    DollarSegment,
    Explanation,
    ExplanationStep,
    LotExplained,
    Matched,
    OtherDay,
    Supposition,
    Washing,
    WhatIf,
    Worth,
)
from planner.analysis.marginal_value import Rung
from planner.domain.portfolio import Transaction
from planner.report.json_documents.explain import explain_document
from planner.report.json_documents.text import as_json
from planner.report.screens.explain import explain_screen
from planner.report.screens.since import since_screen
from rules.terms import ZERO, Character
from tests.reporting.made_plans import COINS, SAFE, SOLD, WASHED, WINDOW, holding, made_case, made_plan, sale

LOT_ID = "Schwab:VXUS:2026-01-22:1"
LOSS = Decimal("1234.56")
RUNG = Rung(
    ZERO,
    Decimal(1000),
    Decimal("0.15"),
    Decimal("0.038"),
    ZERO,
    ZERO,
    ZERO,
    Decimal("0.0921"),
    "offsets long-term gain",
)
CARRIED = Rung(
    Decimal(1000), LOSS, ZERO, ZERO, ZERO, Decimal(1), Decimal("0.1296"), Decimal("0.0921"), "is carried to 2027"
)
STRETCH = DollarSegment(
    (ExplanationStep(RUNG, Decimal(188), ZERO), ExplanationStep(CARRIED, ZERO, Decimal("234.56"))), after=3
)
WORTH = Worth(Decimal(188), Decimal("30.40"), Decimal("113.70"), Decimal("2.00"))
EXPLAINED = LotExplained(
    holding(LOT_ID, basis="11234.56", price="100.005", units="100"),
    Decision.SOLD,
    "saves $188.00 of tax; carries $234.56 forward",
    until=SAFE,
    sale=sale(LOT_ID),
    in_order=STRETCH,
    worth_in_order=WORTH,
    on_top=replace(STRETCH, steps=STRETCH.steps[1:]),
    worth_on_top=WORTH,
    frees=Decimal("-5.01"),
    matched=(Matched("Vanguard IRA", "VXUS", SOLD, Decimal("11.5"), Decimal("239.36"), True, "§ 1091(a)-(c)"),),
    washing=Washing(date(2026, 11, 15), date(2027, 1, 14), SAFE, Decimal(100), LOSS, Decimal(75), Decimal(160)),
    other_days=(OtherDay(date(2026, 12, 28), Character.LONG, Decimal("-3.39"), Decimal("265.54")),),
    turns_long_term=date(2027, 1, 23),
    what_ifs=(
        WhatIf(Supposition.KEPT, Decimal("-206.77")),
        WhatIf(Supposition.MAX_SALES, Decimal("12.50"), Decimal(100)),
        WhatIf(Supposition.SELL_GAINS, ZERO),
        WhatIf(Supposition.SOLD, None, no_plan="no combination satisfies every limit"),
    ),
    break_even=BreakEven(Decimal("170.92"), Decimal("170.93")),
    unfinished=True,
    sources=(Citation("§ 1222(1)-(4)", "property held for more than one year is long-term"),),
)
UNKNOWN = LotExplained(
    holding("Schwab:XYZ:Various:1", basis=None, price=None),
    Decision.BARRED,
    "its basis is not known, so its gain is not known",
)
EXPLANATION = Explanation(
    made_plan(sale(LOT_ID), WASHED, COINS), made_case(), "VXUS", (EXPLAINED, UNKNOWN), ("another",), (WINDOW,)
)


def shown(explanation: Explanation = EXPLANATION, *, width: int = 80, plain: bool = False, tax: bool = False) -> str:
    return explain_screen(explanation, tax=tax, width=width, color=False, plain=plain)


def flowing(text: str) -> str:
    return " ".join(text.split())


def test_dollars_carried_to_one_year_are_told_apart_by_what_they_are_worth() -> None:
    """Each $3,000 is used a year later than the one before (§ 1211(b)), and worth less."""
    later = replace(CARRIED, start=LOSS, end=Decimal(2000), carryover_value=Decimal("0.1234"))
    steps = (*STRETCH.steps, ExplanationStep(later, ZERO, Decimal("765.44")))
    text = shown(replace(EXPLANATION, lots=(replace(EXPLAINED, in_order=DollarSegment(steps, after=3)),)))
    assert "is carried to 2027: $0.1296" in text
    assert "is carried to 2027: $0.1234" in text
    assert "is carried to 2027:" not in shown()


@pytest.mark.parametrize(
    "sentence",
    [
        "The plan sells 3 lots. Net benefit $3,474.14, proven within $0.04.",
        "At $100.005 each it is worth $10,000.50 today.",
        "$10,000.00 less a basis of $11,234.56 is a short-term loss of $1,234.56.",
        "With the plan’s sales counted from the largest loss down: saves $188.00 of tax; carries $234.56 forward.",
        "Dollar by dollar, after the 3 sales listed before it",
        "The first dollar saves $0.1880 of tax now and adds $0.0921 of deferred tax: net benefit $0.0959",
        "The last carries over loss worth $0.1296 and adds $0.0921 of deferred tax: net benefit $0.0375",
        "Trading costs $2.00. Net benefit $102.70.",
        "If it were not sold, $5.01 more of other lots’ loss would count.",
        "If kept, with everything else replanned, the net benefit is $206.77 lower.",
        "Without max_sales, the net benefit is $12.50 higher, and the plan sells it.",
        "With plan.sell_gains = true, the net benefit is the same, and the plan still does not sell it.",
        "If sold whole, with everything else replanned: no plan is possible. No combination satisfies every limit.",
        "Break-even: sold at $170.92 each, kept at $170.93",
        "Sold on Mon Dec 28, 2026 instead, long-term, with $265.54 of its loss disallowed",
        "It becomes long-term on Sat Jan 23, 2027.",
        "allow more with --time-limit",
        "11.5 VXUS bought on Tue Dec 15, 2026 in Vanguard IRA replace as many of its shares",
        "would disallow $1,234.56 of loss and cost $75.00; in an IRA, where the loss is permanently lost, it",
        "bought on unknown dates at an unknown basis. Its price is not known.",
        "The plan does not sell it: its basis is not known",
        "1 more lot of VXUS",
        "Safe on Fri Jan 15, 2027.",
        "§ 1222(1)-(4): property held for more than one year is long-term.",
    ],
)
def test_the_screen_says_it_in_sentences(sentence: str) -> None:
    assert sentence in flowing(shown())


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    assert max(map(len, shown(width=width, tax=True).splitlines())) <= width


def test_in_plain_signs_it_is_ascii() -> None:
    assert shown(plain=True, tax=True).isascii()


def test_a_plan_that_is_not_proven_is_not_called_so() -> None:
    from planner.domain.plan import Status

    unproven = replace(EXPLANATION, plan=made_plan(sale(LOT_ID), status=Status.UNPROVEN))
    assert "NOT PROVEN" in shown(unproven)


def test_worksheets_stand_side_by_side_and_those_of_one_year_alone_by_themselves() -> None:
    text = flowing(shown(tax=True))
    assert "7 net short-term gain or loss $10,000.00 -$5,000.00 -$15,000.00" in text
    assert "21 loss that may reduce other income - -$3,000.00 -$3,000.00" in text
    assert "Capital Loss Carryover Worksheet Filled in only with the plan." in text
    assert "Schedule D" not in shown()


def test_the_document_has_money_in_cents_and_all_that_the_screen_says() -> None:
    document = json.loads(as_json(explain_document(EXPLANATION, tax=True)))
    assert document["schema"] == "harvest.explain/1"
    lot, unknown = document["lots"]
    assert (lot["decision"], lot["in_order"]["total"], lot["on_top"]["after"]) == ("sold", 102.7, 3)
    assert lot["in_order"]["steps"][1] == {
        "from": 1000,
        "to": 1234.56,
        "does": "is carried to 2027",
        "tax_saved": 0,
        "carried": 234.56,
        "per_dollar": {
            "income_tax": 0,
            "niit": 0,
            "state_tax": 0,
            "edges": 0,
            "carried": 1,
            "carryover_value": 0.1296,
            "deferred_tax": 0.0921,
            "worth": 0.0375,
        },
    }
    assert [what["difference"] for what in lot["what_ifs"]] == [-206.77, 12.5, 0, None]
    assert lot["break_even"] == {"sold_at": 170.92, "kept_at": 170.93}
    assert (unknown["basis"], unknown["price"], unknown["sale"], unknown["in_order"]) == (None, None, None, None)
    assert document["worksheets"][0]["name"] == "Schedule D"
    assert json.loads(as_json(explain_document(EXPLANATION, tax=False)))["worksheets"] is None


def test_what_has_changed_since_the_last_plan() -> None:
    earlier = made_plan(sale("a"), sale("b"))
    later = replace(made_plan(replace(sale("a"), quantity=Decimal(30)), sale("c")), benefit=earlier.benefit)
    text = since_screen(since(earlier, later), ["lots.csv"], width=80, color=False)
    assert text.strip().splitlines() == [
        "Changed: lots.csv",
        "  The net benefit is still $3,474.14.",
        "  * a: 30 sold on Tue Dec 15, 2026, before 25.5 on Tue Dec 15, 2026",
        "  * b: no longer sold",
        "  * c: 25.5 sold on Tue Dec 15, 2026, new",
    ]


def test_nothing_that_changed_is_said_too() -> None:
    text = since_screen(since(made_plan(sale("a")), made_plan(sale("a"))), ["lots.csv"], width=80, color=False)
    assert "It sells the same lots on the same days." in text


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("buy", "(taxable, taxpayer’s), bought on Thu Jan 22, 2026 for $100.00."),
        ("vest", "vested on Thu Jan 22, 2026, basis $100.00."),
        ("gift_in", "received as a gift on Thu Jan 22, 2026, basis $100.00."),
        ("inherit", "inherited, basis $100.00."),
    ],
)
def test_what_was_not_bought_is_not_called_bought(action: str, words: str) -> None:
    """By the row of the lot's id, or of its day; by the lot itself where it is inherited or has a lower basis."""
    held = holding(LOT_ID)
    row = Transaction("Schwab", date(2026, 1, 22), action, "VXUS", Decimal(1), Decimal(100), "t.csv:2")
    for its in (row, replace(row, date=date(2026, 1, 23), lot_id=LOT_ID), replace(row, where="lots.csv:2")):
        case = replace(made_case(), transactions=(its,))
        told = replace(EXPLANATION, case=case, lots=(replace(EXPLAINED, holding=held),))
        assert words in flowing(shown(told))
    gift, left = replace(held.lot, loss_basis=Decimal(80)), replace(held.lot, inherited=True)
    for lot, said in ((gift, "received as a gift on"), (left, "inherited, basis")):
        assert said in flowing(shown(replace(EXPLANATION, lots=(replace(EXPLAINED, holding=replace(held, lot=lot)),))))
