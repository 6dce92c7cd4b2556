"""No regular expression of the tree can go back over what it has read without end (CWE-1333).

Their shapes are looked at. A repetition without a bound is dangerous where its body can match one text in two ways:
another such repetition in it that nothing sets apart, alternatives that begin alike, an end that may be left out and
begins as the body does, or its neighbors taking the same signs. The patterns are all those that our modules compile as
they load, and every text in them that is one.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANY = 50  # repetitions from here on count as without a bound
ANY = frozenset(range(0x3000))  # the signs that tell sets apart here: enough for every pattern of ours
Nodes = list[tuple[Any, Any]]


def signs(node: tuple[Any, Any]) -> frozenset[int]:
    """The signs that one node that takes a single one may take."""
    kind, value = node
    if kind is sre.LITERAL:
        return frozenset({value, *map(ord, chr(value).swapcase())})
    if kind is sre.NOT_LITERAL:
        return ANY - {value}
    if kind is sre.ANY:
        return ANY
    if kind is sre.IN:
        found: frozenset[int] = frozenset()
        for part in value:
            if part[0] is sre.RANGE:
                found |= frozenset(range(part[1][0], min(part[1][1], 0x3000) + 1))
            elif part[0] is sre.CATEGORY:
                found |= CATEGORIES.get(str(part[1]), ANY)
            elif part[0] is sre.LITERAL:
                found |= signs(part)
        return ANY - found if value[0][0] is sre.NEGATE else found
    return frozenset()


def _of(test: str) -> frozenset[int]:
    return frozenset(code for code in ANY if re.match(test, chr(code)))


CATEGORIES = {f"CATEGORY_{name}": _of(test) for name, test in {
    "DIGIT": r"\d", "NOT_DIGIT": r"\D", "SPACE": r"\s", "NOT_SPACE": r"\S", "WORD": r"\w", "NOT_WORD": r"\W",
}.items()}  # fmt: skip


def inside(node: tuple[Any, Any]) -> list[Nodes]:
    """The bodies within a node."""
    kind, value = node
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return [list(value[2])]
    if kind is sre.SUBPATTERN:
        return [list(value[3])]
    if kind is sre.BRANCH:
        return [list(part) for part in value[1]]
    if kind is sre.GROUPREF_EXISTS:
        return [list(part) for part in value[1:] if part]
    if kind is sre.ATOMIC_GROUP:
        return [list(value)]
    return []


def flat(nodes: Nodes) -> Nodes:
    """Groups taken apart, where they are one way."""
    out: Nodes = []
    for node in nodes:
        out += flat(list(node[1][3])) if node[0] is sre.SUBPATTERN else [node]
    return out


def may_be_empty(node: tuple[Any, Any]) -> bool:
    kind, value = node
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return value[0] == 0 or all(map(may_be_empty, flat(list(value[2]))))
    if kind is sre.BRANCH:
        return any(all(map(may_be_empty, flat(body))) for body in inside(node))
    return kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT, sre.GROUPREF, sre.GROUPREF_EXISTS)


def first(nodes: Nodes) -> frozenset[int]:
    """The signs that a body may begin with."""
    found: frozenset[int] = frozenset()
    for node in flat(nodes):
        found |= signs(node)
        for body in inside(node):
            found |= first(body)
        if not may_be_empty(node):
            break
    return found


def unbounded(node: tuple[Any, Any]) -> bool:
    return node[0] in (sre.MAX_REPEAT, sre.MIN_REPEAT) and node[1][1] >= MANY


def repeated(nodes: Nodes) -> Iterator[Nodes]:
    """The bodies of every repetition without a bound within, but for those fenced in, such as `"[^"]*"`."""
    for place, node in enumerate(nodes):
        if unbounded(node):
            body = list(node[1][2])
            fences = [signs(nodes[at]) for at in (place - 1, place + 1) if 0 <= at < len(nodes)]
            if len(fences) < 2 or not all(fence and fence.isdisjoint(taken(body)) for fence in fences):
                yield body
        for body in inside(node):
            yield from repeated(body)


def taken(nodes: Nodes) -> frozenset[int]:
    """Every sign that may be taken anywhere in a body."""
    found: frozenset[int] = frozenset()
    for node in nodes:
        found |= signs(node)
        for body in inside(node):
            found |= taken(body)
    return found


def faults(nodes: Nodes) -> Iterator[str]:
    for node in nodes:
        if unbounded(node):
            body = flat(list(node[1][2]))
            for inner in repeated(body):
                marks = [signs(part) for part in body if signs(part) and not may_be_empty(part)]
                if not any(mark.isdisjoint(taken(inner)) for mark in marks):
                    yield "a repetition in a repetition, and no sign that only stands between"
            if all(map(may_be_empty, body)):
                yield "a repetition of what may be empty"
            for place, part in enumerate(body):
                last = place > 0 and all(map(may_be_empty, body[place:]))
                if last and not first([part]).isdisjoint(first(body)):
                    yield "a repetition whose end may be left out, and begins as it does"
                if part[0] is sre.BRANCH:
                    firsts = [first(choice) for choice in inside(part)]
                    if sum(map(len, firsts)) != len(frozenset().union(*firsts)):
                        yield "a repetition of alternatives that begin alike"
        for body in inside(node):
            yield from faults(body)
    yield from _neighbors(flat(nodes))


def _neighbors(row: Nodes) -> Iterator[str]:
    """Three repetitions of single signs in a row that may each take what its neighbor takes: cubic, or worse."""
    chain, before = 1, frozenset[int]()
    for node in row:
        body = flat(list(node[1][2])) if unbounded(node) else []
        if len(body) == 1 and signs(body[0]):
            chain = chain + 1 if not before.isdisjoint(signs(body[0])) else 1
            before = signs(body[0])
            if chain == 3:
                yield "three neighbors that take the same signs"
        elif not may_be_empty(node) and signs(node).isdisjoint(before):
            chain, before = 1, frozenset()


def shape(pattern: str | bytes, flags: int = 0) -> list[str]:
    return list(dict.fromkeys(faults(list(_parser.parse(pattern, flags)))))


def patterns() -> dict[str | bytes, int]:
    """All that are compiled while the modules load, and every text in them that could be one."""
    found: dict[str | bytes, int] = {}
    compile_ = re.compile

    def noted(pattern: Any, flags: Any = 0) -> Any:
        if isinstance(pattern, str | bytes) and sys._getframe(1).f_code.co_filename.startswith(str(ROOT)):
            found[pattern] = int(flags)
        return compile_(pattern, flags)

    ours = [path for folder in ("planner", "rules") for path in (ROOT / folder).rglob("*.py")]
    kept = {name: module for name, module in sys.modules.items() if name.split(".")[0] in ("planner", "rules")}
    for name in kept:
        del sys.modules[name]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(re, "compile", noted)
        for path in ours:
            if path.name != "__main__.py":
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    for name in [name for name in sys.modules if name.split(".")[0] in ("planner", "rules")]:
        del sys.modules[name]
    sys.modules.update(kept)
    for path in ours:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and len(node.value) < 1000:
                found.setdefault(node.value, 0)
    return found


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")  # of a text that is no pattern
def test_no_pattern_of_the_tree_can_go_on_without_end() -> None:
    seen = 0
    for pattern, flags in patterns().items():
        try:
            wrong = shape(pattern, flags)
        except (re.error, OverflowError, RecursionError):
            continue  # a text that is no pattern
        seen += 1
        assert not wrong, (pattern, wrong)
    assert seen > 200


@pytest.mark.parametrize(
    "pattern",
    [
        r"\s*(<!--.*?-->\s*)*<html",
        r"(a+)+b",
        r"(a*)*b",
        r"(a|aa)+b",
        r"(?:\w+\s?)+$",
        r"([a-z]+[0-9]*)*!",
        r"(?:(?:a|b)*,?)*x",
        r".*,.*,.*x.*y",
        r"\s*\s*\s*x",
        r"(?:[^-]|-(?!->))*?-->(?:.*-->)*",
    ],
)
def test_the_shapes_that_are_looked_for_are_found(pattern: str) -> None:
    assert shape(pattern)


@pytest.mark.parametrize(
    "pattern", [r"[0-9]{1,3}(?:,[0-9]{3})+", r"a(?:[ \t]*\.[ \t]*b)*", r"[^<]*<[^>]*>", r"(?:a|b)*c", r"\s*x\s*y\s*"]
)
def test_honest_patterns_pass(pattern: str) -> None:
    assert not shape(pattern)
