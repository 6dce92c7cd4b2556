"""The end of the time for building a program: apart, so that who only builds its economy need not load PuLP."""

from __future__ import annotations


class TooLate(Exception):  # noqa: N818  a limit, not an error of the program
    """There is no time to build the program."""
