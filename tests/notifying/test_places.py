from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from icsfeed.model import Calendar
from icsfeed.notifying.places import read_places
from icsfeed.problems import RefusedError
from icsfeed.replay import Change
from tests.notifying.desk import Desk, other_calendar, run, write_config
from tests.notifying.receivers import Hook, Mailbox
from tests.published import CALENDAR, published, window
from tests.service.test_source import write

MakeDesk = Callable[..., Desk]
ALL = {"operationeel", "standaard", "uitgebreid", "spoed"}


def windows_told(desk: Desk) -> dict[str, set[str]]:
    """Announce a window of each class and an unplanned one, and return which each place is told of."""
    notifier = desk.notifier()
    run(notifier)
    for each in (*(window(kind, kind=kind) for kind in sorted(ALL - {"spoed"})), window("spoed", planned=False)):
        desk.publish(each)
        run(notifier)
    return {path: {each for each in ALL if any(f"/{each}/" in text for text in desk.hook.texts(path))} for path in desk.tags}


def test_tags_say_what_a_place_is_told(make_desk: MakeDesk) -> None:
    desk = make_desk(
        all="", named="example", heavy="uitgebreid", medium="standaard, example", urgent="unplanned", both="uitgebreid, unplanned"
    )
    assert windows_told(desk) == {
        "all": ALL,
        "named": ALL,
        "heavy": {"uitgebreid"},
        "medium": {"standaard", "uitgebreid", "spoed"},
        "urgent": {"spoed"},
        "both": {"uitgebreid", "spoed"},
    }


def test_a_language_says_how_and_several_are_a_message_each(make_desk: MakeDesk) -> None:
    desk = make_desk(none="", nl="nl", en="en", both="nl, en")
    notifier = desk.notifier()
    run(notifier)
    desk.publish(window())
    run(notifier)
    dutch, english = "onderhoud aangekondigd voor di 7 december 21:00", "maintenance announced for Tue 7 December 21:00"
    told = {path: sorted(desk.hook.subjects(path)) for path in desk.tags}
    assert told == {"none": [dutch], "nl": [dutch], "en": [english], "both": [english, dutch]}


def test_a_place_is_told_of_the_calendars_that_it_names_in_a_language_that_they_have(make_desk: MakeDesk) -> None:
    desk = make_desk(one="other, nl", all="nl, en")
    english = other_calendar(languages=("en",))
    write(desk.folder, published(calendar=english), "other.journal.jsonl")
    notifier = desk.notifier()
    run(notifier)
    desk.publish(window())
    write(desk.folder, published(window("b"), calendar=english), "other.journal.jsonl")
    run(notifier)
    assert desk.hook.subjects("one") == ["maintenance announced for Tue 7 December 21:00"]
    assert len(desk.hook.got) == 4


def test_who_was_told_of_a_heavy_window_is_told_that_it_became_lighter(make_desk: MakeDesk) -> None:
    desk = make_desk(heavy="uitgebreid, en")
    notifier = desk.notifier()
    run(notifier)
    for kind in ("uitgebreid", "standaard"):
        desk.publish(window(kind=kind), change=Change.CHANGED)
        run(notifier)
    desk.publish(window(kind="operationeel"), change=Change.CHANGED)
    run(notifier)
    assert len(desk.hook.got) == 2


def test_mail_has_html_with_a_link_and_plain_text(tmp_path: Path, make_desk: MakeDesk, mailbox: Mailbox) -> None:
    desk = make_desk()
    desk.hook = MailHook(mailbox)
    desk.tags = {"list@example.com": "en"}
    notifier = desk.notifier()
    run(notifier)
    desk.publish(window(note=None, title=None))
    run(notifier)
    (mail,) = mailbox.got
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert plain is not None
    address = "https://maintenance.example.com/example/en/a/"
    assert f'<a href="{address}">{address}</a></p>' in html.get_content()
    assert address in plain.get_content()
    assert mail["subject"] == "Example: maintenance announced for Tue 7 December 21:00"


