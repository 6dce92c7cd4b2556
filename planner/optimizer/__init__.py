"""The plan: candidates, the model, the one door to the solver, and the verifier. `plan_case` is the way in.

`ask` makes a case ready without searching, and `plan_of_orders` values sales that someone else chose.
"""

from planner.optimizer.pipeline import SECONDS, ask, plan_case, plan_of_orders
from planner.optimizer.question import Question
from planner.optimizer.sensitivities import plan_with_sensitivities
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.year_as_it_was import year_as_it_was

__all__ = [
    "SECONDS",
    "Order",
    "Question",
    "ask",
    "plan_case",
    "plan_of_orders",
    "plan_with_sensitivities",
    "year_as_it_was",
]
