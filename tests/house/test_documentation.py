import ast
import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from icsfeed.cli.commands import find_command, main
from icsfeed.cli.listing import COMMANDS as LISTED
from icsfeed.drafting.schedule_file.header import CALENDAR_KEYS, CLASS_KEYS
from icsfeed.drafting.schedule_file.windows import WINDOW_KEYS
from icsfeed.names import LANGUAGES
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from icsfeed.web.app import make_routes
from icsfeed.web.state_and_plan import is_answered
from tests.house.reading import GUIDE, README, chapter, manual, modules, page, pages, readme
from tests.support import ADDRESS, NOW, REAL, ROOT

COMMANDS = {name: command for name in LISTED if (command := find_command(name)) is not None}
OF_EVERY_COMMAND = {"--schedule", "--calendar", "--now", "--public-url"}
"""Options that are told once for all commands."""

OF_EDITING = {"--publish"}
"""Options that are told once for the commands that edit."""


def options_of(command: click.Command) -> Iterator[click.Option]:
    return (each for each in command.params if isinstance(each, click.Option))


def long_name(option: click.Option) -> str:
    return next(name for name in option.opts if name.startswith("--"))


def settings() -> set[str]:
    """Return every environment variable that the code names."""
    texts = (node.value for module in modules().values() for node in ast.walk(module.tree) if isinstance(node, ast.Constant))
    return {found for text in texts if isinstance(text, str) for found in re.findall(r"\bICSFEED_[A-Z_]+\b", text)}


def shape(path: str) -> str:
    """Return a path with what differs from calendar to calendar in capitals."""
    parts = [
        "LANGUAGE"
        if part in LANGUAGES
        else re.sub(r"^\d{8}T\d{4}(?=$|\.)", "ID", re.sub(r"-(standaard|uitgebreid)\.", "-CLASS.", part))
        for part in path.split("/")
    ]
    return "/".join(parts)


def shown_shapes() -> set[str]:
    """Return the shapes of the paths in the guide's table of addresses, which has each once."""
    rows = re.findall(r"^\| (`/.*?) \|", page("formats"), re.MULTILINE)
    paths = [path for row in rows for path in re.findall(r"`(/[^`\s]*)`", row)]
    assert len(paths) == len(set(paths))
    return {shape(path) for path in paths}


