"""The windows still open: on which days no one in the household may buy what was sold at a loss. § 1091(a)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from planner.domain.case import Case
from planner.domain.plan import Scheduled, Window
from planner.ledger.results import Disposition
from rules.substantially_identical import IdenticalGroups, spelling
from rules.terms import ZERO
from rules.wash_sale import first_safe_day, wash_window


def open_windows(dispositions: Iterable[Disposition], case: Case) -> tuple[Window, ...]:
    """For each security sold at a loss that a purchase could still disallow, and what is identical to it: the days."""
    losses: dict[str, list[Disposition]] = defaultdict(list)
    opened = [d for d in dispositions if wash_window(d.sold)[1] >= case.as_of and d.allowed_loss > 0]
    names = one_name(disposition.symbol for disposition in opened)
    for disposition in opened:
        losses[names[disposition.symbol]].append(disposition)
    days = {symbol: ([sale.sold for sale in sales], _because(sales)) for symbol, sales in losses.items()}
    return tuple(replace(window, scheduled=_scheduled(window, case)) for window in windows_of(days, case))


def one_name(symbols: Iterable[str]) -> dict[str, str]:
    """The one name here of the security that each symbol stands for: brokers spell one contract in several ways."""
    shown: dict[str, str] = {}
    return {symbol: shown.setdefault(spelling(symbol), symbol) for symbol in sorted(set(symbols))}


def _scheduled(window: Window, case: Case) -> tuple[Scheduled, ...]:
    """Planned purchases inside the window. What each costs only a plan can say."""
    return tuple(
        Scheduled(p.date, p.account, p.symbol, p.quantity, None, p.cancelable)
        for p in sorted(case.household.planned_purchases, key=lambda p: (p.date, p.account))
        if spelling(p.symbol) == spelling(window.symbol) and max(window.first, case.as_of) <= p.date <= window.last
    )


def _because(sales: Collection[Disposition]) -> str:
    allowed = sum((sale.allowed_loss for sale in sales), ZERO)
    return f"sold at a loss, last on {max(sale.sold for sale in sales)}; ${allowed:,.2f} of it is at stake"


def windows_of(losses: Mapping[str, tuple[Collection[date], str]], case: Case) -> tuple[Window, ...]:
    """The windows of symbols sold at a loss, each with the days of its sales and its reason; the first safe one first.

    What is identical to them is closed too; what is identical to several, from the first to the last of their days.
    """
    groups = IdenticalGroups.of(case.household.wash_sale.identical, case.household.wash_sale.different)
    days: dict[str, set[date]] = defaultdict(set)  # by § 1091 key
    sold_as: dict[str, str] = {}
    for symbol in sorted(losses, reverse=True):
        days[groups.key(symbol)].update(losses[symbol][0])
        sold_as |= dict.fromkeys(groups.alike(symbol), symbol)
    names = {spelling(symbol): symbol for symbol in losses}
    opened = []
    for symbol in {*(names.get(alike, alike) for alike in sold_as), *losses}:
        sold = tuple(sorted(days[groups.key(symbol)]))
        like = None if symbol in losses else sold_as[symbol]
        opened.append(
            Window(
                symbol=symbol,
                first=wash_window(sold[0])[0],
                last=wash_window(sold[-1])[1],
                safe_on=first_safe_day(sold[-1]),
                because=losses[symbol][1] if like is None else f"substantially identical to {like}",
                sold=sold,
                identical_to=like,
                accounts=tuple(account.name for account in case.household.accounts),
            )
        )
    return tuple(sorted(opened, key=lambda window: (window.safe_on, window.symbol)))
