"""Scenarios side by side, sweeps over one key, and the rules of thumb that a plan is held against."""

from planner.scenarios.compare import compare_case

__all__ = ["compare_case"]
