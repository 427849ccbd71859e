"""The Jinja environment of the HTML pages; their text comes from the gettext catalogs."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from icsfeed.languages import language_name

MEDIA_TYPE = "text/html; charset=utf-8"

_templates = Environment(
    loader=PackageLoader("icsfeed", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_templates.filters["language_name"] = language_name


def render_template(template: str, **values: object) -> bytes:
    """Return a filled-in template in UTF-8; values are HTML-escaped unless they are Markup."""
    return _templates.get_template(template).render(values).encode("utf-8")
