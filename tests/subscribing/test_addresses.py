from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsfeed.publication.documents.pages.subscribing import Offer, Reach, reach_of

FAR = [
    "https://maintenance.example.com",
    "https://8.8.8.8",
    "https://[2a00:1450:400e::1]",
    "https://local.example.com",
    "https://mylan.nl",
]
NEAR = [
    "https://10.1.2.3", "https://172.16.0.1", "https://192.168.1.4:8000", "http://169.254.1.1", "http://100.64.0.1",
    "https://[fe80::1]", "https://[fd12:3456::1]", "https://[::ffff:10.0.0.1]", "https://224.0.0.1", "https://192.0.2.1",
    "https://onderhoud", "https://onderhoud.local", "https://a.b.internal", "https://nas.lan", "https://nas.LAN.",
    "https://x.home.arpa", "https://x.test", "https://x.invalid", "https://x.example", "https://10.1", "https://2130706433",
]  # fmt: skip
HERE = [
    "http://127.0.0.1:8000",
    "http://localhost:8000",
    "http://x.localhost",
    "http://[::1]:8000",
    "http://0.0.0.0",
    "http://[::ffff:127.0.0.1]",
]


@pytest.mark.parametrize("address", FAR)
def test_public_names_and_numbers_are_reached_from_the_internet(address: str) -> None:
    assert reach_of(f"{address}/maintenance") is Reach.INTERNET


@pytest.mark.parametrize("address", NEAR)
def test_names_and_numbers_of_a_network_are_reached_from_within_it(address: str) -> None:
    assert reach_of(f"{address}/maintenance") is Reach.NETWORK


@pytest.mark.parametrize("address", HERE)
def test_the_loopback_address_is_reached_from_the_machine_itself(address: str) -> None:
    assert reach_of(f"{address}/maintenance") is Reach.MACHINE


@given(st.ip_addresses())
def test_any_number_is_reached_from_somewhere(number: object) -> None:
    host = f"[{number}]" if ":" in str(number) else str(number)
    assert reach_of(f"https://{host}/") in Reach


def offer(*, name: str = "Onderhoud", address: str = "https://maintenance.example.com/pad/nl/a.ics") -> Offer:
    return Offer(kind="Alles", name=name, address=address, has_reminders=False)


def test_programs_get_the_address_in_the_form_that_each_takes() -> None:
    plain = offer(name="Minox & co: 50% (é)")
    assert plain.webcal == "webcal://maintenance.example.com/pad/nl/a.ics"
    assert plain.google == (
        "https://calendar.google.com/calendar/u/0/r?cid=webcal%3A%2F%2Fmaintenance.example.com%2Fpad%2Fnl%2Fa.ics"
    )
    query = "?url=https%3A%2F%2Fmaintenance.example.com%2Fpad%2Fnl%2Fa.ics&name=Minox%20%26%20co%3A%2050%25%20(%C3%A9)"
    assert plain.outlook == f"https://outlook.live.com/calendar/0/addfromweb/{query}"
    assert plain.microsoft365 == f"https://outlook.office.com/calendar/0/addfromweb/{query}"


def test_without_encryption_google_and_apple_get_the_same_form_and_outlook_the_address_itself() -> None:
    plain = offer(address="http://maintenance.example.com:8080/a.ics")
    assert plain.webcal == "webcal://maintenance.example.com:8080/a.ics"
    assert parse_qs(urlsplit(plain.google).query) == {"cid": [plain.webcal]}
    assert parse_qs(urlsplit(plain.outlook).query)["url"] == ["http://maintenance.example.com:8080/a.ics"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_arrives_as_it_is(name: str) -> None:
    for link in (offer(name=name).outlook, offer(name=name).microsoft365):
        assert link.isascii()
        assert parse_qs(urlsplit(link).query, keep_blank_values=True) == {"url": [offer().address], "name": [name]}
