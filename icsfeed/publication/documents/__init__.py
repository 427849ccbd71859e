"""One module a format, each with `documents(view)`, which gives its documents of a calendar by their paths."""

from icsfeed.publication.documents import atom, data, feeds, page, statuspage, window_page

FORMATS = (feeds, page, window_page, data, atom, statuspage)
