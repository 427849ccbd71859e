import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsfeed.web.programs import kind_of, program_of

KINDS = {
    "/minox-online.ics": "feed",
    "/minox-online/en/minox-online.ics": "feed",
    "/minox-online/nl/minox-online-uitgebreid.ics": "feed",
    "/minox-online/nl/minox-online-reminders.ics": "feed",
    "/minox-online/nl/20211220T2100.ics": "event",
    "/minox-online/": "page",
    "/minox-online/en/": "page",
    "/minox-online/nl/20211220T2100/": "window",
    "/minox-online.json": "data",
    "/minox-online/nl/changes.atom": "changes",
    "/minox-online/api/v2/summary.json": "statuspage",
    "/api/v2/scheduled-maintenances/active.json": "statuspage",
    "/minox-online/state": "state",
    "/minox-online/en/plan": "plan",
    "/static/icsfeed.css": "static",
    "/schema/calendar.json": "schema",
    "/healthz": "other",
    "/robots.txt": "other",
}

PROGRAMS = {
    "Google-Calendar-Importer": "Google Calendar",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)": "Outlook",
    "iOS/17.0 (21A329) dataaccessd/1.0": "Apple Calendar",
    "macOS/14.0 (23A344) CalendarAgent/988": "Apple Calendar",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0": "Thunderbird",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/126 Safari/537.36": "browser",
    "ICSx5/2.2 (ical4j/3 okhttp/4)": "ICSx5",
    "Nextcloud Webcal Service": "Nextcloud",
    "": "none",
    "my own script": "other",
}


@pytest.mark.parametrize(("path", "kind"), KINDS.items())
def test_a_path_says_what_kind_of_document_it_is(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(("agent", "program"), PROGRAMS.items())
def test_an_agents_name_says_which_program_it_is(agent: str, program: str) -> None:
    assert program_of(agent) == program


@given(st.text())
def test_there_are_few_kinds_and_programs_whatever_is_asked(text: str) -> None:
    assert kind_of(f"/{text}") in {*KINDS.values()}
    assert program_of(text) in {*PROGRAMS.values(), "search engine", "vdirsyncer", "Slack", "Prometheus", "curl"}
