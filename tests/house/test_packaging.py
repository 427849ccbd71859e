import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from flit_core import buildapi

import icsfeed
from tests.house.reading import tracked
from tests.support import ROOT, clean_environment


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the tree, without what tools left in it."""
    tree, folder = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in tracked(others=True):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tree)
        built: str = buildapi.build_wheel(str(folder))
    return folder / built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the installed wheel, and no other library."""
    folder = tmp_path_factory.mktemp("installed")
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, wheel], check=True)
    return folder


def run_installed(installed: Path, cwd: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=clean_environment(PYTHONPATH=str(installed)),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    assert sorted(names) == [name for name in tracked(others=True) if name.startswith("icsfeed/")]


def test_the_wheel_holds_templates_style_catalogs_the_guide_and_types(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        suffixes = {Path(name).suffix for name in archive.namelist()} | {Path(name).name for name in archive.namelist()}
    assert {".html", ".css", ".md", ".mo", "py.typed", "entry_points.txt"} - suffixes == set()


def test_the_installed_program_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert run_installed(installed, tmp_path, "-m", "icsfeed", "--version") == f"icsfeed, version {icsfeed.__version__}\n"
    assert run_installed(installed, tmp_path, "-c", "import icsfeed; print(icsfeed.__file__)").startswith(str(installed))


def test_the_installed_program_finds_its_templates_and_catalogs(installed: Path, tmp_path: Path) -> None:
    run_installed(installed, tmp_path, "-m", "icsfeed", "init", "demo", "--domain", "example.org", "--languages", "de,en")
    run_installed(installed, tmp_path, "-m", "icsfeed", "publish")
    show = """
from pathlib import Path
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
publication = Source(JournalFolder(Path("schedule")), Addresses(public_url="https://example.org")).publication
print("Abonnieren" in publication.find("/demo/").body.decode(), publication.find("/static/icsfeed.css").body != b"")
"""
    assert run_installed(installed, tmp_path, "-c", show) == "True True\n"
