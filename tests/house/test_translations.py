"""What the code says to customers, and the catalogs that say it in their language.

The catalogs are written by hand: `icsfeed/translations/<language>/LC_MESSAGES/icsfeed.po`.
After a change, compile them: `pybabel compile --directory icsfeed/translations --domain icsfeed`.
"""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from icsfeed.names import LANGUAGES
from icsfeed.wording import CATALOGS
from tests.house.reading import PACKAGE, modules

TRANSLATED = [language for language in LANGUAGES if language != "en"]
FUNCTIONS = {"_": 1, "say": 1, "_n": 2}
"""Methods whose argument is a message, and how many are: one, or singular and plural."""

Id = tuple[str, ...]


def po_path(language: str) -> Path:
    return CATALOGS / language / "LC_MESSAGES" / "icsfeed.po"


def read_catalog(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def as_tuple(text: str | list[str] | tuple[str, ...] | None) -> Id:
    return (text,) if isinstance(text, str) else tuple(text or ())


def translations_of(catalog: Catalog) -> dict[Id, Id]:
    return {as_tuple(message.id): as_tuple(message.string) for message in catalog if message.id}


def messages_of_code(tree: ast.Module) -> Iterator[Id]:
    """Give the messages that a module says; those in f-strings too."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in FUNCTIONS:
            texts = [each.value for each in node.args[: FUNCTIONS[name]] if isinstance(each, ast.Constant)]
            yield tuple(text for text in texts if isinstance(text, str))


def messages_of_templates() -> Iterator[Id]:
    for path in sorted((PACKAGE / "templates").rglob("*.html")):
        tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        for _, _, message in extract_from_ast(tree, gettext_functions=("_",)):
            assert isinstance(message, str), f"{path.name}: a message is one literal text"
            yield (message,)


def messages() -> set[Id]:
    """Return every message that customers may read."""
    of_code = {message for module in modules().values() for message in messages_of_code(module.tree)}
    return {message for message in of_code | set(messages_of_templates()) if message}


def fields_of(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_there_are_messages_in_code_and_templates() -> None:
    assert {("Updated {moment}",), ("{n} day", "{n} days"), ("Subscribe",), ("{classes} maintenance",)} - messages() == set()


def test_a_message_stands_where_it_is_said() -> None:
    """Only `Words.say` passes on what it was given; there a template or another module wrote the message."""
    variables = [name for name, module in modules().items() for message in messages_of_code(module.tree) if not message]
    assert variables == ["icsfeed.wording"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language: str) -> None:
    translated = translations_of(read_catalog(language))
    assert sorted(message for message in messages() if not all(translated.get(message, ("",)))) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_catalog_holds_a_message_that_nobody_says(language: str) -> None:
    catalog = read_catalog(language)
    assert sorted(set(translations_of(catalog)) - messages()) == []
    assert (list(catalog.obsolete), [message.id for message in catalog if message.id and message.fuzzy]) == ([], [])


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_its_message_does(language: str) -> None:
    found = translations_of(read_catalog(language))
    different = [message for message, texts in found.items() for text in texts if fields_of(text) != fields_of(message[-1])]
    assert different == []


def test_french_has_no_break_before_its_double_marks() -> None:
    texts = [text for found in translations_of(read_catalog("fr")).values() for text in found]
    assert [text for text in texts if re.search(r" [;:?!»]|« ", text)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_plural_has_as_many_forms_as_the_language(language: str) -> None:
    catalog = read_catalog(language)
    plurals = [texts for message, texts in translations_of(catalog).items() if len(message) > 1]
    assert plurals
    assert [texts for texts in plurals if len(texts) != catalog.num_plurals] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalog_is_of_the_written_one(language: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    with po_path(language).with_suffix(".mo").open("rb") as file:
        present = read_mo(file)
    wanted = read_mo(compiled)
    assert translations_of(present) == translations_of(wanted)
    assert (present.plural_expr, present.charset) == (wanted.plural_expr, wanted.charset)


def test_there_is_a_catalog_for_each_language_and_no_other() -> None:
    assert sorted(path.parts[-3] for path in CATALOGS.rglob("*.po")) == sorted(TRANSLATED)
