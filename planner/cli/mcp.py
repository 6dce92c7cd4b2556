"""`harvest mcp`."""

from __future__ import annotations

import gc
from importlib.util import find_spec

from planner.domain.errors import ExitCode, InputError, Problem


def mcp() -> ExitCode:
    """The commands as read-only tools for an assistant.

    Speaks the Model Context Protocol over standard input and output, until standard input ends.
    """
    if find_spec("mcp") is None:
        what = "the server needs the library mcp, which is not installed"
        raise InputError([Problem("harvest mcp", what, "python -m pip install 'harvest-planner[mcp]'")])
    from planner.cli.mcp_server import serve

    gc.enable()  # it may run for days
    serve()
    return ExitCode.DONE
