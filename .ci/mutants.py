"""What a mutant is, how it is made, and how it is put into the loaded program: see `try_mutants.py`."""

from __future__ import annotations

import ast
import functools
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent

TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "ROUND_HALF_UP": "ROUND_DOWN",
         "ROUND_UP": "ROUND_DOWN", "ROUND_DOWN": "ROUND_UP", "ROUND_CEILING": "ROUND_FLOOR",
         "ROUND_FLOOR": "ROUND_CEILING"}  # fmt: skip


class Mutant(NamedTuple):
    """One change: of the node that `ast.walk` meets as the `node`th, in its `way`th way."""

    file: str
    line: int
    last: int  # the last line of the node: a test that reaches any of its lines may notice
    inside: str  # the function (or the constant) that changes
    change: str
    node: int
    way: int
    constant: bool  # of the module: any test that reaches the file may notice

    @property
    def key(self) -> str:
        return f"{self.file}:{self.line} {self.inside}: {self.change} #{self.node}.{self.way}"


def left_alone(tree: ast.Module) -> set[ast.AST]:
    """Annotations, what is raised or asserted, f-strings, and the bodies of classes but for their functions.

    A zero that something is compared with, too: the sign of the comparison is changed, and a dollar decides nothing.
    """
    alone: set[ast.AST] = set()
    for node in ast.walk(tree):
        roots: list[ast.AST | None] = []
        if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr):
            roots.append(node)
        if isinstance(node, ast.arg | ast.AnnAssign):
            roots.append(node.annotation)
        if isinstance(node, ast.Compare):
            roots += [part for part in node.comparators if isinstance(part, ast.Constant) and part.value == 0]
        if isinstance(node, ast.FunctionDef):
            roots += [node.returns, *node.decorator_list]
        if isinstance(node, ast.ClassDef):
            roots += [*node.decorator_list, *(part for part in node.body if not isinstance(part, ast.FunctionDef))]
        alone |= {inner for root in roots if root is not None for inner in ast.walk(root)}
    return alone


def ways(node: ast.AST) -> Iterator[Callable[[], object]]:
    """How a node can be changed, each as a deed done to it."""
    if isinstance(node, ast.Compare):
        for place, sign in enumerate(node.ops):
            if type(sign) in TURNED:
                yield functools.partial(node.ops.__setitem__, place, TURNED[type(sign)]())  # type: ignore[arg-type]
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in TURNED:
        yield lambda: setattr(node, "op", TURNED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        for place in range(len(node.values)):
            yield functools.partial(node.values.pop, place)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield lambda: setattr(node, "op", ast.UAdd() if isinstance(node.op, ast.USub) else IS())
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield lambda: setattr(node, "value", node.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda: setattr(node, "value", not node.value)
    elif isinstance(node, ast.Name) and node.id in NAMES:
        yield lambda: setattr(node, "id", NAMES[node.id])
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Decimal", "Fraction"):
        (first, *_) = [*node.args, None]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield lambda: setattr(first, "value", str(float(first.value) + 1))
    elif isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            yield functools.partial(node.ifs.pop, place)
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and isinstance(
        node.test, ast.Name | ast.Attribute | ast.Call
    ):
        yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield lambda: setattr(node, "value", ast.Constant(None))


class IS(ast.UnaryOp):
    """`not x` becomes `x`: see `changed`."""


class _Bare(ast.NodeTransformer):
    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return node.operand if isinstance(node.op, IS) else node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        return node.values[0] if len(node.values) == 1 else node


def mutants_of(file: str) -> Iterator[Mutant]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    alone, home = left_alone(tree), homes(tree)
    for number, node in enumerate(ast.walk(tree)):
        if node in alone or node not in home:
            continue
        inside, line, constant = home[node]
        place = node.target if isinstance(node, ast.comprehension) else node
        line = getattr(place, "lineno", line)
        for way, _ in enumerate(ways(node)):
            before = ast.unparse(shown(node))
            _, after = changed(tree_of(file), number, way)
            head = isinstance(node, ast.If | ast.While)
            last = line if head else getattr(node, "end_lineno", None) or line
            yield Mutant(file, line, last, inside, f"{before}  ->  {after}", number, way, constant)


def tree_of(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text("utf-8"), file)


def shown(node: ast.AST) -> ast.AST:
    return node.test if isinstance(node, ast.If | ast.While) else node


def changed(tree: ast.Module, number: int, way: int) -> tuple[ast.Module, str]:
    node = next(node for place, node in enumerate(ast.walk(tree)) if place == number)
    list(ways(node))[way]()
    after = ast.unparse(_Bare().visit(shown(node)))
    return ast.fix_missing_locations(_Bare().visit(tree)), after


def homes(tree: ast.Module) -> dict[ast.AST, tuple[str, int, bool]]:
    """The outermost function of each node, or the constant that the module sets; its line; whether it is a constant."""
    home: dict[ast.AST, tuple[str, int, bool]] = {}

    def within(body: list[ast.stmt], before: str) -> None:
        for statement in body:
            if isinstance(statement, ast.ClassDef):
                within(statement.body, f"{before}{statement.name}.")
            elif isinstance(statement, ast.FunctionDef):
                name = f"{before}{statement.name}"
                inner = [node for part in statement.body for node in ast.walk(part)]
                home.update(dict.fromkeys(inner, (name, statement.lineno, False)))
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and not before:
                target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
                if isinstance(target, ast.Name) and statement.value is not None:
                    home.update(dict.fromkeys(ast.walk(statement.value), (target.id, statement.lineno, True)))

    within(tree.body, "")
    return home


def function_of(module: ModuleType, inside: str) -> object:
    """What is loaded under a name, without what wraps it."""
    found: Any = module
    for part in inside.split("."):
        found = vars(found)[part]
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        for inner in ("__wrapped__", "__func__", "fget", "func"):
            if getattr(found, inner, None) is not None:
                found = getattr(found, inner)
                break
        else:
            return found
    return found


def put_in(mutant: Mutant, caches: list[Any]) -> None:
    """Change the loaded program: the code of a function where it stands, a constant in every module that has it."""
    module = importlib.import_module(mutant.file.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    tree, _ = changed(tree_of(mutant.file), mutant.node, mutant.way)
    code = compile(tree, str(ROOT / mutant.file), "exec")
    found = function_of(module, mutant.inside)
    if isinstance(found, FunctionType):
        found.__code__ = code_of(code, mutant.inside.split("."), found.__code__.co_firstlineno)
    else:
        fresh: dict[str, Any] = {**vars(module)}
        exec(code, fresh)
        for name, before in list(vars(module).items()):  # what is made of the constant changes with it
            if name.startswith("__") or isinstance(before, FunctionType | ModuleType | type) or fresh[name] == before:
                continue
            for other in list(sys.modules.values()):
                if getattr(other, "__dict__", {}).get(name, fresh) is before:
                    setattr(other, name, fresh[name])
    for cache in caches:
        cache.cache_clear()


def code_of(code: CodeType, names: list[str], line: int) -> CodeType:
    inner = [part for part in code.co_consts if isinstance(part, CodeType) and part.co_name == names[0]]
    if len(names) > 1:
        return code_of(inner[0], names[1:], line)
    return next(part for part in inner if part.co_firstlineno == line)
