"""What a schedule must not change about what is published, what calendars must not share, and what the clock must not say."""

from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.drafting.publishing import ClockError, publish
from icsfeed.problems import ScheduleError
from tests.publishing.desk import FIRST, NO_ANSWERS, SECOND, Desk, window
from tests.support import HEAD, NOW, make_folder, schedule_text


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def refused(desk: Desk) -> list[tuple[str, str]]:
    """Return what is wrong with a save, which `check` says too; nothing is published."""
    before = desk.journal.read_bytes() if desk.journal.exists() else b""
    with pytest.raises(ScheduleError) as caught:
        desk.publish()
    assert (desk.journal.read_bytes() if desk.journal.exists() else b"") == before
    errors = [(problem.message, problem.cure) for problem in caught.value.problems]
    checked = [(problem.message, problem.cure) for problem in desk.folder.check("example", desk.now)[1]]
    assert set(errors) <= set(checked)
    return errors


# The clock


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(seconds=1), timedelta(minutes=4), timedelta(minutes=5)])
def test_the_next_stamp_is_a_second_later_than_the_newest_where_the_clock_is_not(desk: Desk, ahead: timedelta) -> None:
    desk.write(FIRST)
    desk.publish()
    newest = desk.published().newest
    desk.write(SECOND, FIRST)
    desk.publish(after=-ahead)
    assert desk.published().newest == newest + timedelta(seconds=1)


def test_the_next_stamp_is_the_clocks_in_whole_seconds_where_it_is_later(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.write(SECOND, FIRST)
    desk.publish(after=timedelta(seconds=90, milliseconds=900))
    assert desk.published().newest == NOW + timedelta(seconds=150)


def test_a_journal_more_than_five_minutes_ahead_of_the_clock_is_a_warning_as_an_emergency_must_go_out(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.write(SECOND, FIRST)
    outcome = desk.publish(after=-timedelta(minutes=5, seconds=1))
    assert desk.published().newest == NOW + timedelta(minutes=1, seconds=1)
    assert outcome.warning == (
        f"the newest line of example is dated 2027-11-01T12:01:00Z, by {desk.published().lines[0].by}, "
        "but the clock says 2027-11-01T11:55:59Z; one of these clocks is wrong"
    )


def test_a_journal_more_than_a_week_ahead_of_the_clock_is_refused(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    before = desk.journal.read_bytes()
    desk.write(SECOND, FIRST)
    with pytest.raises(
        ClockError, match=r"2027-11-01T12:01:00Z, by .*, but the clock says 2027-10-25T12:00:59Z; correct the clock"
    ):
        desk.publish(after=-timedelta(days=7, seconds=1))
    assert desk.journal.read_bytes() == before


# What is published already


def test_another_domain_than_the_published_one_is_refused(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.save(schedule_text(FIRST).replace("domain: example.com", "domain: example.org"))
    assert refused(desk) == [
        (
            'the domain was published as "example.com" and cannot change',
            "Write example.com again; with another domain every event would be new to subscribers.",
        )
    ]


def test_the_same_domain_in_other_letters_is_refused(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.save(schedule_text(FIRST).replace("domain: example.com", "domain: Example.com"))
    assert len(refused(desk)) == 1


def test_an_id_that_differs_from_a_published_one_only_in_case_is_refused(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.write(window("First", "2027-12-07 21:00"))
    assert refused(desk) == [('the id "First" was published as "first"', "Write `id: first`.")]


def test_an_id_of_long_ago_in_other_letters_is_refused_too(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.write()
    desk.publish(after=timedelta(days=90))
    desk.write(window("FIRST", "2028-12-07 21:00"))
    assert len(refused(desk)) == 1


def test_a_former_name_with_which_a_published_id_begins_is_refused(desk: Desk) -> None:
    desk.write(FIRST, SECOND)
    desk.publish()
    desk.now += timedelta(days=90)
    desk.save(schedule_text().replace("  color", "  formerly: [fir]\n  color"))
    message = '"fir" cannot be a name of the calendar: published ids start with it (first)'
    assert refused(desk) == [(message, "Change `formerly` or rename the file.")]


def test_a_faulty_journal_is_never_written(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.journal.write_text(desk.journal.read_text() + "nonsense\n")
    before = desk.journal.read_bytes()
    desk.write(FIRST, SECOND)
    assert refused(desk)[0][0].startswith("this line of the journal is not JSON")
    assert desk.journal.read_bytes() == before


# Other calendars


def other(desk: Desk, head: str, *, key: str = "other") -> None:
    make_folder(desk.root, f"{head}windows: []\n", key=key)


@pytest.mark.parametrize("domain", ["example.com", "EXAMPLE.com"])
def test_two_calendars_with_one_domain_are_refused(desk: Desk, domain: str) -> None:
    other(desk, HEAD)
    desk.save(schedule_text(FIRST).replace("domain: example.com", f"domain: {domain}"))
    assert refused(desk) == [
        (
            'calendar "other" already has the domain "example.com"',
            "Give each calendar its own domain, such as status.example.com.",
        )
    ]


def test_a_calendar_of_which_only_the_journal_is_left_keeps_its_domain(desk: Desk) -> None:
    other(desk, HEAD)
    publish(desk.folder, "other", now=NOW, answers=NO_ANSWERS)
    desk.folder.schedule_path("other").unlink()
    desk.write(FIRST)
    assert len(refused(desk)) == 1


ELSEWHERE = HEAD.replace("example.com\n", "other.example.com\n", 1)


@pytest.mark.parametrize(("mine", "theirs", "name"), [("other", "", "other"), ("", "example", "example"), ("old", "old", "old")])
def test_former_names_that_collide_are_refused(desk: Desk, mine: str, theirs: str, name: str) -> None:
    other(desk, ELSEWHERE.replace("  color", f"  formerly: [{theirs}]\n  color"))
    desk.save(schedule_text(FIRST).replace("  color", f"  formerly: [{mine}]\n  color"))
    assert refused(desk) == [(f'calendar "other" already uses the name "{name}" in its addresses', "Change `formerly`.")]


def test_calendars_with_names_of_their_own_share_a_folder(desk: Desk) -> None:
    other(desk, ELSEWHERE.replace("  color", "  formerly: [older]\n  color"))
    desk.save(schedule_text(FIRST).replace("  color", "  formerly: [old]\n  color"))
    assert desk.publish().is_done
