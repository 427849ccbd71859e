"""Running, watching and publishing."""
