"""What lies in a folder: the files that some layout reads, put together into the accounts that they tell of.

Everything is seen from what is in the files, never from their names. What no file says is assumed, and said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from planner.domain.household_draft import TAXABLE_ASSUMED, Discovery, DraftAccount, FileFound, FileNotRead
from planner.loader.assembly.account_matching import account_key, same_account
from planner.loader.assembly.files import KINDS, unpacked
from planner.loader.assembly.folder import LARGEST, data_files, is_our_own, remedy_in_short
from planner.loader.reading.layout import ANY_BROKER, Findings, Layout, SourceFile, fitting
from planner.loader.tables.unreadable import Unreadable
from rules.terms import AccountKind

STRANGE_COLUMN = "there is no column"  # how the reader of our own layouts begins to say so

# Words in an account's label that tell its kind, the more particular first.
_KINDS = (
    (re.compile(r"\broth\b", re.IGNORECASE), AccountKind.ROTH_IRA),
    (re.compile(r"\b(ira|sep|simple|rollover)\b", re.IGNORECASE), AccountKind.IRA),
    (re.compile(r"\b(401\(?k\)?|403\(?b\)?|brokeragelink)", re.IGNORECASE), AccountKind.PLAN_401K),
    (re.compile(r"\b(hsa|health savings)\b", re.IGNORECASE), AccountKind.HSA),
    (re.compile(r"\b(529|college)\b", re.IGNORECASE), AccountKind.PLAN_529),
)
_KIND_NAMES = {
    AccountKind.ROTH_IRA: "Roth IRA",
    AccountKind.IRA: "IRA",
    AccountKind.PLAN_401K: "401k",
    AccountKind.HSA: "HSA",
    AccountKind.PLAN_529: "529",
}
_SHORT = {
    "Charles Schwab": "Schwab",
    "Interactive Brokers": "IBKR",
    "Merrill Edge": "Merrill",
    "Fidelity NetBenefits": "NetBenefits",
    "E*TRADE (stock plan)": "E*TRADE plan",
    "Charles Schwab (Equity Awards)": "Schwab Equity Awards",
    "Morgan Stanley at Work": "Morgan Stanley",
    "TD Ameritrade (legacy)": "TD Ameritrade",
    "Crypto.com (App)": "Crypto.com",
    "J.P. Morgan / Chase": "J.P. Morgan",
    "M1 Finance": "M1",
}
LONGEST_LABEL = 16
_OF_ANY_ACCOUNT = frozenset(
    {"lots", "history", "transactions", "realized", "sales", "own", "data", "export", "download"}
)
# `Individual ...412`: what an account is called, before the end of its number.
_called = re.compile(r"(.*\w)\s+(?:[.…*•-]+|[Xx]{2,}-?)\d{2,}").fullmatch


@dataclass(slots=True)
class _Group:
    """An account in the making: a broker's word for it, None where its files name none.

    `names`: everything that files call it; `known_as`: a name of it by which alone some file means it.
    """

    broker: str
    word: str | None
    names: set[str] = field(default_factory=set)
    known_as: str | None = None
    files: dict[str, list[str]] = field(default_factory=lambda: {key: [] for key in KINDS})
    assumed: list[str] = field(default_factory=list)

    def is_named(self, broker: str, word: str | None) -> bool:
        """Whether this is the account that a broker's file means by a word."""
        if broker != self.broker or self.word is None or word is None:
            return broker == self.broker and word == self.word
        return self.word.casefold() == word.casefold() or (broker != ANY_BROKER and same_account(self.word, word))


