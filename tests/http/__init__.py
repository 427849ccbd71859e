"""The HTTP contract, against a running service."""
