"""What only the taxpayer can answer: whether something bought around a loss is substantially identical to it. I-07."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date

from planner.domain.case import Case
from planner.domain.errors import Caution
from rules.substantially_identical import IdenticalGroups, Verdict, option_underlying, same_exposure
from rules.wash_sale import wash_window


def open_questions(
    case: Case,
    losses: Iterable[tuple[str, date]],
    bought: Iterable[tuple[str, date]],
    to_come: Container[str] = (),
) -> Iterator[tuple[str, Caution]]:
    """Each pair of securities, sold at a loss and bought in its window, that no one has ruled on: the symbol sold, and
    a caution.

    Both come as symbols with days; of `to_come` no purchase has been made yet.
    """
    choices = case.household.wash_sale
    groups = IdenticalGroups.of(choices.identical, choices.different)
    days, sold = _by_symbol(bought), _by_symbol(losses)
    about: dict[str, list[str]] = defaultdict(list)
    for symbol in sorted(days):
        about[_subject(symbol)].append(symbol)
    for symbol in sorted(sold):
        for other in about[_subject(symbol)]:
            if other == symbol or not _near(sold[symbol], days[other]):
                continue
            answer = groups.answer(symbol, other)
            if answer.verdict is Verdict.ASK:
                asks = f"Would {other}, if bought" if other in to_come else f"Is {other}, bought"
                be = ", be substantially" if other in to_come else ", substantially"
                yield (
                    symbol,
                    Caution(
                        "ask_identical",
                        f"{asks} within 30 days of selling {symbol} at a loss{be} "
                        f"identical to it? {answer.reason}. It is treated as not identical; answer under "
                        "different or identical in [wash_sale].",
                    ),
                )


def of_one_subject(symbols: Iterable[str]) -> set[str]:
    """Those of which the question may arise: another of these symbols shares its subject."""
    about: dict[str, list[str]] = defaultdict(list)
    for symbol in symbols:
        about[_subject(symbol)].append(symbol)
    return {symbol for alike in about.values() if len(alike) > 1 for symbol in alike}


def _by_symbol(pairs: Iterable[tuple[str, date]]) -> dict[str, list[date]]:
    days: dict[str, set[date]] = defaultdict(set)
    for symbol, day in pairs:
        days[symbol].add(day)
    return {symbol: sorted(its) for symbol, its in days.items()}


def _subject(symbol: str) -> str:
    """What two securities must share for the question to arise."""
    option = option_underlying(symbol)
    stock = symbol if option is None else option.underlying
    return same_exposure(stock) or stock


def _near(sold: Sequence[date], bought: Sequence[date]) -> bool:
    for day in sold:
        first, last = wash_window(day)
        n = bisect_left(bought, first)
        if n < len(bought) and bought[n] <= last:
            return True
    return False
