"""One module a format, each with `documents(view)`, which gives its documents of a calendar by their paths."""
