"""What the program talks about: the household, its lots and plan settings, the case, the plan, and input errors."""
