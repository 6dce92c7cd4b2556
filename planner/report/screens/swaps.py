"""What to buy with the proceeds, when to swap back and at what cost, and what the household holds meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from planner.analysis.totals import market_value
from planner.domain.case import Case
from planner.domain.plan import Plan
from planner.domain.swaps import HIGHER, Exposed, Swap, Swaps
from planner.report.screens.text_page import TextColumn, TextPage
from planner.report.words import ASSET_CLASS, count, day, money, quantity
from rules.terms import ZERO, AssetClass

MOST_ROWS = 12  # of an exposure; --json has the others
NAMED = 4  # purchases named in a row of the first screen
_PERCENT = f"{100 * HIGHER:.0f}%"


def drift_in_words(swaps: Swaps) -> str:
    """The drift, in one line."""
    until = f"until {day(swaps.back_on)}, " if swaps.back_on is not None else ""
    if swaps.drift <= 0:
        return f"With what is bought, {until}the portfolio keeps its exposure, to the extent it is known."
    share = f"{100 * swaps.drift / swaps.total:.1f}%" if swaps.total > 0 else "part"
    return f"With what is bought, {until}{share} of the portfolio ({money(swaps.drift)}) is in cash or something else."


def sold_in_words(plan: Plan, case: Case) -> str:
    """How much of the portfolio the plan turns into cash, where nothing is bought with it."""
    sold = sum((sale.proceeds for sale in plan.sales), ZERO)
    total = sum((value for holding in case.holdings if (value := market_value(holding)) is not None), ZERO)
    share = f", {100 * sold / total:.1f}% of what you hold" if total > 0 else ""
    return f"In cash until something is bought: {money(sold)}{share} (--with-replacements)"


def show_swaps_in_short(page: TextPage, swaps: Swaps, most: int) -> None:
    """A row for each day and account on the first screen, and the drift; where there is no room, how many they are."""
    rows: dict[tuple[object, str], list[Swap]] = defaultdict(list)
    for swap in swaps.swaps:
        if swap.instead is not None:
            rows[swap.day, swap.account].append(swap)
    if most == 0:
        page.say(f"{count(sum(map(len, rows.values())), 'purchase')} with the proceeds: --full", indent=2)
        return
    if rows:
        page.blank()
        page.say("Buy with the proceeds", style="bold")
    shown, rest = list(rows.values())[:most], list(rows.values())[most:]
    for its in shown:
        named = ", ".join(f"{bought(swap)} for {swap.symbol}" for swap in its[:NAMED])
        more = f" and {len(its) - NAMED} more" if len(its) > NAMED else ""
        first = its[0]
        page.say(f"{first.day:%a %b} {first.day.day}  {first.account}: {named}{more}", indent=2, hanging=2, most=2)
    if rest:
        page.say(f"and {count(sum(map(len, rest)), 'more purchase')}: --full", indent=2)
    page.say(drift_in_words(swaps), indent=2, hanging=2, most=2)


def bought(swap: Swap) -> str:
    """`120 SCHB`, or the dollars where no price is known: `$4,310.00 of SCHB`."""
    assert swap.instead is not None
    if swap.quantity is None:
        return f"{money(swap.dollars)} of {swap.instead.symbol}"
    return f"{quantity(swap.quantity)} {swap.instead.symbol}"


def show_swaps(page: TextPage, plan: Plan) -> None:
    """The section of the whole plan."""
    swaps = plan.swaps
    if swaps is None:
        return
    page.heading("Buy with the proceeds")
    everywhere = everywhere_safe(swaps)
    for sentence in how_to_swap(swaps, everywhere):
        page.say(sentence, indent=2)
    for (on, account), alike in groupby(swaps.swaps, key=lambda swap: (swap.day, swap.account)):
        its = list(alike)
        page.blank()
        page.say(f"{day(on)} · {account}", indent=2)
        page.table(
            [
                TextColumn("Instead of", least=10),
                TextColumn("Buy", least=10),
                TextColumn("Dollars", number=True),
                TextColumn("Swap back", rigid=True),
                TextColumn(f"Tax if {_PERCENT} up", number=True),
            ],
            [_row(swap) for swap in its],
            notes=[note(swap, everywhere) for swap in its],
            indent=4,
        )
    _exposure(page, swaps)


def _row(swap: Swap) -> list[str]:
    if swap.instead is None:
        return [swap.symbol, "nothing", "-", "-", "-"]
    back = swap.back
    return [
        swap.symbol,
        f"{quantity(swap.quantity)} {swap.instead.symbol}" if swap.quantity is not None else swap.instead.symbol,
        money(swap.dollars if swap.cost is None else swap.cost),
        back.on.isoformat() if back is not None else "-",
        money(back.tax) if back is not None else "-",
    ]


def everywhere_safe(swaps: Swaps) -> list[str]:
    """The accounts in which every purchase of a security washes no loss."""
    bought = [swap for swap in swaps.swaps if swap.instead is not None and swap.asset_class is not AssetClass.CRYPTO]
    names = bought[0].accounts if bought else ()
    return sorted(name for name in names if all(name in swap.accounts for swap in bought))


def note(swap: Swap, everywhere: Sequence[str] = ()) -> str:
    """What else is to be said of one: why nothing, in which accounts alone, dividends."""
    if swap.instead is None:
        return f"{swap.why_none}."
    said = []
    if swap.asset_class is not AssetClass.CRYPTO and set(swap.accounts) != set(everywhere):
        said.append(f"In {', '.join(swap.accounts)} alone it washes no loss.")
    if swap.back is not None and swap.back.dividends:
        said.append(
            f"{money(swap.back.dividends)} of its dividends would be ordinary income, at a cost of "
            f"{money(swap.back.dividend_tax)}: sold on {swap.dividends_from} or later they are qualified."
        )
    return " ".join(said)


def how_to_swap(swaps: Swaps, everywhere: Sequence[str]) -> Iterator[str]:
    """What holds of all the purchases."""
    yield (
        "None is substantially identical to a security sold at a loss, by our reading (I-07) and your own groups. "
        "Candidates, not advice to buy; your own [replacements] come first."
    )
    if everywhere:
        yield (
            f"By the ledger they wash no loss in {', '.join(everywhere)}; in a retirement account only with cash that "
            "is there."
        )
    unknown = [s.instead.symbol for s in swaps.swaps if s.instead is not None and s.price is None]
    if unknown:
        yield (
            f"No file has a price of {', '.join(dict.fromkeys(unknown))}: write it under [prices] for the number of "
            "shares."
        )
    if any(swap.back is not None for swap in swaps.swaps):
        yield (
            "Swapping back is a sale too. Above its cost the replacement brings a short-term gain, whose tax is shown "
            f"at prices {_PERCENT} up, at this year's rates, after carried losses. Dividends on shares sold "
            "before they were held for more than 60 of the 121 days around the ex-dividend day are ordinary income "
            "(§ 1(h)(11)(B)(iii)): sell 61 days after buying, or later, to keep them qualified. Do not "
            "reinvest them: shares bought within 30 days of selling the replacement at a loss wash that loss."
        )
    if swaps.cash_kept:
        yield f"{money(swaps.cash_kept)} of the proceeds stays in cash (cash_needed)."


def _exposure(page: TextPage, swaps: Swaps) -> None:
    page.heading("What you hold before, until the swap back, and after")
    page.say(drift_in_words(swaps), indent=2)
    for heading, rows in exposures(swaps):
        page.blank()
        _rows(page, heading, rows)
    if swaps.not_priced:
        page.say(f"{count(swaps.not_priced, 'lot')} without a price: not in these sums.", indent=2)


def exposures(swaps: Swaps) -> list[tuple[str, list[Exposed]]]:
    """The portfolio three ways, each row with the name that people read."""
    return [
        ("Holds", [_named(row) for row in swaps.by_holding]),
        ("Asset class", [_named(_named_class(row)) for row in swaps.by_asset_class]),
        ("Symbol", [_named(row) for row in swaps.by_symbol]),
    ]


def moved(rows: Sequence[Exposed]) -> list[Exposed]:
    """Those that the sales or the swap back change by a dollar or more."""
    return [row for row in rows if max(row.before, row.during, row.after) - min(row.before, row.during, row.after) >= 1]


def _named(row: Exposed) -> Exposed:
    return row if row.name is not None else replace(row, name="cash")


def _named_class(row: Exposed) -> Exposed:
    if row.name is None:
        return row
    return replace(row, name=ASSET_CLASS[AssetClass(row.name)])


def _rows(page: TextPage, heading: str, rows: Sequence[Exposed]) -> None:
    changed = moved(rows)
    shown = changed[:MOST_ROWS]
    if shown:
        columns = (TextColumn(name, number=True) for name in ("Before", "Until then", "After"))
        page.table(
            [TextColumn(heading, least=16), *columns],
            [[row.name or "", money(row.before), money(row.during), money(row.after)] for row in shown],
        )
    same = [row for row in rows if row not in changed]
    left = [f"{count(len(changed) - len(shown), 'more row')}: --json"] if len(changed) > len(shown) else []
    left += (
        [f"{count(len(same), 'row')} unchanged to the dollar, {money(sum((row.before for row in same), ZERO))}"]
        if same
        else []
    )
    if left:
        page.say(f"{heading}: {'; '.join(left)}.", indent=2)
