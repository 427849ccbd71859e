"""The templates of pages, which know no text of their own but messages of the catalogs."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from icsfeed.languages import language_name

_templates = Environment(
    loader=PackageLoader("icsfeed", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_templates.filters["language_name"] = language_name


def render(template: str, **values: object) -> bytes:
    """Return a template filled in, in UTF-8; every text among the values is escaped."""
    return _templates.get_template(template).render(values).encode("utf-8")
