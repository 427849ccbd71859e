"""`python -m icsfeed`."""

from icsfeed.cli import main

if __name__ == "__main__":
    main()
