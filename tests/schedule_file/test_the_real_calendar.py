from datetime import UTC, datetime

from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from tests.support import REAL


def real() -> Schedule:
    path = REAL / "minox-online.yaml"
    return load_schedule(path.read_bytes(), file="schedule/minox-online.yaml", key="minox-online")


def utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def test_the_shipped_calendar_has_the_eighteen_windows_of_the_page() -> None:
    expected = [
        ("20210106T2100", "2021-01-06 20:00", "2021-01-06 20:20", ("standaard",)),
        ("20210206T2100", "2021-02-06 20:00", "2021-02-07 11:00", ("uitgebreid",)),
        ("20210209T2100", "2021-02-09 20:00", "2021-02-09 20:20", ("standaard",)),
        ("20210218T2100", "2021-02-18 20:00", "2021-02-18 20:20", ("standaard",)),
        ("20210304T2100", "2021-03-04 20:00", "2021-03-04 20:20", ("standaard",)),
        ("20210401T2100", "2021-04-01 19:00", "2021-04-01 19:20", ("standaard",)),
        ("20210506T2100", "2021-05-06 19:00", "2021-05-06 19:20", ("standaard",)),
        ("20210520T2100", "2021-05-20 19:00", "2021-05-20 19:20", ("standaard",)),
        ("20210610T2100", "2021-06-10 19:00", "2021-06-10 19:20", ("standaard",)),
        ("20210816T2100", "2021-08-16 19:00", "2021-08-16 20:40", ("standaard", "uitgebreid")),
        ("20210823T2100", "2021-08-23 19:00", "2021-08-23 19:20", ("standaard",)),
        ("20210916T2100", "2021-09-16 19:00", "2021-09-16 19:20", ("standaard",)),
        ("20210930T2100", "2021-09-30 19:00", "2021-09-30 19:20", ("standaard",)),
        ("20211021T2100", "2021-10-21 19:00", "2021-10-21 19:20", ("standaard",)),
        ("20211109T2100", "2021-11-09 20:00", "2021-11-09 20:20", ("standaard",)),
        ("20211209T2100", "2021-12-09 20:00", "2021-12-09 20:20", ("standaard",)),
        ("20211213T2200", "2021-12-13 21:00", "2021-12-13 21:20", ("standaard",)),
        ("20211220T2100", "2021-12-20 20:00", "2021-12-20 20:20", ("standaard",)),
    ]
    schedule = real()
    actual = [(window.id, window.start, schedule.end_of(window), window.classes) for window in schedule.windows]
    assert actual == [(id_, utc(start), utc(end), classes) for id_, start, end, classes in expected]


def test_only_the_database_upgrade_has_a_title_and_an_end_of_its_own() -> None:
    named = [(window.id, str(window.title and window.title.in_language("nl", "nl"))) for window in real().windows if window.title]
    assert named == [("20210206T2100", "Database upgrade")]
    assert [window.id for window in real().windows if window.end] == ["20210206T2100"]


def test_the_shipped_calendar_has_no_warning() -> None:
    assert real().warnings == ()


def test_the_shipped_calendar_names_no_address_and_no_end_of_the_plan() -> None:
    calendar = real().calendar
    assert (calendar.url, calendar.planned_until, [link.url for link in calendar.links]) == (None, None, [None, None])
