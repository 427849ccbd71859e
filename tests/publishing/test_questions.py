from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.drafting.questions import Answers
from icsfeed.replay import Change
from tests.publishing.desk import EVERY_YES, NO_ANSWERS, Desk, window

A = window("20271209T2100", "2027-12-09 21:00")
B = window("20271217T2100", "2027-12-17 21:00")
LONG_AFTER = timedelta(days=60)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def questions(desk: Desk, answers: Answers = NO_ANSWERS, *, after: timedelta = timedelta(minutes=1)) -> list[tuple[str, str]]:
    before = desk.journal.read_bytes() if desk.journal.exists() else b""
    outcome = desk.publish(answers, after=after)
    assert outcome.is_done or before == (desk.journal.read_bytes() if desk.journal.exists() else b"")
    return [(each.text, each.flags) for each in outcome.difference.questions]


def days(number: int, *, since: int = 10) -> list[str]:
    return [window(f"w{day}", f"2027-12-{day} 21:00") for day in range(since, since + number)]


def test_a_window_that_vanished_beside_a_new_one_of_its_class_may_have_moved(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write(B)
    text = "20271209T2100 vanished and 20271217T2100 is new. Moved? Give the new one `id: 20271209T2100`. Both meant?"
    assert questions(desk) == [(f"{text} `--withdraw 20271209T2100`", "--withdraw 20271209T2100")]


ALONE = (
    "20271209T2100 vanished; it would be published as cancelled. Meant? `--withdraw 20271209T2100`",
    "--withdraw 20271209T2100",
)


def test_a_window_that_vanished_alone_would_be_cancelled(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write()
    assert questions(desk) == [ALONE]


def test_a_new_window_of_another_class_is_no_sign_of_a_move(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write(window("20271217T2100", "2027-12-17 21:00", kind="uitgebreid"))
    assert questions(desk) == [ALONE]


def test_of_several_new_windows_the_nearest_is_taken_for_the_moved_one(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write(window("far", "2028-03-01 21:00"), B, window("farther", "2028-04-01 21:00"))
    ((text, _),) = questions(desk)
    assert text.startswith("20271209T2100 vanished and 20271217T2100 is new.")


def test_a_new_window_is_taken_for_one_that_vanished_only(desk: Desk) -> None:
    desk.write(*days(2))
    desk.publish()
    desk.write(window("new", "2027-12-20 21:00"))
    assert [text for text, _ in questions(desk)] == [
        "w10 vanished and new is new. Moved? Give the new one `id: w10`. Both meant? `--withdraw w10`",
        "w11 vanished; it would be published as cancelled. Meant? `--withdraw w11`",
    ]


def test_one_window_is_never_taken_for_a_repeated_one_or_the_other_way_round(desk: Desk) -> None:
    series = window("series", "2027-12-09 21:00", "repeat: FREQ=MONTHLY;COUNT=2")
    desk.write(A, series)
    desk.publish()
    desk.write(window("new", "2027-12-09 22:00", "repeat: FREQ=MONTHLY;COUNT=2"))
    found = {each.gone: each.twin for each in desk.publish().difference.questions}
    assert found == {"": "", "series": "new"}


def test_an_occurrence_that_vanished_is_not_taken_for_a_new_window(desk: Desk) -> None:
    desk.write(window("series", "2027-12-09 21:00", "repeat: FREQ=MONTHLY;COUNT=2"))
    desk.publish()
    desk.write(window("series", "2027-12-09 21:00", "repeat: FREQ=MONTHLY;COUNT=1"), window("new", "2028-01-10 21:00"))
    (question,) = desk.publish().difference.questions
    assert question.text == "series-20280109 vanished; it would be published as cancelled. Meant? `--withdraw series-20280109`"


def test_the_flag_answers(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write(B)
    outcome = desk.publish(Answers(withdraw=frozenset({"20271209T2100"})))
    assert [line.change for line in outcome.difference.lines] == [Change.WITHDRAWN, Change.ANNOUNCED]
    assert desk.published().by_id["20271209T2100"].is_cancelled


def test_the_old_id_answers_too(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write(window("20271209T2100", "2027-12-17 21:00"))
    assert [line.change for line in desk.publish().difference.lines] == [Change.MOVED]


def test_three_that_vanished_are_asked_about_one_by_one(desk: Desk) -> None:
    desk.write(*days(3))
    desk.publish()
    desk.write()
    assert [flags for _, flags in questions(desk)] == ["--withdraw w10", "--withdraw w11", "--withdraw w12"]


def test_more_than_three_that_vanished_are_one_question(desk: Desk) -> None:
    desk.write(*days(4))
    desk.publish()
    desk.write()
    assert questions(desk) == [
        (
            "4 windows vanished (w10, w11, w12 and 1 more); they would be published as cancelled. All meant? `--withdraw-all`",
            "--withdraw-all",
        )
    ]


def test_more_than_three_that_vanished_beside_new_ones_may_have_moved(desk: Desk) -> None:
    desk.write(*days(4))
    desk.publish()
    desk.write(*days(2, since=20), window("heavy", "2027-12-28 21:00", kind="uitgebreid"))
    assert questions(desk)[0][0] == (
        "4 windows vanished (w10, w11, w12 and 1 more) and 2 of the same classes are new. Moved? Give the new ones the old ids. "
        "All meant? `--withdraw-all`"
    )


def test_all_that_vanished_can_be_withdrawn_by_one_flag_or_one_by_one(desk: Desk) -> None:
    for answers in (Answers(withdraw_all=True), Answers(withdraw=frozenset({"w10", "w11", "w12", "w13"}))):
        desk.write(*days(4))
        desk.publish(EVERY_YES)
        desk.write()
        assert [line.change for line in desk.publish(answers).difference.lines] == [Change.WITHDRAWN] * 4


def test_answers_for_some_leave_the_others_asked(desk: Desk) -> None:
    desk.write(*days(4))
    desk.publish()
    desk.write()
    assert [flags for _, flags in questions(desk, Answers(withdraw=frozenset({"w11"})))] == [
        "--withdraw w10",
        "--withdraw w12",
        "--withdraw w13",
    ]


def test_an_answer_for_another_window_answers_nothing(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write()
    assert questions(desk, Answers(withdraw=frozenset({"other"}), past=True)) == [ALONE]


def test_a_window_that_vanished_after_its_end_stays_published(desk: Desk) -> None:
    desk.write(A, B)
    desk.publish()
    before = desk.event("20271209T2100")
    desk.write()
    assert questions(desk, after=LONG_AFTER) == []
    assert desk.publish().difference.lines == ()
    assert desk.event("20271209T2100") == before


def test_a_window_that_vanished_after_it_was_reported_completed_stays_published(desk: Desk) -> None:
    desk.write(window("early", "2027-12-09 21:00", "actual: {start: 2027-11-01 10:00, end: 2027-11-01 10:30}"))
    desk.publish()
    desk.write()
    assert questions(desk) == []


def test_a_window_that_vanished_while_it_is_under_way_is_asked(desk: Desk) -> None:
    desk.write(window("long", "2027-11-02 00:00", "end: 2027-12-01 00:00"))
    desk.publish()
    desk.write()
    assert [flags for _, flags in questions(desk, after=timedelta(days=10))] == ["--withdraw long"]


def test_a_window_that_vanished_at_its_very_end_is_not_asked_and_a_second_before_it_is(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write()
    end = desk.published().by_id["20271209T2100"].end
    assert len(questions(desk, after=end - timedelta(seconds=1) - desk.now)) == 1
    assert questions(desk, after=timedelta(seconds=1)) == []


def test_a_cancelled_window_that_vanished_is_not_asked(desk: Desk) -> None:
    desk.write(A.replace("standaard", "standaard\n    status: cancelled"))
    desk.publish()
    desk.write()
    assert questions(desk) == []
    assert desk.publish().difference.lines == ()


def test_a_withdrawn_window_is_not_asked_again(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write()
    desk.publish(EVERY_YES)
    assert desk.publish().difference == desk.publish().difference
    assert questions(desk) == []


def test_many_windows_in_the_past_are_one_question(desk: Desk) -> None:
    desk.write(*(window(f"late{day}", f"2027-10-1{day} 21:00") for day in range(5)))
    text = "late0, late1, late2 and 2 more start in the past and were never published. Meant? `--past`"
    assert questions(desk) == [(text, "--past")]


def test_a_window_that_begins_in_this_very_second_is_not_asked(desk: Desk) -> None:
    desk.write(window("now", "2027-11-01 13:01"))
    assert questions(desk) == []


def test_an_unplanned_window_in_the_past_is_not_asked(desk: Desk) -> None:
    desk.write(window("sudden", "2027-10-01 21:00", "planned: false"))
    assert questions(desk) == []


def test_a_published_window_may_be_moved_into_the_past(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write(window("20271209T2100", "2027-10-01 21:00"))
    assert questions(desk) == []


def test_each_question_needs_its_own_answer(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write(window("late", "2027-10-01 21:00", kind="uitgebreid"))
    assert [flags for _, flags in questions(desk)] == ["--withdraw 20271209T2100", "--past"]
    assert [flags for _, flags in questions(desk, Answers(past=True))] == ["--withdraw 20271209T2100"]
    assert [flags for _, flags in questions(desk, Answers(withdraw_all=True))] == ["--past"]
    assert questions(desk, EVERY_YES) == []


CANCELLED = window("20271209T2100", "2027-12-09 21:00", "status: cancelled")


def test_a_cancelled_window_that_is_on_again_is_asked(desk: Desk) -> None:
    desk.write(CANCELLED)
    desk.publish(EVERY_YES)
    for later in (A, window("20271209T2100", "2027-12-11 21:00", "status: tentative")):
        desk.write(later)
        text = "20271209T2100 was published as cancelled and is on again. Meant?"
        assert questions(desk) == [
            (f"{text} `--restore 20271209T2100`, or run `icsfeed confirm 20271209T2100`", "--restore 20271209T2100")
        ]
    assert [line.change for line in desk.publish(Answers(restore=frozenset({"20271209T2100"}))).difference.lines] == [
        Change.RESTORED
    ]
    assert questions(desk) == []


def test_a_withdrawn_window_that_comes_back_is_asked(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write()
    desk.publish(EVERY_YES)
    desk.write(A)
    assert [flags for _, flags in questions(desk)] == ["--restore 20271209T2100"]


def test_a_new_window_that_is_cancelled_already_is_asked(desk: Desk) -> None:
    desk.write(A)
    desk.publish()
    desk.write(A, window("copy", "2027-12-16 21:00", "status: cancelled"))
    assert questions(desk) == [("copy is new and cancelled already. Meant? `--cancelled copy`", "--cancelled copy")]
    assert desk.publish(Answers(cancelled=frozenset({"copy"}))).is_done
    assert questions(desk) == []


def test_lines_that_git_put_under_another_window_are_asked_about_on_both(desk: Desk) -> None:
    desk.write(CANCELLED)
    desk.publish(EVERY_YES)
    desk.write(
        window("20271209T2100", "2027-12-10 21:00"),
        window("20271216T2100", "2027-12-16 21:00", "status: cancelled"),
    )
    assert [flags for _, flags in questions(desk)] == ["--restore 20271209T2100", "--cancelled 20271216T2100"]


def test_more_than_three_of_a_kind_are_one_question(desk: Desk) -> None:
    cancelled = [each + "    status: cancelled\n" for each in days(4)]
    all_four = ["--cancelled w10 --cancelled w11 --cancelled w12 --cancelled w13"]
    desk.write(*cancelled)
    (found,) = questions(desk)
    assert found[0] == f"w10, w11, w12 and 1 more are new and cancelled already. Meant? `{all_four[0]}`"
    desk.publish(EVERY_YES)
    desk.write(*days(4))
    (found,) = questions(desk)
    assert found[1] == all_four[0].replace("cancelled", "restore")
    assert found[0].startswith("w10, w11, w12 and 1 more were published as cancelled and are on again. Meant? `--restore w10 ")


def test_a_date_of_a_series_that_is_on_again_is_asked_and_one_of_a_series_that_is_itself_on_again_is_not(desk: Desk) -> None:
    rule = "repeat: FREQ=MONTHLY;COUNT=3"
    changes = "changes: {2027-12-09: cancelled, 2028-01-09: {class: uitgebreid}}"
    desk.write(window("series", "2027-12-09 21:00", rule, changes))
    assert questions(desk) == []
    desk.write(window("series", "2027-12-09 21:00", rule, changes.replace("cancelled", "confirmed")))
    assert [flags for _, flags in questions(desk)] == ["--restore series-20271209"]
    desk.write()
    desk.publish(EVERY_YES)
    desk.write(window("series", "2027-12-09 21:00", rule, changes))
    assert [flags for _, flags in questions(desk)] == ["--restore series"]
