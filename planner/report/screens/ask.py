"""The answer to a trade as a person reads it: yes, no or unknown first, then why, and from when on."""

from __future__ import annotations

from planner.analysis.trade_answer import Answer, TradeAction, TradeAnswer
from planner.report.screens.text_page import TextPage
from planner.report.words import day, money, quantity

_ANSWERS = {
    Answer.YES: "Yes. No loss is affected.",
    Answer.NO: "No. A loss would be disallowed.",
    Answer.UNKNOWN: "Unknown. It depends on files not given, or on a question only you can answer.",
}


def ask_screen(answer: TradeAnswer, *, width: int, color: bool, plain: bool = False) -> str:
    """The whole answer as text of that many columns."""
    page = TextPage(width, color, plain)
    many = "any quantity of" if answer.quantity is None else quantity(answer.quantity)
    verb = "Buy" if answer.action is TradeAction.BUY else "Sell"
    page.say(f"{verb} {many} {answer.symbol} in {answer.account} on {day(answer.date)}?", hanging=2)
    page.blank()
    page.say(_ANSWERS[answer.answer], style="bold")
    for sentence in answer.because:
        page.say(f"* {sentence[0].upper()}{sentence[1:]}.", indent=2, hanging=2)
    if answer.disallowed_loss:
        page.say(
            f"Loss disallowed: {money(answer.disallowed_loss)}; permanently lost: {money(answer.permanently_lost)}."
        )
    change = "does not change" if not answer.tax_now else f"changes by {money(answer.tax_now)}"
    known = "On what is known, this" if answer.answer is Answer.UNKNOWN else "This"
    page.say(f"{known} year's tax {change}.")
    if answer.safe_on is not None:
        page.say(f"Safe from {day(answer.safe_on)}.")
    page.blank()
    page.say("An estimate, not tax advice.")
    return page.text
