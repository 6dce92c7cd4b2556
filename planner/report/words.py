"""Amounts, days and names in the words a person reads; nothing here knows a plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from planner.domain.plan import WashState
from rules.terms import ZERO, AccountKind, AssetClass, Character, FilingStatus, to_cents
from rules.worksheet import Unit

FILING_STATUS = {
    FilingStatus.SINGLE: "single",
    FilingStatus.MARRIED_JOINTLY: "married filing jointly",
    FilingStatus.MARRIED_SEPARATELY: "married filing separately",
    FilingStatus.HEAD_OF_HOUSEHOLD: "head of household",
    FilingStatus.QUALIFYING_SURVIVING_SPOUSE: "qualifying surviving spouse",
}
ACCOUNT_KIND = {
    AccountKind.TAXABLE: "taxable",
    AccountKind.IRA: "IRA",
    AccountKind.ROTH_IRA: "Roth IRA",
    AccountKind.PLAN_401K: "401(k)",
    AccountKind.HSA: "HSA",
    AccountKind.PLAN_529: "529 plan",
}
ASSET_CLASS = {
    AssetClass.STOCK: "stock",
    AssetClass.ETF: "ETF",
    AssetClass.FUND: "mutual fund",
    AssetClass.OPTION: "option",
    AssetClass.BOND: "bond",
    AssetClass.CRYPTO: "crypto",
    AssetClass.COLLECTIBLE: "collectible",
    AssetClass.OTHER: "other",
}
WASH_IN_WORDS = {
    None: "",
    WashState.CLEAN: "clean",
    WashState.PARTLY_DISALLOWED: "partly disallowed",
    WashState.PERMANENTLY_LOST: "permanently lost",
    WashState.COVERAGE_INCOMPLETE: "not all purchases known",
    WashState.QUESTION: "a question is open",
}
TERM = {Character.SHORT: "short", Character.LONG: "long"}
UNKNOWN = "not known"
YEAR_LINES = {
    "net_short_term": "Net short-term gain (Schedule D line 7)",
    "net_long_term": "Net long-term gain (Schedule D line 15)",
    "deductible_loss": "Loss deducted from other income",
    "agi": "Adjusted gross income",
    "taxable_social_security": "Taxable social security benefits",
    "taxable_income": "Taxable income",
    "income_tax": "Federal income tax",
    "niit": "Net investment income tax",
    "amt": "Alternative minimum tax",
    "state_tax": "State income tax",
    "medicare_surcharge": "Medicare surcharge in two years, in today's dollars",
    "credits": "Credits, which reduce the tax",
    "total_tax": "Total of these taxes",
    "carryover_short": "Short-term loss carryover to {next}",
    "carryover_long": "Long-term loss carryover to {next}",
}

# What a terminal that cannot show these signs gets instead; box lines keep their width.
_PLAIN = str.maketrans(
    {
        "§": "Sec.",
        "–": "-",
        "—": "-",
        "−": "-",
        "─": "-",
        "━": "=",
        "·": "-",
        "•": "*",
        "…": "...",
        "×": "x",
        "÷": "/",
        "≤": "<=",
        "≥": ">=",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "\u00a0": " ",
        "½": "1/2",
        "¢": "c",
        "█": "#",
    }
)


def year_label(line: str, tax_year: int) -> str:
    """The words for one line of the year's table, by its key in the JSON."""
    return YEAR_LINES[line].format(next=tax_year + 1)


def money(amount: Decimal | None) -> str:
    """Dollars and cents, a loss with its sign before the dollar sign: `-$1,234.56`; None is not known."""
    if amount is None:
        return UNKNOWN
    cents = to_cents(amount)
    return f"-${-cents:,.2f}" if cents < 0 else f"${abs(cents):,.2f}"


def cost(amount: Decimal | None) -> str:
    """What a purchase costs the plan, `$12.34`; nothing where the plan is worth more with it. Empty where not known."""
    return "" if amount is None else money(max(amount, ZERO))


def in_unit(amount: Decimal, unit: Unit) -> str:
    """An amount of a worksheet's line: `$1.00`, a count `1`, whole percent `257%`, a form's decimal `0.0865`."""
    if unit is Unit.MONEY:
        return money(amount)
    return f"{quantity(amount)}%" if unit is Unit.PERCENT else quantity(amount)


def change_in_unit(amount: Decimal, unit: Unit) -> str:
    """A difference of two of them, signed both ways."""
    if unit is Unit.MONEY:
        return change(amount)
    return f"+{in_unit(amount, unit)}" if amount > 0 else in_unit(amount, unit)


def loss_or_gain(gain: Decimal) -> str:
    """A signed gain by its name: `loss $1,234.56`, `gain $1,234.56`."""
    return f"{'loss' if gain < 0 else 'gain'} {money(abs(gain))}"


def price(amount: Decimal) -> str:
    """Of one unit, in as many decimals as it has, at least two: `$61.20`, `$0.0831`."""
    return money(amount) if amount == to_cents(amount) else f"${quantity(amount)}"


def change(amount: Decimal) -> str:
    """A difference in dollars, signed both ways: `+$12.00`, `-$12.00`; no difference is `$0.00`."""
    return f"+{money(amount)}" if to_cents(amount) > 0 else money(amount)


def quantity(units: Decimal) -> str:
    """Shares or coins with thousands separators and no needless zeros: `1,200`, `25.5`, `0.00000001`."""
    text = f"{units:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(rate: Decimal) -> str:
    """A fraction as a percentage without needless zeros: 0.15 is `15%`."""
    return f"{quantity(rate * 100)}%"


def cents(dollars: Decimal) -> str:
    """A part of a dollar as cents, to the hundredth, without needless zeros: 0.2375 is `23.75¢`."""
    return f"{quantity(round(dollars * 100, 2))}¢"


def day(when: date) -> str:
    """A day as prose names it: `Tue Dec 15, 2026`. Tables use the ISO form."""
    return f"{when:%a %b} {when.day}, {when.year}"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 lot`, `2 lots`, `1,200 lots`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def count_of(amount: Decimal, noun: str) -> str:
    """The same for an amount that need not be whole: `1 year`, `2.5 years`."""
    return f"{quantity(amount)} {noun if amount == 1 else noun + 's'}"


def bar(amount: Decimal, of: Decimal, columns: int) -> str:
    """A bar of as many whole columns as `amount` is of `of`; nothing for nothing, at least one for anything."""
    if amount <= 0 or of <= 0:
        return ""
    return "█" * max(1, int((amount / of * columns).to_integral_value()))


def in_plain_signs(text: str) -> str:
    """With ASCII for the signs that we use ourselves; what else is not ASCII, such as a name, stays."""
    return text.translate(_PLAIN)


def shows_our_signs(encoding: str | None) -> bool:
    """Whether a terminal of this encoding can show them."""
    try:
        "".join(map(chr, _PLAIN)).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def encodable(text: str, encoding: str | None) -> str:
    """`text` as a terminal of this encoding can show it: the same where it can, plain signs where it cannot."""
    encoding = encoding or "ascii"
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return in_plain_signs(text).encode("ascii", "replace").decode("ascii")
    return text