def anchors(text: str) -> set[str]:
    """Return what links to a page's headings end with."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}


def source() -> Source:
    journals = JournalFolder(REAL, clock=lambda: NOW, quiet=True)
    return Source(journals, Addresses(public_url=ADDRESS), clock=lambda: NOW)


# Modules and pages


@pytest.mark.parametrize("name", ["README", *pages()])
def test_links_lead_somewhere(name: str) -> None:
    file = README if name == "README" else GUIDE / f"{name}.md"
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", file.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        other = (file.parent / path) if path else file
        assert other.is_file(), target
        assert not anchor or anchor in anchors(other.read_text(encoding="utf-8")), target


def test_the_readmes_two_pictures_are_there_and_small() -> None:
    pictures = [ROOT / path for path in re.findall(r'<img src="(.*?)"', readme())]
    assert len(pictures) == 2
    assert sum(path.stat().st_size for path in pictures) < 100_000


@pytest.mark.parametrize("name", pages())
def test_a_page_says_what_it_is_for_and_begins_with_an_example(name: str) -> None:
    heading, blank, subject, below = page(name).split("\n")[:4]
    assert (heading[:2], blank, below) == ("# ", "", "")
    assert re.fullmatch(r"[A-Z].*\.", subject)
    assert "```" in page(name).partition("\n## ")[0]


def test_the_readme_leads_to_every_page() -> None:
    assert sorted(re.findall(r"^\| \[.*\]\(icsfeed/guide/(.*)\.md\)", readme(), re.MULTILINE)) == pages()


@pytest.mark.parametrize("name", [name for name, module in modules().items() if module.path.name == "__init__.py"])
def test_a_package_names_its_modules(name: str) -> None:
    own = [each for each in modules() if each.rpartition(".")[0] == name and not each.endswith("__main__")]
    said = ast.get_docstring(modules()[name].tree) or ""
    assert [each for each in own if f"`{each.rpartition('.')[2]}`" not in said] == []


@pytest.mark.parametrize("name", modules())
def test_a_module_says_what_it_is_for(name: str) -> None:
    assert ast.get_docstring(modules()[name].tree)


# Commands and settings


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_a_command_and_each_of_its_options(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0
    assert COMMANDS[name].help
    assert [long_name(each) for each in options_of(COMMANDS[name]) if not each.help or long_name(each) not in shown.output] == []


def test_help_lists_the_commands() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    assert [name for name in COMMANDS if not re.search(rf"^  {name} +\S", shown, re.MULTILINE)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_guide_tells_a_command_and_its_own_options(name: str) -> None:
    rows = [line for line in page("commands").splitlines() if re.match(rf"\| `icsfeed {name}\b", line)]
    assert len(rows) == 1, f"commands.md has {len(rows)} rows for `icsfeed {name}`"
    own = {long_name(each) for each in options_of(COMMANDS[name])} - OF_EVERY_COMMAND - OF_EDITING
    assert set(re.findall(r"`(--[a-z-]+)\b", rows[0])) == own


def test_the_guide_tells_once_how_editing_commands_publish() -> None:
    assert all(f"`{option}`" in page("commands") for option in ("--publish", "--draft"))


def test_the_guide_tells_no_command_that_is_not_there() -> None:
    assert set(re.findall(r"`icsfeed ([a-z]+)", manual())) == set(COMMANDS)


def test_the_guide_tells_the_options_of_every_command() -> None:
    told = re.findall(r"^\| `(--[a-z-]+)", page("commands"), re.MULTILINE)
    assert set(told) == OF_EVERY_COMMAND


def test_the_guide_tells_every_setting_and_no_other() -> None:
    assert set(re.findall(r"\bICSFEED_[A-Z_]+\b", page("commands"))) == settings()
    assert set(re.findall(r"\bICSFEED_[A-Z_]+\b", manual())) == settings()


def test_every_command_that_takes_a_setting_shows_its_variable() -> None:
    hidden = [
        f"{name} {long_name(option)}"
        for name, command in COMMANDS.items()
        for option in options_of(command)
        if option.envvar and not option.show_envvar
    ]
    assert hidden == []


# The schedule file


@pytest.mark.parametrize(("title", "keys"), [("Calendar", CALENDAR_KEYS), ("Classes", CLASS_KEYS), ("Windows", WINDOW_KEYS)])
def test_the_guide_tells_every_key_of_a_schedule_file_once(title: str, keys: tuple[str, ...]) -> None:
    assert sorted(re.findall(r"^\| `(\w+)` \|", chapter("schedule-file", title), re.MULTILINE)) == sorted(keys)


# Addresses


def test_the_guide_tells_every_document() -> None:
    published = {shape(path) for path in source().publication.documents}
    assert sorted(published - shown_shapes()) == []


def test_the_guide_tells_every_route() -> None:
    rules = {rule.rule for rule in make_routes(source()).url_map.iter_rules()} - {"/<path:path>"}
    routes = {rule.replace("<calendar>", "minox-online").replace("<language>", "LANGUAGE") for rule in rules}
    assert sorted(routes - shown_shapes()) == []


def test_the_guide_shows_no_address_that_is_not_there() -> None:
    publication = source().publication
    shown = [path for path in re.findall(r"`(/minox-online[^`\s]*)`", manual()) if "…" not in path]
    assert [path for path in shown if publication.find(path) is None and not is_answered(publication, path)] == []


def test_the_guide_tells_every_figure_and_no_other() -> None:
    said = (node.value for node in ast.walk(modules()["icsfeed.web.metrics"].tree) if isinstance(node, ast.Constant))
    figures = {text for text in said if isinstance(text, str) and re.fullmatch(r"icsfeed_[a-z_]+", text)}
    counters = {"icsfeed_requests", "icsfeed_failed_reads"}
    told = re.findall(r"`(icsfeed_[a-z_]+)`", chapter("serving", "Watch it"))
    assert sorted(told) == sorted(f"{name}_total" if name in counters else name for name in figures)