def discover(folder: Path, as_of: date) -> Discovery:
    """Everything readable in a folder and up to three folders below it, hidden ones left out."""
    found: list[FileFound] = []
    not_read: list[FileNotRead] = []
    prices: list[str] = []
    told: list[tuple[str, str, dict[str, list[str | None]]]] = []
    called: dict[str, dict[str, str]] = defaultdict(dict)
    replacing: dict[str, list[str]] = {}
    for path in data_files(folder):
        shown = path.relative_to(folder).as_posix()
        try:
            if path.stat().st_size > LARGEST:
                raise Unreadable(0, "it is larger than any broker's download", "")
            source = SourceFile(shown, path.read_bytes(), as_of)
            if is_our_own(source):
                not_read.append(FileNotRead(shown, "harvest wrote this file; it is not an account file", "", ours=True))
                continue
            parts = unpacked(source)
        except Unreadable as why:
            not_read.append(FileNotRead(shown, why.what, remedy_in_short(why)))
            continue
        except OSError as error:
            not_read.append(FileNotRead(shown, f"cannot be read: {error.strerror}", "check the file's permissions"))
            continue
        for part in parts:
            try:
                by_key = _by_key(part)
                read = _read(part, by_key)
            except Unreadable as why:
                line = f"line {why.line}: " if why.line else ""
                not_read.append(FileNotRead(part.shown, f"{line}{why.what}", remedy_in_short(why)))
                continue
            broker = next(iter(by_key.values())).broker
            names = {key: layout.name for key, layout in by_key.items()}
            found.append(FileFound(shown, "" if broker == ANY_BROKER else broker, names))
            if "prices" in by_key:
                prices.append(shown)
            words = _told(read)
            rows = read["transactions"].transactions if "transactions" in read else []
            replacing[part.shown] = [row.replaces.rpartition(":")[0] for row in rows if row.replaces]
            told.append((shown, broker, words))
            for findings in read.values():
                called[broker] |= findings.account_names
            if broker != ANY_BROKER:
                named = {word for told_there in words.values() for word in told_there if word}
                called[broker] |= {word: label[1] for word in named if (label := _called(word))}
    not_read += _mixed(told)
    mixed = {left.path for left in not_read if left.path in {shown for shown, _, _ in told}}
    groups: list[_Group] = []
    ours = {shown for shown, broker, words in told if broker == ANY_BROKER and not any(words.values())}
    for shown, broker, words in sorted(told, key=lambda entry: entry[0] in ours):
        if shown in mixed:
            continue
        if its := _explains(groups, replacing.get(shown, ())):
            its.files["transactions"].append(shown)
            its.assumed.append(f"{shown} belongs to this account: its rows replace rows of {replacing[shown][0]}")
            continue
        for key, telling in words.items():
            for word in telling or [None]:
                _group(groups, broker, word, called[broker]).files[key].append(shown)
    return Discovery(tuple(_accounts(groups)), tuple(found), tuple(not_read), tuple(dict.fromkeys(prices)))


def _mixed(told: Sequence[tuple[str, str, dict[str, list[str | None]]]]) -> list[FileNotRead]:
    """The archives whose files are of several accounts and do not name them: no key can say which is whose."""
    whose: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    for shown, broker, words in told:
        whose[shown].add((broker, not any(words.values())))
    return [
        FileNotRead(shown, "holds files of several accounts", "unpack it, and run harvest init again")
        for shown, brokers in whose.items()
        if len({broker for broker, _ in brokers}) > 1 and any(unnamed for _, unnamed in brokers)
    ]


def _by_key(source: SourceFile) -> dict[str, Layout]:
    """For each key of `[[accounts]]` the layout by which the file is read there. Raises Unreadable where none fits."""
    by_key = {}
    for layout in sorted(fitting(source), key=lambda layout: len(layout.signature)):
        for key, kinds in KINDS.items():
            if layout.kind in kinds:
                by_key[key] = layout
    return by_key


def _read(source: SourceFile, by_key: Mapping[str, Layout]) -> dict[str, Findings]:
    """What the file holds under each key. Raises Unreadable where it holds nothing under any."""
    found, refused = {}, []
    for key, layout in by_key.items():
        try:
            found[key] = layout.read(layout, source)
        except Unreadable as why:
            refused.append(why)
            continue
        if layout.ours and (strange := [why for _, why in found[key].problems if why.what.startswith(STRANGE_COLUMN)]):
            del found[key]
            what = f"nearly our own layout {layout.name}, but {strange[0].what}"
            refused.append(Unreadable(0, what, strange[0].remedy))
    if not found:
        raise refused[0]
    return found


def _told(by_key: Mapping[str, Findings]) -> dict[str, list[str | None]]:
    """Under which keys of an account a file has something to tell, and the accounts that its rows name, in their order.

    A file of several kinds that is empty under one of them, such as a query without trades, is not listed there.
    """
    telling = {key: found for key, found in by_key.items() if found.rows or found.problems} or by_key
    return {
        key: list(dict.fromkeys(row.account for row in getattr(found, key) if row.account))
        for key, found in telling.items()
        if key != "prices"
    }


