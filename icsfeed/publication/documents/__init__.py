"""One module a format; each turns published windows into the bytes of documents."""
