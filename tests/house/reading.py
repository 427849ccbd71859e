"""The package's modules as they are written, the README and the guide, for tests that read them."""

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.support import ROOT

PACKAGE = ROOT / "icsfeed"
README = ROOT / "README.md"
GUIDE = PACKAGE / "guide"


@dataclass(frozen=True)
class Module:
    """A module of the package, or `wsgi`."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    def imported(self) -> Iterator[str]:
        """Give the full names of what it imports, wherever the statement stands; of `from a import b` both `a` and `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}: imports are absolute"
                assert node.module is not None
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def modules() -> Mapping[str, Module]:
    """Return all modules by name, `wsgi` too."""
    found = {"wsgi": Module("wsgi", ROOT / "wsgi.py")}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path)
    return found


@cache
def imports_within() -> Mapping[str, frozenset[str]]:
    """Return for each module which modules it imports; of packages that it only passes through, none."""
    known = modules()
    found = {}
    for name, module in known.items():
        imported = {each for each in module.imported() if each in known} - {name}
        found[name] = frozenset(
            each
            for each in imported
            if not (known[each].path.name == "__init__.py" and any(other.startswith(f"{each}.") for other in imported))
        )
    return found


@cache
def readme() -> str:
    """Return the README."""
    return README.read_text(encoding="utf-8")


@cache
def page(name: str) -> str:
    """Return a page of the guide by its name without suffix."""
    return (GUIDE / f"{name}.md").read_text(encoding="utf-8")


def pages() -> list[str]:
    """Return the names of the guide's pages."""
    return sorted(path.stem for path in GUIDE.glob("*.md"))


def manual() -> str:
    """Return the README and every page of the guide."""
    return "\n".join([readme(), *map(page, pages())])


def chapter(name: str, title: str) -> str:
    """Return the chapter of a page of the guide whose heading is this."""
    chapters = re.split(r"^## ", page(name), flags=re.MULTILINE)[1:]
    found = [each for each in chapters if each.partition("\n")[0].strip() == title]
    assert len(found) == 1, f'{name}.md has {len(found)} chapters "## {title}"'
    return found[0]


def code_blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a language in a text."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def tracked(*, others: bool = False) -> list[str]:
    """Return the files that git tracks, and if asked those that it does not ignore either; only what is there."""
    more = ["--others", "--exclude-standard"] if others else []
    listed = subprocess.run(["git", "ls-files", "--cached", *more], cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted({name for name in listed.stdout.splitlines() if (ROOT / name).is_file()})
