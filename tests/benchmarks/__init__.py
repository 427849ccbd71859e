"""How fast icsfeed is beside others, measured on one machine in one run: `python -m tests.benchmarks`."""
