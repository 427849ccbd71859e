"""The feed's events and the documents beside them."""
