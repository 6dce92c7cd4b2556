"""Scenarios side by side, sweeps over one number, and the rules of thumb that a plan is compared with."""

from planner.scenarios.compare import compare_case
from planner.scenarios.sweep import even_steps, grid_case, sweep_case

__all__ = ["compare_case", "even_steps", "grid_case", "sweep_case"]
