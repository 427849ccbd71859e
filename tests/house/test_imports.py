import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter

import pytest

from tests.house.reading import Module, imports_within, modules

LEVELS = (
    ("wsgi",),
    ("icsfeed.cli", "icsfeed.__main__"),
    ("icsfeed.web", "icsfeed.notifying"),
    ("icsfeed.drafting", "icsfeed.publication"),
    ("icsfeed.wording", "icsfeed.journal", "icsfeed.replay"),
    ("icsfeed.languages", "icsfeed.recurrence", "icsfeed.durations", "icsfeed.moments", "icsfeed.zones"),
    ("icsfeed.model", "icsfeed.names", "icsfeed.problems", "icsfeed.reading", "icsfeed.git_operation", "icsfeed"),
)
"""From the top down: a module imports from its own level and those below."""

ONLY_IMPORTERS = {
    "apprise": {"icsfeed.notifying.places"},
    "babel": {"icsfeed.languages", "icsfeed.moments", "icsfeed.publication.documents.pages.months"},
    "click": {"icsfeed.cli"},
    "dateutil": {
        "icsfeed.moments",
        "icsfeed.recurrence",
        "icsfeed.drafting.warnings",
        "icsfeed.drafting.importing.ics_import",
        "icsfeed.cli.init",
    },
    "flask": {"icsfeed.web.app", "icsfeed.web.errors"},
    "granian": {"icsfeed.web.server"},
    "icalendar": {"icsfeed.publication.documents.feeds", "icsfeed.drafting.importing.ics_import"},
    "jinja2": {"icsfeed.publication.documents.pages.site"},
    "lxml": {"icsfeed.drafting.importing.table_import"},
    "markdown_it": {"icsfeed.drafting.importing.table_import"},
    "msgspec": {"icsfeed.journal", "icsfeed.notifying.memory"},
    "prometheus_client": {"icsfeed.web.metrics"},
    "pytz": {"icsfeed.zones"},
    "segno": {"icsfeed.publication.documents.pages.subscribing"},
    "webcolors": {"icsfeed.model"},
    "werkzeug": {"icsfeed.web.app", "icsfeed.web.document_layer", "icsfeed.web.state_and_plan"},
    "yaml": {"icsfeed.drafting.schedule_file.reader", "icsfeed.drafting.schedule_file.yaml_errors", "icsfeed.drafting.layout"},
}
"""Libraries, and the only modules or packages that know them."""

CLOCK_READERS = {"icsfeed.publication.journals"}
CLOCK_ASKERS = {
    "icsfeed.publication.journals",
    "icsfeed.publication.source",
    "icsfeed.web",
    "icsfeed.web.logs",
    "icsfeed.cli",
}
STOPWATCHES = {"icsfeed.drafting.files", "icsfeed.drafting.auto_publish", "icsfeed.web.server"}


def within(name: str, units: set[str] | tuple[str, ...]) -> bool:
    return any(name == unit or (unit != "icsfeed" and name.startswith(f"{unit}.")) for unit in units)


def level(name: str) -> int:
    found = [number for number, units in enumerate(LEVELS) if within(name, units)]
    assert len(found) == 1, f"{name} has no level: name it in LEVELS"
    return found[0]


def attributes_of(module: Module) -> Iterator[str]:
    """Give what is read off a name: `datetime.now`, `time.monotonic`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


@pytest.mark.parametrize("name", modules())
def test_imports_run_one_way(name: str) -> None:
    assert [each for each in imports_within()[name] if level(each) < level(name)] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    TopologicalSorter(imports_within()).prepare()


def importers_of(unit: str) -> set[str]:
    """Return the modules, other than its own, that import from a package."""
    importing = {name for name, imported in imports_within().items() if any(within(each, (unit,)) for each in imported)}
    return {name for name in importing if not within(name, (unit,))}


def test_the_two_wings_do_not_know_each_other() -> None:
    assert [name for name in importers_of("icsfeed.drafting") if within(name, ("icsfeed.publication",))] == []
    assert [name for name in importers_of("icsfeed.publication") if within(name, ("icsfeed.drafting",))] == []


def test_only_the_command_line_knows_both_wings() -> None:
    knowing = importers_of("icsfeed.drafting") & importers_of("icsfeed.publication")
    assert knowing
    assert [name for name in sorted(knowing) if not within(name, ("icsfeed.cli",))] == []


def test_only_the_command_line_knows_how_to_notify() -> None:
    assert importers_of("icsfeed.notifying") == {"icsfeed.cli.notify"}


def test_the_model_needs_only_the_standard_library() -> None:
    imported = {each.partition(".")[0] for each in modules()["icsfeed.model"].imported()}
    assert imported & set(ONLY_IMPORTERS) - {"webcolors"} == set()


@pytest.mark.parametrize("library", ONLY_IMPORTERS)
def test_a_library_is_known_where_it_belongs(library: str) -> None:
    importers = {name for name, module in modules().items() if any(within(each, (library,)) for each in module.imported())}
    allowed = ONLY_IMPORTERS[library]
    assert [name for name in sorted(importers) if not within(name, allowed)] == []
    assert [unit for unit in sorted(allowed) if not any(within(name, (unit,)) for name in importers)] == []


def test_only_the_source_reads_the_clock() -> None:
    clocks = {f"{each}.{name}" for each in ("datetime", "date") for name in ("now", "utcnow", "today")}
    clocks |= {f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")}
    readers = {name for name, module in modules().items() if clocks & set(attributes_of(module))}
    assert readers == CLOCK_READERS


def test_only_those_that_face_the_world_ask_for_the_present() -> None:
    askers = {
        name
        for name, module in modules().items()
        if any(isinstance(node, ast.Name) and node.id == "read_clock" for node in ast.walk(module.tree))
    }
    assert [name for name in sorted(askers) if not within(name, CLOCK_ASKERS)] == []
    assert askers


def test_time_is_measured_only_while_waiting() -> None:
    stopwatches = {
        name for name, module in modules().items() if {"time.monotonic", "time.perf_counter"} & set(attributes_of(module))
    }
    assert stopwatches == STOPWATCHES
    assert [name for name, module in modules().items() if "from time import" in module.path.read_text(encoding="utf-8")] == []


def test_nothing_is_left_to_chance() -> None:
    chance = {"random", "secrets", "uuid"}
    assert [name for name, module in modules().items() if chance & {each.partition(".")[0] for each in module.imported()}] == []
