import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsfeed.web import programs
from icsfeed.web.programs import LONGEST, kind_of, products_of, program_of

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
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)": "Outlook",
    "Mozilla/4.0 (compatible; MSOffice 12)": "Outlook",
    "iOS/17.0 (21A329) dataaccessd/1.0": "Apple Calendar",
    "macOS/14.0 (23A344) CalendarAgent/988": "Apple Calendar",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0": "Thunderbird",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/126 Safari/537.36": "browser",
    "ICSx5/2.2 (ical4j/3 okhttp/4)": "ICSx5",
    "Nextcloud Webcal Service": "Nextcloud",
    "": "none",
    "my own script": "other",
}


PRODUCTS = {
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)": "Office/16.0",
    "iOS/17.0 (21A329) dataaccessd/1.0": "iOS/17.0 dataaccessd/1.0",
    "CalSync/2.1 (jan.jansen@example.com; device 0031-6-12345678)": "CalSync/2.1",
    "CalSync/2.1 (of (Jan/1 Jansen/2) at/3 home/4) on/5": "CalSync/2.1 on/5",
    "CalSync/2.1 (of Jan \\) jansen/3": "CalSync/2.1",
    "CalSync/2.1 (of jansen/3": "CalSync/2.1",
    "CalSync/2.1 \\( jansen/3)": "CalSync/2.1",
    "CalSync/2.1 jan.jansen@example.com/3 jan/3@example.com 0031612345678/1": "CalSync/2.1",
    f"CalSync/2.1 {'x' * (LONGEST - 18)} jan/3@example.com": "CalSync/2.1",
    "Google-Calendar-Importer": "",
    "": "",
}


@pytest.mark.parametrize(("path", "kind"), KINDS.items())
def test_a_path_says_what_kind_of_document_it_is(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(("agent", "program"), PROGRAMS.items())
def test_an_agents_name_says_which_program_it_is(agent: str, program: str) -> None:
    assert program_of(agent) == program


@pytest.mark.parametrize(("agent", "products"), PRODUCTS.items())
def test_of_an_agent_only_products_with_a_version_are_kept(agent: str, products: str) -> None:
    assert products_of(agent) == products


@given(st.text(alphabet="ab@()\\/1. \t"))
def test_nothing_in_parentheses_and_no_mail_address_is_kept(text: str) -> None:
    assert "@" not in products_of(text)
    assert "secret/1" not in products_of(f"{text}(secret/1 {text}")


def test_of_what_a_client_sends_little_is_remembered() -> None:
    for remember in (programs._program_of, programs._products_of, programs._kind_of):
        remember.cache_clear()
    for last in "123":
        program_of(f"{'x' * LONGEST}{last}")
        products_of(f"x {'x' * LONGEST}{last}")
        kind_of(f"/{'x' * LONGEST}{last}")

    for remember in (programs._program_of, programs._products_of, programs._kind_of):
        assert remember.cache_info().currsize == 1


@given(st.text())
def test_there_are_few_kinds_and_programs_whatever_is_asked(text: str) -> None:
    assert kind_of(f"/{text}") in {*KINDS.values()}
    assert program_of(text) in {*PROGRAMS.values(), "search engine", "vdirsyncer", "Slack", "Prometheus", "curl"}
