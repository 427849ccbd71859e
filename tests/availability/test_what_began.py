"""A window that was reported begun, and of which nobody has reported an end."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from icsfeed.cli.serve import _describe_upcoming
from icsfeed.model import Actual
from icsfeed.publication.availability import Availability, State
from icsfeed.publication.journals import warn_of_missing_ends
from tests.commands.desk import run
from tests.published import START, published, window
from tests.support import body_of, make_folder, publication_of, schedule_text

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEGUN = published(
    window("a", actual=Actual(start=START + 15 * MINUTE)), window("b", START + 2 * DAY), window("c", START + 3 * DAY)
)
"""Of the 7th, 21:00–21:20, begun at 21:15."""


def at(now: datetime) -> Availability:
    return Availability(published=BEGUN, now=now)


@pytest.mark.parametrize("after", [36 * MINUTE, 2 * HOUR, 3 * HOUR, DAY, 9 * DAY])
def test_the_present_is_at_risk_however_long_that_takes(after: timedelta) -> None:
    assert at(START + after).state(START + after) is State.AT_RISK


def test_it_is_closed_as_long_from_its_actual_start_as_was_planned() -> None:
    found = at(START + 16 * MINUTE)
    assert [found.state(START + minutes * MINUTE) for minutes in (14, 15, 34, 35)] == [
        State.OPEN,
        State.CLOSED,
        State.CLOSED,
        State.AT_RISK,
    ]


def test_a_moment_ahead_is_at_risk_no_further_than_the_end_of_the_present_day() -> None:
    midnight = datetime(2027, 12, 7, 23, tzinfo=UTC)
    found = at(START + HOUR)
    assert [found.state(midnight + minutes * MINUTE) for minutes in (-1, 0, 600)] == [State.AT_RISK, State.OPEN, State.OPEN]
    assert found.state(midnight + 19 * HOUR, midnight + 22 * HOUR) is State.OPEN
    assert found.next_change(START + HOUR) == midnight
    assert at(midnight).state(midnight + 23 * HOUR) is State.AT_RISK


def test_statuspage_and_page_say_so_and_what_comes_next_has_not_begun() -> None:
    for moment in (START + 3 * HOUR, START + DAY):
        publication = publication_of(BEGUN, moment)
        summary = json.loads(body_of(publication, "/example/api/v2/summary.json"))
        assert summary["status"]["indicator"] == "maintenance"
        assert [each["status"] for each in summary["scheduled_maintenances"]] == ["in_progress", "scheduled", "scheduled"]
    page = body_of(publication_of(BEGUN, START + 2 * HOUR), "/example/en/").decode()
    assert "started at 21:15, no end reported yet." in page
    assert "Allow for an overrun" not in page
    assert page.index("started at 21:15") < page.index("After that") < page.rindex("9 December")
    later = body_of(publication_of(BEGUN, START + DAY), "/example/").decode()
    assert "begonnen gisteren om 21:15, einde nog niet gemeld." in later


def test_the_log_says_once_that_an_end_is_missing(caplog: pytest.LogCaptureFixture) -> None:
    told: set[str] = set()
    warn_of_missing_ends([BEGUN], START + 10 * MINUTE, told)
    assert caplog.messages == []
    for _ in range(2):
        warn_of_missing_ends([BEGUN], START + HOUR, told)
    assert caplog.messages == ["example: a: no end reported: run `icsfeed complete a`"]


def test_the_next_one_in_the_log_is_the_next_that_has_not_begun() -> None:
    assert _describe_upcoming(BEGUN, START + HOUR) == "2 upcoming; next: Thursday 9 December 2027, 21:00–21:20"


def test_check_and_list_say_so(tmp_path: Path) -> None:
    entry = "  - {id: a, start: 2027-12-07 21:00, class: standaard, actual: {start: 2027-12-07 21:15}}\n"
    make_folder(tmp_path, schedule_text(entry))
    assert "a: no end reported: run `icsfeed complete a`" in run(tmp_path, "check", now="2027-12-07 22:00").out
    for now in ("2027-12-07 22:00", "2027-12-08 12:00", "2028-12-08 12:00"):
        assert "at risk" in run(tmp_path, "list", now=now).out
    assert "under way" in run(tmp_path, "list", now="2027-12-07 21:30").out
