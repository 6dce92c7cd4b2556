"""`harvest formats`: the layouts of files that are read. (`formats.py` has those that are written.)"""

from __future__ import annotations

from planner.cli.answers import page_layout, say
from planner.cli.words import Json
from planner.refusals import ExitCode


def formats(json: Json = False) -> ExitCode:
    """The file layouts understood, and how to get such files."""
    from planner.loader.layout import all_layouts
    from planner.report.layouts import layouts_document, layouts_screen

    if json:
        from planner.report.data import as_json

        say(as_json(layouts_document(all_layouts())))
    else:
        say(layouts_screen(all_layouts(), **page_layout()))
    return ExitCode.DONE
