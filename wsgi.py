"""The entry for any WSGI server."""

from icsfeed.web.app import create_app

app = application = create_app()
