"""What people and programs see of a plan: a report computes nothing, it shows what the plan holds."""
