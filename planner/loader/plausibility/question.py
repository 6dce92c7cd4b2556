"""A question about what is probably a mistake, and how a household answers that it is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.domain.errors import Caution, file_of

EVERYTHING = "*"  # in a household's answers: `code = true`
CODES = {
    "value_far_from_basis": "a lot's value is far above or far below its basis",
    "proceeds_far_from_basis": "a sale's proceeds are far above or far below its basis",
    "zero_price": "a lot is listed at a price of zero",
    "zero_basis": "a lot or a sale has a basis of zero",
    "acquired_long_ago": "a lot was acquired more than 75 years ago",
    "rows_twice": "the rows of a file appear twice",
    "rows_of_two_accounts": "two accounts list the same lots",
    "no_rows": "a file of lots holds a header and no rows",
    "days_before_months": "dates are valid only if the day comes before the month",
    "sheltered_name": "an account without `kind` has the name of a retirement account",
    "income_small": "an income is below $1,000",
    "rate_high": "a rate is higher than any actual rate",
    "realized_twice": "[realized] repeats what the files have",
    "income_in_files": "the files hold income, which `ordinary_income` must include",
}


@dataclass(frozen=True, slots=True)
class PlausibilityQuestion:
    """What is asked, at a place; `subjects` are words by which a household may answer: symbol, lot, account, file."""

    code: str
    where: str
    what: str
    subjects: tuple[str, ...]
    lot_id: str | None = None

    @property
    def file(self) -> str:
        return file_of(self.where) or self.where


def answered(questions: Iterable[PlausibilityQuestion], confirmed: Mapping[str, frozenset[str]]) -> list[Caution]:
    """A caution for each code and file, of what the household has not answered: the first of it, and how many more."""
    together: dict[tuple[str, str], list[PlausibilityQuestion]] = defaultdict(list)
    for question in questions:
        said = confirmed.get(question.code, frozenset())
        if EVERYTHING not in said and said.isdisjoint(subject.casefold() for subject in question.subjects):
            together[question.code, question.file].append(question)
    return [_caution(sorted(alike, key=_line)) for alike in together.values()]


def _line(question: PlausibilityQuestion) -> int:
    line = question.where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


def _caution(alike: list[PlausibilityQuestion]) -> Caution:
    first = alike[0]
    others = [question.where.rpartition(":")[2] if _line(question) else question.subjects[0] for question in alike[1:]]
    more = ""
    if others:
        listed = ", ".join(others[:5]) + (" ..." if len(others) > 5 else "")
        more = f"; the same of {len(others):,} more ({'line ' if _line(alike[1]) else ''}{listed})"
    subject = first.subjects[0] if len({question.subjects[0] for question in alike}) == 1 else ""
    value = f'["{subject}"]' if subject else "true"
    if first.code == "sheltered_name":
        return Caution(first.code, f'{first.where}: {first.what}, or kind = "taxable" if that is correct{more}')
    end = "" if first.what.endswith("?") and not more else "."
    text = f"{first.where}: {first.what}{more}{end} If it is correct, add under [confirm]: {first.code} = {value}"
    return Caution(first.code, text, first.lot_id if len(alike) == 1 else None)
