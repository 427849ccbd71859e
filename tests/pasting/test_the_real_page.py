from typing import Any

from icsfeed.drafting.loader import load_schedule
from icsfeed.drafting.pasted import Hints, Imported, make_schedule
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Text
from tests.support import REAL, ROOT

DATA = ROOT / "tests" / "data" / "pasted"


def imported(name: str = "minox.txt") -> Imported:
    return make_schedule((DATA / name).read_bytes(), file="x.yaml", key="x", hints=Hints())


def shipped() -> Schedule:
    return load_schedule((REAL / "minox-online.yaml").read_bytes(), file="minox-online.yaml", key="minox-online")


def test_the_page_gives_the_eighteen_windows_of_the_shipped_file() -> None:
    assert imported().schedule.windows == shipped().windows
    assert len(imported().schedule.windows) == 18


def test_the_windows_stand_in_the_order_of_the_shipped_file() -> None:
    def in_file_order(schedule: Schedule) -> list[str]:
        return sorted((window.id for window in schedule.windows), key=lambda id_: schedule.places[id_])

    assert in_file_order(imported().schedule) == in_file_order(shipped())


def test_exactly_one_weekday_contradicts_its_date() -> None:
    said = [str(remark) for remark in imported().remarks if "weekday" in remark.text]
    contradiction = 'The page says "Dinsdag 9 December", but 9 December 2021 is a Thursday; Tuesday is 7 December 2021'
    assert said == [f"line 21: {contradiction}: the date is kept, the weekday is left out."]


def test_the_classes_have_the_downtimes_of_the_shipped_file() -> None:
    def facts(schedule: Schedule) -> list[tuple[Any, ...]]:
        classes = schedule.calendar.classes
        return [(each.key, each.impact, each.downtime, each.takes, each.support_from) for each in classes]

    assert facts(imported().schedule) == facts(shipped())


def test_the_texts_are_the_dutch_ones_of_the_shipped_file() -> None:
    def texts(schedule: Schedule) -> list[str | None]:
        calendar = schedule.calendar
        found: list[Text | None] = [calendar.introduction, *(link.title for link in calendar.links)]
        found += [text for each in calendar.classes for text in (each.name, each.description, each.aftermath)]
        return [text.in_language("nl", "nl") if text else None for text in found]

    assert texts(imported().schedule) == texts(shipped())
    assert imported().schedule.calendar.service == shipped().calendar.service


def test_html_and_text_of_the_page_give_the_same_file() -> None:
    assert imported("minox.html").data == imported("minox.txt").data


def test_nothing_of_the_page_is_left_out() -> None:
    assert [remark for remark in imported().remarks if not remark.is_guess] == []
