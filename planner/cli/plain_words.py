"""Plain words of a command line: a path, a name, a day, a default, or nothing.

typer reads each option through pydantic, whose import alone takes as long as the plan of a small household. What is
plain is read here, with the same outcome; all else, and whatever is to be said of a wrong word, is left to typer.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import typer.core

NOT_PLAIN = object()


class PlainCommand(typer.core.TyperCommand):
    """A command whose plain words need no pydantic."""

    def get_params(self, ctx: Any) -> Any:
        return read_plainly(super().get_params(ctx))


def read_plainly(params: Any) -> Any:
    """The options and arguments, their plain words read here."""
    for param in params:
        read_by_pydantic = hasattr(getattr(param, "type_descriptor", None), "annotation")  # not in every typer
        if read_by_pydantic and "process_value" not in vars(param):
            param.process_value = partial(_processed, param, param.process_value)
    return params


def _processed(param: Any, by_typer: Any, ctx: Any, value: Any) -> Any:
    """The value of a word, as `Parameter.process_value` has it."""
    found = _read(param, value)
    if found is NOT_PLAIN or (found is None and param.required):
        return by_typer(ctx, value)
    return found if param.callback is None else param.callback(ctx, param, found)


def _read(param: Any, value: Any) -> Any:
    kind, info = param.type_descriptor.annotation, param.type_descriptor.parameter_info
    if param.multiple or param.nargs != 1:
        return NOT_PLAIN
    if value is None:
        return None
    if kind is float and type(value) is float and value == param.default:
        return value
    if type(value) is not str or not _is_text(value):
        return NOT_PLAIN
    if info.parser is not None:
        try:
            return info.parser(value)
        except (ValueError, AssertionError):  # which typer puts into words
            return NOT_PLAIN
    if kind is str:
        return value
    return Path(value) if kind is Path and _needs_no_check(info, value) else NOT_PLAIN


def _is_text(value: str) -> bool:
    """Whether it holds no byte that is no text, nor a zero."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def _needs_no_check(info: Any, path: str) -> bool:
    asked = info.exists or info.writable or info.resolve_path or info.allow_dash or info.path_type
    anything = info.file_okay and info.dir_okay and not asked
    return anything and not (info.readable and os.path.exists(path) and not os.access(path, os.R_OK))
