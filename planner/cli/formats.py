"""`harvest formats`: the layouts of files that are read. (`formats.py` has those that are written.)"""

from __future__ import annotations

from planner.cli.options import Json
from planner.cli.output import page_layout, say
from planner.domain.errors import ExitCode


def formats(json: Json = False) -> ExitCode:
    """The file layouts understood, and how to get such files."""
    from planner.loader.reading.layout import all_layouts

    if json:
        from planner.report.json_documents.formats import formats_document
        from planner.report.json_documents.text import as_json

        say(as_json(formats_document(all_layouts())))
    else:
        from planner.report.screens.layouts import layouts_screen

        say(layouts_screen(all_layouts(), **page_layout()))
    return ExitCode.DONE
