import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from icsfeed.cli.commands import main
from icsfeed.cli.serve import serve
from tests.house.reading import code_blocks, page


def unit_text() -> str:
    unit, _ = code_blocks(page("serving"), "ini")
    return unit


def override_text() -> str:
    """Return what lets the service publish too."""
    _, override = code_blocks(page("serving"), "ini")
    return override


@pytest.fixture
def service() -> dict[str, str]:
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # as its documentation has it: keys as they are written
    unit.read_string(unit_text())
    return dict(unit["Service"])


@pytest.fixture
def recipe() -> str:
    return "".join(code_blocks(page("serving"), "sh"))


def test_systemd_has_no_complaint_about_the_unit(tmp_path: Path, service: dict[str, str]) -> None:
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("install systemd, to have it verify the guide's unit")  # nobody can be made to
    path = tmp_path / "icsfeed.service"
    program = service["ExecStart"].split()[0]
    path.write_text(unit_text().replace(program, sys.executable), encoding="utf-8")
    done = subprocess.run([systemd, "verify", "--man=no", path], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "icsfeed" in line]) == (0, [])


def test_the_unit_runs_what_the_recipe_installs(service: dict[str, str], recipe: str) -> None:
    program, *arguments = service["ExecStart"].split()
    environment = program.removesuffix("/bin/icsfeed")
    assert f"python3 -m venv {environment} && {environment}/bin/pip install ." in recipe
    assert CliRunner().invoke(main, [*arguments, "--help"]).exit_code == 0


def test_the_unit_reads_the_schedule_and_writes_nowhere_but_in_its_runtime_directory(
    service: dict[str, str], recipe: str
) -> None:
    settings = dict(re.findall(rf"echo '(\w+)=(.+)' >>?{re.escape(service['EnvironmentFile'])}$", recipe, re.MULTILINE))
    assert set(settings) == {"ICSFEED_PUBLIC_URL", "ICSFEED_SCHEDULE"}
    assert settings["ICSFEED_SCHEDULE"].startswith(service["WorkingDirectory"])
    assert (service["ProtectSystem"], service["RuntimeDirectory"], service.get("ReadWritePaths")) == ("strict", "icsfeed", None)
    assert "--no-publish" in service["ExecStart"].split()
    assert f"ReadWritePaths={settings['ICSFEED_SCHEDULE']}\n" in override_text()
    (other,) = re.findall(r"^ExecStart=(.+)$", override_text(), re.MULTILINE)
    assert other.split() == [each for each in service["ExecStart"].split() if each != "--no-publish"]


def test_the_unit_is_exposed_to_little(tmp_path: Path) -> None:
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("install systemd, to have it judge the guide's unit")
    path = tmp_path / "icsfeed.service"
    path.write_text(unit_text(), encoding="utf-8")
    done = subprocess.run(
        [systemd, "security", "--offline=true", "--threshold=20", "--no-pager", path], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()[-300:]


def test_the_unit_runs_as_the_user_that_the_recipe_makes(service: dict[str, str], recipe: str) -> None:
    assert re.findall(r"^adduser --system .* (\w+)$", recipe, re.MULTILINE) == [service["User"]]
    assert service["Group"] == service["User"]


def test_the_name_is_the_same_in_every_part_of_the_page(recipe: str) -> None:
    (nginx,) = code_blocks(page("serving"), "nginx")
    (name,) = set(re.findall(r"ICSFEED_PUBLIC_URL=https://([^'/\s]+)", recipe))
    assert {first or second for first, second in re.findall(r"server_name (\S+);|/live/(.+?)/", nginx)} == {name}
    assert re.findall(r"certbot .* -d (\S+)", recipe) == [name]


def test_nginx_asks_where_serve_listens() -> None:
    (nginx,) = code_blocks(page("serving"), "nginx")
    defaults = {option.name: option.default for option in serve.params}
    assert re.findall(r"server (\S+:\d+);", nginx) == [f"{defaults['host']}:{defaults['port']}"]
