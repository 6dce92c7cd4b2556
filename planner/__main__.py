"""`python -m planner` is `harvest`."""

from planner.cli import main

if __name__ == "__main__":
    main()
