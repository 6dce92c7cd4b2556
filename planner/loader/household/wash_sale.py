"""`[wash_sale]` and `[replacements]` of household.toml: the taxpayer's own answers, where § 1091 leaves questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date

from planner.domain.errors import Caution
from planner.domain.household import WashSaleChoices
from planner.loader.household.toml_table import TomlTable
from planner.loader.tables.cells import nearest, parse_symbol
from rules.conventions import DEFAULTS, Conventions, Tacking
from rules.digital_assets import all_proposals, short_name
from rules.substantially_identical import IdenticalGroups, Verdict


def wash_sale_choices(table: TomlTable, tax_year: int) -> WashSaleChoices:
    """The household's groups, and its readings where § 1091 leaves open what to do."""
    identical, different = table.groups("identical"), table.groups("different", size=2)
    try:
        IdenticalGroups.of(identical, different)
    except ValueError as contradiction:
        table.refuse("different", str(contradiction), "remove the pair from `different`, or one of them from its group")
        identical = different = ()
    crypto, crypto_from = _crypto(table, tax_year)
    conventions = _conventions(table)
    table.close()
    return WashSaleChoices(identical, different, crypto, crypto_from, conventions)


def _crypto(table: TomlTable, tax_year: int) -> tuple[bool, date | None]:
    """`true`, a bill by its name, or the first day that it reaches: whether § 1091 is supposed to reach coins sold in
    the tax year, and from which day on."""
    value = table.value("crypto")
    if value is None or isinstance(value, bool):
        return bool(value), None
    if isinstance(value, str):
        value = _day_of_bill(table, value)
    elif type(value) is not date:
        named = ", ".join(short_name(bill) for bill in all_proposals() if bill.alive)
        table.refuse(
            "crypto", "`crypto` is neither true nor false, nor a bill, nor a day", f"write one of {named}, or a date"
        )
        return False, None
    return (value is not None and value.year <= tax_year), value


def _day_of_bill(table: TomlTable, name: str) -> date | None:
    bills = {short_name(bill): bill for bill in all_proposals()}
    wanted = _bare(name)
    found = next((bill for short, bill in bills.items() if wanted in (_bare(short), _bare(bill.name))), None)
    if found is None:
        what = f"there is no bill `{name}`{nearest(name, bills)}"
        table.refuse(
            "crypto", what, f"write one of {', '.join(bills)}, or the first day that it reaches, without quotes"
        )
    elif found.reaches_from is None:
        what = f"the date from which {short_name(found)} would cover sales is not verified"
        table.refuse("crypto", what, "write the first day that it reaches instead, such as crypto = 2026-09-15")
    else:
        return found.reaches_from
    return None


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _conventions(table: TomlTable) -> Conventions:
    """C1 to C7, each under the name it has in `rules.conventions`."""
    written: dict[str, bool | Tacking] = {}
    for point in fields(Conventions):
        value = table.choice(point.name, Tacking) if point.name == "tacking" else table.flag(point.name)
        if value is not None:
            written[point.name] = value
    return replace(DEFAULTS, **written)  # type: ignore[arg-type]


def readings_in_force(choices: WashSaleChoices) -> list[Caution]:
    """What every figure depends on where the household reads § 1091 otherwise than harvest does by default."""
    chosen = choices.conventions
    return _supposed(choices) + [
        Caution("reading_chosen", f"[wash_sale] {name} = {_in_toml(getattr(chosen, name))}: {words}.")
        for name, words in _IN_WORDS.items()
        if getattr(chosen, name) != getattr(DEFAULTS, name)
    ]


def _supposed(choices: WashSaleChoices) -> list[Caution]:
    """A plan by a bill is not by the law in force, and says so."""
    if not choices.crypto:
        return []
    since = f" sold from {choices.crypto_from} on" if choices.crypto_from is not None else ""
    return [
        Caution(
            "reading_chosen",
            f"[wash_sale] crypto: every figure assumes that § 1091 covers digital assets{since}. No law in force says "
            "so (harvest law --pending).",
        )
    ]


def _in_toml(value: bool | Tacking) -> str:
    return f'"{value}"' if isinstance(value, Tacking) else str(value).lower()


_IN_WORDS = {
    "gone_shares_replace": (
        "shares bought within 30 days of a loss sale are replacements even if they have been sold since (C1, "
        "I-01); by default they are not"
    ),
    "older_replaces_newer": (
        "earlier purchases are never replacements (C2, I-02); by default, purchases within the 30 days before "
        "the sale are"
    ),
    "gains_use_up_replacements": (
        "shares sold at a gain also use up replacements (C3, I-06); by default only losses do"
    ),
    "tacking": "how a replacement's holding period is extended (C4, I-13); by default the days held are added",
    "spouse_keeps_the_loss": (
        "a loss disallowed by a spouse's purchase is permanently lost (C5, I-05); by default it is added to the "
        "spouse's lot"
    ),
    "options_replace": "a call or warrant bought does not replace the stock sold (C6, I-09); by default it does, share "
    "for share",
    "days_sales_together": (
        "sales of one day are ordered by acquisition, with later lots still held (C7, I-31); by default they are "
        "simultaneous"
    ),
}


def own_replacements(table: TomlTable, choices: WashSaleChoices) -> Mapping[str, tuple[str, ...]]:
    """The household's own replacements. One that would wash the sale, or might, by its own groups is refused."""
    groups = IdenticalGroups.of(choices.identical, choices.different)
    replacements: dict[str, tuple[str, ...]] = {}
    for key in table.table:
        sold, listed = parse_symbol(key), tuple(map(parse_symbol, table.texts(key)))
        if sold in replacements:
            table.refuse(key, f"{sold} is listed twice in [replacements]", "keep one of the two lines")
        replacements[sold] = listed
        for chosen in listed:
            answer = groups.answer(sold, chosen)
            if answer.verdict is not Verdict.NO:
                may = "replaces" if answer.verdict is Verdict.YES else "may replace"
                what = f"buying {chosen} {may} {sold} under § 1091: {answer.reason}"
                remedy = "name another, or if you treat the two as different, list them in [wash_sale] `different`"
                table.refuse(key, what, remedy)
    return replacements
