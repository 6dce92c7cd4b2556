"""What to give to charity, beside the plan: the winners, the deduction with its limit, the forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.analysis.given_away import GivenAway
from planner.domain.giving import Giving, KeptWinner
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import money, quantity
from rules.gifts import FORM_8283_FROM, LimitedGift
from rules.terms import ZERO, Character

NOTHING = "No lot that was held for over a year is worth more than it cost, so give cash: never a lot at a loss, which "
NOTHING += "would be lost with it. Sell that, take the loss, and give the money."


def giving_in_short(giving: Giving) -> str:
    """One line for the first screen."""
    if not giving.lots:
        return f"Give the {money(giving.wanted)} in cash: no winner held for over a year can be given"
    named = ", ".join(f"{quantity(lot.quantity)} {lot.symbol}" for lot in giving.lots[:4])
    more = f" and {len(giving.lots) - 4} more" if len(giving.lots) > 4 else ""
    cash = f"; {money(giving.cash_deducted)} given as cash is deducted (§ 170(p))" if giving.cash_deducted else ""
    return (
        f"Give {named}{more} to charity ({money(giving.value)}, {money(giving.gain)} of it gain never taxed): "
        f"{money(giving.tax_now)} better than selling them first{cash}"
    )


def giving_in_full(giving: Giving) -> tuple[str, ...]:
    """What to give, why, what is deducted, and the forms: a sentence or two each."""
    return (f"{giving_in_short(giving)}.", *(_sentences(giving) if giving.lots else (NOTHING,)))


def show_giving(page: TextPage, giving: Giving | None) -> None:
    """The section, where the household gives."""
    if giving is None:
        return
    page.heading(f"Give to charity: {money(giving.wanted)}")
    if not giving.lots:
        page.say(NOTHING, indent=2)
        return
    page.table(
        [
            TextColumn("Lot", least=18),
            TextColumn("Quantity", number=True),
            TextColumn("Value", number=True),
            TextColumn("Basis", number=True),
            TextColumn("Gain in it", number=True),
        ],
        [
            [lot.lot_id, quantity(lot.quantity), money(lot.value), money(lot.basis), money(lot.gain)]
            for lot in giving.lots
        ],
    )
    for sentence in _sentences(giving):
        page.say(sentence, indent=2)


def show_kept_winners(page: TextPage, winners: Sequence[KeptWinner]) -> None:
    """The section, where the plan keeps any."""
    if not winners:
        return
    page.heading("Winners to keep for a step-up, or to give")
    page.table(
        [
            TextColumn("Lot", least=18),
            TextColumn("Value", number=True),
            TextColumn("Gain in it", number=True),
            TextColumn("Tax if sold", number=True),
            TextColumn("Charity", rigid=True),
        ],
        [
            [
                winner.lot_id,
                money(winner.value),
                f"{money(winner.gain)} ({100 * winner.rate:.0f}%)",
                money(winner.tax),
                "at its value" if winner.givable else "-",
            ]
            for winner in winners
        ],
    )
    page.say(
        "The most gain in each dollar first, with the tax on selling it (this year, and by the carried loss used up). "
        "Left at death, its basis becomes its value and the gain is never taxed (§ 1014(a)); where cash is needed, "
        "sell others first. A loss is lost at death: sell it before.",
        indent=2,
    )


def _sentences(giving: Giving) -> Iterator[str]:
    rest = f" and {money(giving.in_cash)} in cash" if giving.in_cash > 0 else ""
    yield (
        f"Give the shares themselves{rest}: they have the most gain in each dollar of all lots held for over a year. "
        f"Selling them and giving the money would cost {money(giving.tax_now)} in tax and carried loss; buying them "
        f"back with the money you keep spares {money(giving.tax_later)} of later tax, at today's value."
    )
    deduction = giving.deduction
    carried = f" and {money(deduction.carried)} in the next five years" if deduction.carried else ""
    yield (
        "The deduction is their value (§ 170(a), (e)), at most 30% of adjusted gross income, less where cash given has "
        f"used up the 50%: {money(deduction.limit)} (§ 170(b)(1)(A), (C), (G)){_floor(deduction)}: "
        f"{money(deduction.deductible)} this year{carried} (§ 170(d)(1))."
    )
    if giving.itemized:
        whose = "federal and state tax" if giving.of_state else "federal tax"
        yield f"It saves {money(giving.deduction_saves)} of this year's {whose}; no figure of the plan counts it."
        if giving.moves_the_sales:
            without, with_it = giving.sales_save
            yield (
                f"With it the sales would save about {money(with_it)} of this year's tax, not {money(without)}: once "
                "the gift is made, enter its deduction in [taxpayer], leave out [giving], and plan again (L-82)."
            )
    else:
        yield "This household takes the standard deduction: then a gift of property deducts nothing (§ 63)."
        if giving.cash_deducted:
            yield (
                f"Cash up to {money(giving.cash_deducted)} is deducted even so (§ 170(p)); no figure here counts it. "
                "Consider giving that much in cash."
            )
    if giving.value > FORM_8283_FROM:
        named, basis = ", ".join(giving.appraised), sum((lot.basis for lot in giving.lots), ZERO)
        appraised = f"; a qualified appraisal for {named} (§ 170(f)(11)(C), CCA 202302012)" if named else ""
        yield (
            f"File Form 8283 with value {money(giving.value)} and basis {money(basis)}{appraised}. Have them "
            "transferred by December 31, and get the charity's letter (§ 170(f)(8))."
        )
    yield "Never give a lot at a loss: sell it, take the loss, and give the money."


def _floor(deduction: LimitedGift) -> str:
    """Half a percent of income, § 170(b)(1)(I), and what other gifts of the year have met of it."""
    if not deduction.floor:
        return ""
    half = f"half a percent of income, {money(deduction.floor)} (I)"
    if not deduction.met:
        return f" and above {half}"
    if deduction.met < deduction.floor:
        return f" and above {half}, of which other gifts meet {money(deduction.met)}"
    return f"; other gifts meet the floor of {half}"


def _deducted(given: GivenAway) -> str:
    """What of the gift this year may deduct, and whether that saves any tax."""
    share = "50% of adjusted gross income, § 170(b)(1)(A)"
    if given.character is Character.LONG:
        share = "30% of adjusted gross income, § 170(b)(1)(C); 20% for most private foundations, (D)"
    rest = ", and the rest in the next five (§ 170(d)(1))" if given.this_year < given.deduction else ""
    most = f"At most {money(given.this_year)} may be deducted this year ({share}){rest}."
    if given.itemized:
        return f"{most} It saves tax on what your itemized deductions, with it, exceed the standard deduction by."
    return f"{most} It saves tax only if you itemize: the standard deduction leaves nothing for it (§ 63)."


def given_away_words(given: GivenAway | None) -> Iterator[str]:
    """What giving or leaving a lot would do, for its explanation."""
    if given is None:
        return
    if given.gain < 0:
        gone = f"a loss of {money(-given.gain)} never deducted"
        yield f"To charity: {money(given.deduction)} counts as a gift, and {gone}: sell, and give cash."
        yield (
            f"To a person: basis {money(given.bases.for_gain)} for a gain and {money(given.bases.for_loss)} for a loss "
            f"(§ 1015(a)); the {money(given.lost_for_all)} between them is never deducted. To a spouse: your basis "
            "(§ 1041(b))."
        )
        yield "At death: its basis becomes its value then (§ 1014(a)), and the loss is never deducted."
        return
    term = "long-term, so its value" if given.character is Character.LONG else "short-term, so its basis alone"
    counts = f"{money(given.deduction)} counts as a gift ({term}, § 170(e)(1)(A))"
    yield f"To charity: {counts}, and the gain is never taxed. {_deducted(given)}"
    yield (
        f"To a person: your basis, {money(given.bases.for_gain)}, and your holding period go along (§§ 1015(a), "
        "1223(2)): worth it where they pay 0% on gains."
    )
    yield "At death: its basis becomes its value then (§ 1014(a)), and the gain is never taxed: keep it for that."
