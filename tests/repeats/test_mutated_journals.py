import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.journal import load_journal, render_line
from icsfeed.problems import ScheduleError
from tests.repeats.test_the_life_of_a_series import SERIES, publish, text_of
from tests.support import NOW, publication_of

PUBLISHED = publish(text_of(SERIES + "    end: donderdag 6 januari 2028 23:00\n    changes:\n      2 maart 2028: cancelled\n"))
LINES = [render_line(line) for line in PUBLISHED.lines]
MOMENTS = (NOW, datetime(2028, 6, 1, tzinfo=UTC))


def use(lines: list[str]) -> None:
    """Load a journal and make every document of it, unless it is refused."""
    try:
        published = load_journal("".join(f"{line}\n" for line in lines).encode(), file="j", key="example")
    except ScheduleError:
        return
    for moment in MOMENTS:
        publication = publication_of(published, moment)
        assert all(publication.find(path) is not None for path in publication.documents)


@pytest.mark.parametrize("id_", ["patchronde-00000101", "patchronde-00010101", "patchronde-99999999", "patchronde-20280399"])
def test_an_occurrence_of_an_odd_date_harms_nothing(id_: str) -> None:
    use([line.replace("patchronde-20280302", id_) for line in LINES])


@pytest.mark.parametrize("until", ["x", "20281231", "2028-13-01", "2028-12-31"])
def test_a_rule_with_a_wrong_part_is_refused_before_it_is_used(until: str) -> None:
    use([line.replace("BYDAY=1TH", f"BYDAY=1TH;UNTIL={until}") for line in LINES])


def test_a_repeated_window_that_lasts_longer_than_a_year_is_refused() -> None:
    long = [line.replace("2028-01-06T22:00:00Z", "2099-01-06T22:00:00Z") for line in LINES]
    assert long != LINES
    with pytest.raises(ScheduleError):
        load_journal("".join(f"{line}\n" for line in long).encode(), file="j", key="example")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    number=st.integers(1, len(LINES) - 1),
    name=st.sampled_from(sorted(json.loads(LINES[1])["window"])),
    value=st.one_of(st.text(max_size=20), st.integers(), st.none(), st.sampled_from(["2100-12-31T00:00:00Z", "FREQ=YEARLY"])),
)
def test_a_wrong_fact_is_refused_or_rendered(number: int, name: str, value: object) -> None:
    facts = json.loads(LINES[number])
    facts["window"][name] = value
    use([*LINES[:number], json.dumps(facts), *LINES[number + 1 :]])
