"""The plan: candidates, the model, the one door to the solver, and the verifier. `plan_case` is the way in."""

from planner.optimizer.optimize import plan_case

__all__ = ["plan_case"]