def test_mails_do_not_wait_for_one_another(make_desk: MakeDesk, mailbox: Mailbox) -> None:
    desk = make_desk()
    desk.hook = MailHook(mailbox)
    desk.tags = {"list@example.com": ""}
    (place,) = desk.notifier().places
    assert place.service[0].request_rate_per_sec == 0


class MailHook(Hook):
    """Mail as a hook; a path is a recipient."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__()
        self.mailbox = mailbox

    def url(self, path: str) -> str:
        return self.mailbox.url(path)


# What is refused


def places_of(path: Path, tags: str, *calendars: Calendar) -> object:
    config = write_config(path / "places.yaml", {"json://someone:S3cret-password@127.0.0.1/token": tags})
    return read_places(config, calendars or (CALENDAR,))


@pytest.mark.parametrize(
    ("tags", "fault"),
    [
        (
            "uitgebried",
            'the tag "uitgebried" of place 1 (json, uitgebried) has to be a language, calendar or class that is published,',
        ),
        ("fr", 'the tag "fr" of place 1'),
        ("always", 'the tag "always" of place 1'),
    ],
)
def test_a_tag_that_means_nothing_is_refused(tmp_path: Path, tags: str, fault: str) -> None:
    with pytest.raises(RefusedError) as refused:
        places_of(tmp_path, tags)
    assert fault in str(refused.value)
    assert "S3cret" not in str(refused.value)


def test_a_near_word_is_offered(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match='Did you mean "uitgebreid"'):
        places_of(tmp_path, "uitgebried")


@pytest.mark.parametrize("key", ["standaard", "unplanned"])
def test_a_tag_that_can_mean_two_things_is_refused(tmp_path: Path, key: str) -> None:
    twin = replace(CALENDAR, key=key)
    with pytest.raises(
        RefusedError, match=f'the tag "{key}" can be a calendar and a (class|word of its own); give one of them another'
    ):
        places_of(tmp_path, key, CALENDAR, twin)


def test_a_tag_that_loses_its_meaning_later_is_a_warning(make_desk: MakeDesk, caplog: pytest.LogCaptureFixture) -> None:
    desk = make_desk(heavy="uitgebreid")
    notifier = desk.notifier()
    run(notifier)
    desk.publish(calendar=replace(CALENDAR, classes=CALENDAR.classes[:2]))
    desk.publish(window(kind="uitgebreid"))
    run(notifier)
    assert [each for each in caplog.messages if each.startswith('the tag "uitgebreid" of place 1')] != []
    assert len(desk.hook.got) == 1


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("urls:\n  - json://127.0.0.1\n  - mailto://\n", "entry #2"),
        ("urls:\n  - bogus://S3cret-password@127.0.0.1\n", "an entry"),
        ("json://127.0.0.1\nS3cret password\n", "line 2"),
    ],
)
def test_what_apprise_cannot_use_is_refused_with_its_place(tmp_path: Path, text: str, where: str) -> None:
    config = tmp_path / "places"
    config.write_text(text)
    with pytest.raises(RefusedError) as refused:
        read_places(config, (CALENDAR,))
    assert f"Apprise cannot use {where}; `apprise " in str(refused.value)
    assert "S3cret" not in str(refused.value)


def test_a_configuration_without_places_is_refused(tmp_path: Path) -> None:
    (tmp_path / "places.yaml").write_text("version: 1\nurls: []\n")
    with pytest.raises(RefusedError):
        read_places(tmp_path / "places.yaml", (CALENDAR,))


def test_apprises_text_configuration_is_read_too(tmp_path: Path) -> None:
    config = tmp_path / "places.conf"
    config.write_text("# the desk\nen,uitgebreid=json://127.0.0.1/a\njson://127.0.0.1/b\n")
    places = read_places(config, (CALENDAR,))
    assert [each.name for each in places] == ["place 1 (json, en, uitgebreid)", "place 2 (json)"]


def test_a_new_password_makes_no_new_place(tmp_path: Path) -> None:
    keys = []
    for password in ("one", "two"):
        config = write_config(tmp_path / "places.yaml", {f"json://me:{password}@127.0.0.1/a": "nl"})
        keys.append([each.key for each in read_places(config, (CALENDAR,))])
    assert keys[0] == keys[1]
