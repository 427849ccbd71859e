from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from lxml import etree

from icsfeed.journal import load_journal
from icsfeed.replay import Change, PublishedCalendar, replay
from tests.atom.reading import atom, entries, grammar, read, titles
from tests.published import CALENDAR, LINES, PARAGRAPHS, START, calendars, edited, published, text, window
from tests.support import ADDRESS, NOW, REAL

DAY = timedelta(days=1)
CAREFUL = settings(max_examples=25, deadline=None, derandomize=True)
MOVED = edited(published(window("a"), window("b", START + DAY)), window("a", START + 2 * DAY), at=NOW + DAY, change=Change.MOVED)


def test_the_head_says_what_it_is_and_where() -> None:
    feed = read(atom(MOVED, "en")).feed

    assert (feed.title, feed.id, feed.author, feed.language) == (
        "Example maintenance: changes",
        "tag:example.com,2026:changes/en",
        "Support",
        "en",
    )
    assert {(link.rel, link.href) for link in feed.links} == {
        ("self", f"{ADDRESS}/example/en/changes.atom"),
        ("alternate", f"{ADDRESS}/example/en/"),
    }
    assert feed.updated == "2027-11-02T12:00:00Z"


def test_an_entry_says_what_it_is_and_where_to_read_on() -> None:
    entry = entries(MOVED)[0]

    assert (entry.link, entry.updated, entry.published) == (
        f"{ADDRESS}/example/nl/a/",
        "2027-11-02T12:00:00Z",
        "2027-11-02T12:00:00Z",
    )
    assert [(tag.term, tag.label) for tag in entry.tags] == [("standaard", "Standaard")]
    assert entry.id.startswith("tag:example.com,2026:a/nl/20271102T120000Z-moved-")


def test_a_window_of_two_classes_has_both_as_categories() -> None:
    (entry,) = entries(published(window(kind="standaard/uitgebreid")), "en")
    assert [tag.label for tag in entry.tags] == ["Standard", "Extended"]


def test_nobody_reads_who_published() -> None:
    assert b"tests" not in atom(MOVED).body


def test_every_line_but_those_of_the_calendar_is_an_entry_the_newest_first() -> None:
    changed = edited(MOVED, at=NOW + 2 * DAY, calendar=replace(CALENDAR, service=text("Ander")))

    assert [entry.link.split("/")[-2] for entry in entries(changed)] == ["a", "b", "a"]


def test_a_calendar_without_windows_has_a_feed_without_entries() -> None:
    assert entries(published()) == []


def test_at_most_a_hundred_entries_are_told() -> None:
    many = published(*[window(f"w{number:03}") for number in range(130)])

    assert [entry.link.split("/")[-2] for entry in entries(many)] == [f"w{number:03}" for number in range(129, 29, -1)]


def test_the_same_line_twice_is_one_entry() -> None:
    twice = replay((*MOVED.lines, replace(MOVED.lines[-1], by="somebody else")))
    assert len(entries(twice)) == 3


def test_a_calendars_new_name_is_in_the_head_alone() -> None:
    renamed = edited(MOVED, at=NOW + 3 * DAY, calendar=replace(CALENDAR, name=text("Anders")))
    before, after = atom(MOVED), atom(renamed)

    assert read(after).feed.title == "Anders: wijzigingen"
    assert before.body.partition(b"<entry>")[2] == after.body.partition(b"<entry>")[2]


def test_a_change_that_it_does_not_tell_changes_nothing() -> None:
    other = edited(MOVED, at=NOW + 3 * DAY, calendar=replace(CALENDAR, notice=7 * DAY))

    assert atom(other).body == atom(MOVED).body


@CAREFUL
@given(calendars())
def test_ids_are_unique_and_stay_when_lines_are_added_before_and_behind(of: PublishedCalendar) -> None:
    known = {(entry.id, entry.title) for entry in entries(of)}
    ids = [id_ for id_, _ in known]
    assert len(set(ids)) == len(ids)

    first = published(window("merged"), calendar=of.calendar, at=of.lines[0].at - DAY).lines[1]
    merged = replay((first, *of.lines))
    later = edited(merged, window("later"), at=merged.newest + DAY, change=Change.ANNOUNCED)
    assert {id_ for id_, _ in known} <= {entry.id for entry in entries(later)}


@CAREFUL
@given(calendars())
def test_both_languages_have_the_same_entries_with_ids_of_their_own(of: PublishedCalendar) -> None:
    dutch, english = ([entry.id for entry in entries(of, language)] for language in ("nl", "en"))

    assert [id_.replace("/nl/", "/en/") for id_ in dutch] == english
    assert not set(dutch) & set(english)


@CAREFUL
@given(LINES, PARAGRAPHS)
def test_any_text_comes_through(title: str, note: str) -> None:
    noted = published(window(title=text(title), note=text(note)))
    root = etree.fromstring(atom(noted).body)
    shown = root.find("{*}entry/{*}title").text
    content = root.find("{*}entry/{*}content").text

    of_xml = dict.fromkeys((0xFFFE, 0xFFFF))
    assert title.rstrip().translate(of_xml) in shown
    escaped = note.rstrip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = escaped.replace('"', "&quot;").replace("'", "&#x27;").replace("\n", "<br>")
    assert f"<p>{escaped.translate(of_xml)}</p>" in content


def test_characters_that_xml_forbids_are_left_out() -> None:
    assert titles(published(window(title=text("a\ufffeb\uffffc"))))[0].startswith("Aangekondigd: Example: abc (Standaard")


def test_markup_is_shown_and_never_taken_for_markup() -> None:
    entry = entries(published(window(title=text("<script>x</script>"), note=text("<b>vet</b> & meer"))))[0]

    assert "&lt;b&gt;vet&lt;/b&gt; &amp; meer" in entry.content[0].value
    assert "<script>" not in entry.content[0].value


def test_the_shipped_calendars_feed_is_read() -> None:
    shipped = load_journal((REAL / "minox-online.journal.jsonl").read_bytes(), file="a journal", key="minox-online")

    assert len(entries(shipped)) == len([line for line in shipped.lines if line.window])
    assert read(atom(shipped, "en")).feed.title == "Minox Online maintenance: changes"


def test_the_grammar_refuses_what_is_no_feed() -> None:
    body = atom(MOVED).body
    for wrong in (
        body.replace(b"<updated>", b"<updatet>").replace(b"</updated>", b"</updatet>"),
        body.replace(b"T12:00:00Z", b""),
    ):
        assert not grammar().validate(etree.fromstring(wrong))
