import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.notifying.desk import write_config
from tests.notifying.processes import command, watching, without_apprise
from tests.notifying.receivers import Hook, Mailbox
from tests.support import ROOT, WINDOW, clean_environment, icsfeed, make_folder, schedule_text, serving, wait_until


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a published schedule."""
    make_folder(tmp_path, schedule_text(WINDOW))
    command(tmp_path, "publish")
    return tmp_path


@pytest.fixture
def config(root: Path, hook: Hook) -> Path:
    """A configuration with one place."""
    return write_config(root / "places.yaml", {hook.url("token"): "en"})


# The whole chain


def test_unplanned_maintenance_reaches_mail_and_webhook_as_soon_as_it_is_published(
    root: Path, mailbox: Mailbox, hook: Hook
) -> None:
    config = write_config(
        root / "places.yaml", {mailbox.url(): "nl", hook.url("a"): "en, unplanned", hook.url("b"): "uitgebreid"}
    )
    with watching(root, config, "--public-url", "https://maintenance.example.com") as watched:
        command(root, "add", "now", "standaard", "--unplanned", "--publish", "--note", "Storing")
        wait_until(lambda: len(mailbox.got) == len(hook.got) == 1, seconds=60)
        assert mailbox.subjects()[0].startswith("ongepland onderhoud, ")
        assert hook.subjects("a")[0].startswith("unplanned maintenance, ")
        assert "https://maintenance.example.com/example/en/" in hook.texts("a")[0]
        command(root, "move", "20271207T2100", "22:00", "--publish")
        wait_until(lambda: len(mailbox.got) == 2, seconds=60)
        assert mailbox.subjects()[1] == "verplaatst naar di 7 december 22:00, was di 7 december 21:00"
        assert (len(hook.got), watched.end()) == (1, 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_message_on_its_way_is_finished_when_it_is_told_to_end(
    root: Path, config: Path, hook: Hook, number: signal.Signals
) -> None:
    with watching(root, config) as watched:
        hook.hanging.add("token")
        command(root, "cancel", "20271207T2100", "--publish")
        wait_until(lambda: hook.tried == ["token"], seconds=60)
        watched.process.send_signal(number)
        hook.released.set()
        assert watched.process.wait(timeout=60) == 0
    assert command(root, "notify", "--config", config).stderr == ""
    assert len(hook.got) == 1


def test_two_do_not_notify_at_once(root: Path, config: Path) -> None:
    with watching(root, config):
        done = icsfeed("notify", "--config", config, cwd=root)
    assert done.returncode == 2
    assert done.stderr == ("icsfeed: another `icsfeed notify` is at work with schedule/.example.notified.json; stop it first\n")


# One run


def test_one_run_tells_and_ends(root: Path, config: Path, hook: Hook) -> None:
    first = command(root, "notify", "--config", config)
    assert first.stderr.endswith(" example: 2 changes count as told\n")
    command(root, "cancel", "20271207T2100", "--publish")
    told = command(root, "notify", "--config", config)
    assert hook.subjects("token") == ["maintenance of Tue 7 December 2027 21:00 cancelled"]
    assert "told place 1 (json, en): Example: maintenance of Tue 7 December 2027 21:00 cancelled" in told.stderr
    assert icsfeed("check", cwd=root).returncode == 0


def test_one_run_exits_with_1_if_a_place_failed_and_the_next_one_tells_it(root: Path, config: Path, hook: Hook) -> None:
    command(root, "notify", "--config", config)
    command(root, "cancel", "20271207T2100", "--publish")
    hook.failing.add("token")
    failed = icsfeed("notify", "--config", config, cwd=root)
    assert (failed.returncode, hook.tried) == (1, ["token"])
    assert "S3cret" not in failed.stderr
    assert "/token" not in failed.stderr
    hook.failing.clear()
    command(root, "notify", "--config", config)
    assert len(hook.got) == 1


def test_one_run_exits_with_1_if_a_journal_cannot_be_read(root: Path, config: Path, hook: Hook) -> None:
    command(root, "notify", "--config", config)
    with (root / "schedule" / "example.journal.jsonl").open("a") as journal:
        journal.write("<<<<<<< HEAD\n")
    done = icsfeed("notify", "--config", config, cwd=root)
    assert (done.returncode, hook.tried) == (1, [])
    assert "`icsfeed reconcile` settles it" in done.stderr


def test_since_and_state_and_the_settings_variable(root: Path, config: Path, hook: Hook) -> None:
    state = root / "state"
    state.mkdir()
    arguments = ("notify", "--since", "2020-01-01 00:00", "--state", state, "--ahead", "24h", "--ahead", "2 uur")
    for _ in range(2):
        command(root, *arguments, ICSFEED_NOTIFY=str(config))
    assert hook.subjects("token") == ["maintenance announced for Tue 7 December 2027 21:00"]
    assert [each.name for each in state.glob("*.json")] == [".example.notified.json"]
    assert list((root / "schedule").glob(".*notified*")) == []


def test_what_it_remembers_is_not_for_git(tmp_path: Path, hook: Hook) -> None:
    command(tmp_path, "init", "example", "--domain", "example.com")
    command(tmp_path, "publish")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    command(tmp_path, "notify", "--config", write_config(tmp_path / "places.yaml", {hook.url("a"): ""}))
    shown = subprocess.run(
        ["git", "status", "--short", "--untracked-files=all", "schedule"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "example.journal.jsonl" in shown.stdout
    assert "notified" not in shown.stdout


# A test message


def test_a_test_message_goes_to_each_place_and_says_how_it_went(root: Path, hook: Hook) -> None:
    config = write_config(root / "places.yaml", {hook.url("a"): "nl", hook.url("b"): "en, reminders", hook.url("c"): ""})
    hook.failing.add("b")
    done = icsfeed("notify", "--config", config, "--test", "--ahead", "24h", cwd=root)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "place 1 (json, nl): sent",
        "place 2 (json, en, reminders): failed",
        "place 3 (json): sent",
    ]
    assert hook.got == [(path, "Example: test", "Hier komen berichten over onderhoud binnen.") for path in ("a", "c")]
    assert list((root / "schedule").glob(".*notified.json")) == []


# What is refused


def refused(root: Path, *arguments: str | Path, **environment: str) -> str:
    """Run it; it must exit with 2, and print one sentence."""
    done = icsfeed("notify", *arguments, cwd=root, **environment)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_what_is_missing_or_wrong_is_said_with_its_cure(root: Path, config: Path, hook: Hook) -> None:
    assert refused(root) == "icsfeed: no configuration of places; use --config FILE or ICSFEED_NOTIFY\n"
    assert refused(root, "--config", "none.yaml") == "icsfeed: none.yaml: No such file or directory\n"
    assert refused(root, "--config", config, "--ahead", "soon").startswith('icsfeed: --ahead: "soon"')
    assert refused(root, "--config", config, "--since", "soon").startswith('icsfeed: --since: "soon"')
    assert "--now only previews" in refused(root, "--config", config, "--now", "2027-01-01 00:00")
    write_config(config, {hook.url("token"): "uitgebried"})
    assert 'places.yaml: the tag "uitgebried" of place 1 (json, uitgebried) has to be' in refused(root, "--config", config)
    assert hook.tried == []


def test_a_configuration_that_everybody_can_read_gets_a_warning(root: Path, config: Path) -> None:
    config.chmod(0o644)
    done = command(root, "notify", "--config", config)
    assert f"{config} has secrets, and everybody on this machine can read it; `chmod o-r {config}`" in done.stderr


def test_without_the_extra_it_says_how_to_install_it(root: Path, config: Path, tmp_path: Path) -> None:
    assert refused(root, "--config", config, **without_apprise(tmp_path)) == (
        "icsfeed: notifications need Apprise: `pip install 'icsfeed[notify]'`\n"
    )


def test_without_the_extra_everything_else_is_as_before(root: Path, tmp_path: Path) -> None:
    environment = without_apprise(tmp_path)
    command(root, "notify", "--help", **environment)
    command(root, "--help", **environment)
    with serving(root, PYTHONPATH=environment["PYTHONPATH"]) as service:
        assert service.ask("/example.ics").status == 200


@pytest.mark.parametrize("module", ["icsfeed.cli.commands", "icsfeed.cli.notify", "icsfeed.cli.serve", "wsgi"])
def test_nothing_imports_apprise_before_it_notifies(module: str) -> None:
    code = f"import sys, {module}; print('apprise' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


# A disk that is full


def test_a_full_disk_stops_it_before_anything_is_sent(root: Path, config: Path, hook: Hook) -> None:
    command(root, "notify", "--config", config)
    command(root, "cancel", "20271207T2100", "--publish")
    temporary = root / "schedule" / ".example.notified.json.tmp"
    temporary.symlink_to("/dev/full")
    said = refused(root, "--config", config)
    assert said == (
        "icsfeed: cannot remember what was told, so nothing more is sent: schedule/.example.notified.json: "
        f"{os.strerror(errno.ENOSPC)}; --state DIR names another folder\n"
    )
    assert hook.tried == []
    command(root, "notify", "--config", config)
    assert len(hook.got) == 1


def test_a_state_that_cannot_be_written_stops_it_before_anything_is_sent(root: Path, config: Path, hook: Hook) -> None:
    arguments = ("--config", config, "--since", "2020-01-01 00:00")
    assert "cannot remember what was told" in refused(root, *arguments, "--state", root / "nowhere")
    (root / "schedule" / ".example.notified.json").mkdir()
    assert "cannot remember what was told" in refused(root, *arguments)
    assert hook.tried == []


@pytest.mark.parametrize("text", ['{"seen": 3', "{}", '{"seen":[],"waiting":{"a":{"b":"soon"}}}'])
def test_a_damaged_state_is_refused_with_its_cure(root: Path, config: Path, text: str) -> None:
    (root / "schedule" / ".example.notified.json").write_text(text)
    assert refused(root, "--config", config) == (
        "icsfeed: schedule/.example.notified.json is damaged; delete it, and what is published by then counts as told\n"
    )


def test_a_calendar_without_an_address_is_told_without_links_and_that_is_said(root: Path, config: Path, hook: Hook) -> None:
    command(root, "notify", "--config", config)
    command(root, "cancel", "20271207T2100", "--publish")
    done = command(root, "notify", "--config", config)
    assert (
        "example has no public address; set url in its schedule, --public-url or ICSFEED_PUBLIC_URL; messages have" in done.stderr
    )
    assert "http" not in hook.texts("token")[0]
