"""The entry for any WSGI server."""

from icsfeed.web import create_app

app = application = create_app()