def _explains(groups: Sequence[_Group], files: Sequence[str]) -> _Group | None:
    """The account to whose history rows of ours with `replaces` belong; None where that is not just one."""
    its = [group for group in groups if set(files) & set(group.files["transactions"])]
    return its[0] if len(its) == 1 else None


def _group(groups: list[_Group], broker: str, word: str | None, called: Mapping[str, str]) -> _Group:
    """The account that a broker's file means by a word, which may be the name of an account `called` so elsewhere."""
    meant = [number for number, name in called.items() if word and name.casefold() == word.casefold()]
    number = meant[0] if meant and all(same_account(meant[0], other) for other in meant) else word
    group = next((group for group in groups if group.is_named(broker, number)), None)
    if group is None:
        group = _Group(broker, number)
        groups.append(group)
    group.names |= {word or "", called.get(number or "", "")}
    if number != word:
        group.known_as = word
    return group


def _accounts(groups: Sequence[_Group]) -> Iterator[DraftAccount]:
    """The accounts, each with a name of its own; files that name no account go to their broker's only one.

    Files of sales alone go to the only one that is not known to be sheltered: no one reports the gains of an IRA.
    """
    names: set[str] = set()
    for group in groups:
        named = [other for other in groups if other.broker == group.broker and other.word is not None]
        unnamed = next((other for other in groups if other.broker == group.broker and other.word is None), None)
        of_sales = unnamed is not None and not (unnamed.files["lots"] or unnamed.files["transactions"])
        homes = [other for other in named if not (of_sales and _kind(other))]
        if group is unnamed and len(homes) == 1:
            continue
        if unnamed is not None and homes == [group]:
            for key, paths in unnamed.files.items():
                group.files[key] += [path for path in paths if path not in group.files[key]]
                group.assumed += [f"{path} belongs to this account, although it names none" for path in paths]
        elif group is unnamed and named:
            group.assumed.append(f"these files name no account, and {group.broker} has several: is this one of them?")
        yield _account(group, names)


def _kind(group: _Group) -> AccountKind | None:
    """The kind that a label tells: only sheltered ones have words of their own."""
    return next((kind for pattern, kind in _KINDS if any(map(pattern.search, group.names))), None)


def _account(group: _Group, names: set[str]) -> DraftAccount:
    ours = group.broker == ANY_BROKER
    label = " ".join((group.word or "").split())
    kind = _kind(group)
    first = (label or _named_by_file(group)) if ours else _short_name(group.broker, label, kind)
    name = next(n for n in _numbered(first or "My account") if n.casefold() not in names)
    names.add(name.casefold())
    numbers = [label, " ".join((group.known_as or "").split())]
    assumed = list(group.assumed)
    if kind is None:
        assumed.append(TAXABLE_ASSUMED)
    return DraftAccount(
        name,
        kind or AccountKind.TAXABLE,
        numbers=() if ours else tuple(filter(None, numbers)),
        lots=tuple(dict.fromkeys(group.files["lots"])),
        transactions=tuple(dict.fromkeys(group.files["transactions"])),
        realized=tuple(dict.fromkeys(group.files["realized"])),
        assumed=tuple(assumed),
    )


def _named_by_file(group: _Group) -> str:
    """What a person called the one file in our own layout, unless that is only what is in it."""
    stems = {Path(path).stem for paths in group.files.values() for path in paths}
    stem = stems.pop() if len(stems) == 1 else ""
    return stem if stem.casefold() not in _OF_ANY_ACCOUNT and len(stem) <= LONGEST_LABEL else ""


def _short_name(broker: str, label: str, kind: AccountKind | None) -> str:
    """`Schwab Roth IRA 977`: it is in every lot id. The label itself is kept in `numbers`, for files name it so."""
    ends = re.search(r"(\w{1,4})\W*$", account_key(label)) if any(map(str.isdigit, label)) else None
    words = [_SHORT.get(broker, broker), _KIND_NAMES.get(kind, "") if kind else "", ends[1].upper() if ends else ""]
    if not ends and kind is None:
        words.append(label if len(label) <= LONGEST_LABEL else "")
    return " ".join(filter(None, words))


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} ({number})" for number in count(2))
