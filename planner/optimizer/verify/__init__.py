"""Whether to believe a plan. Nothing here has seen the model or the search."""
