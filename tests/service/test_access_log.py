import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsfeed.web.logs import LONGEST, AccessLog, products_of

PRODUCTS = {
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)": "Microsoft Office/16.0",
    "iOS/17.0 (21A329) dataaccessd/1.0": "iOS/17.0 dataaccessd/1.0",
    "CalSync/2.1 (jan.jansen@example.com; device 0031-6-12345678)": "CalSync/2.1",
    "CalSync/2.1 (of (Jan/1 Jansen/2) at/3 home/4) on/5": "CalSync/2.1 on/5",
    "CalSync/2.1 (of Jan \\) jansen/3": "CalSync/2.1",
    "CalSync/2.1 (of jansen/3": "CalSync/2.1",
    "CalSync/2.1 \\( jansen/3)": "CalSync/2.1",
    "CalSync/2.1 jan.jansen@example.com/3 jan/3@example.com 0031612345678/1": "CalSync/2.1",
    f"CalSync/2.1 {'x' * (LONGEST - 18)} jan/3@example.com": "CalSync/2.1",
    "Google-Calendar-Importer": "Google-Calendar-Importer",
    "jan@example.com": "",
    "": "",
}


def inner(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"there"]


def ask(*, as_json: bool = True, **headers: str) -> tuple[list[str], list[bytes]]:
    """Return the statuses and bodies that a logged request is answered with."""
    statuses = []

    def start(status: str, headers: list[tuple[str, str]], *rest: object) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _: None

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/example.ics", "REMOTE_ADDR": "192.0.2.77", **headers}
    return statuses, list(AccessLog(inner, as_json=as_json)(environ, start))


def broken() -> TextIO:
    """Return a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w", buffering=1)


def closed() -> TextIO:
    with Path(os.devnull).open("w", encoding="utf-8") as file:
        return file


@pytest.mark.parametrize("make", [broken, closed, lambda: None])
def test_a_line_that_cannot_be_written_spoils_no_answer(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], TextIO | None]
) -> None:
    with monkeypatch.context() as patch:
        file = make()
        patch.setattr(sys, "stderr", file)
        answered = ask()
    if file is not None:
        with suppress(OSError):
            file.close()
    assert answered == (["200 OK"], [b"there"])


@pytest.mark.parametrize("as_json", [True, False])
def test_neither_who_asks_nor_a_device_is_told(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:  # noqa: FBT001
    ask(as_json=as_json, HTTP_USER_AGENT="CalSync/2.1 (jan.jansen@example.com; device 0031-6-12345678) jan@example.com")
    line = capsys.readouterr().err
    assert "CalSync/2.1" in line
    assert "192.0.2.0" in line
    for secret in ("jan", "device", "12345678", "192.0.2.77"):
        assert secret not in line


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2::3", "2001:db8:1::"), ("fe80::1%eth0", "fe80::"), ("unix:", "")],
)
def test_an_address_is_told_as_its_network(capsys: pytest.CaptureFixture[str], address: str, network: str) -> None:
    ask(REMOTE_ADDR=address)
    assert json.loads(capsys.readouterr().err)["network"] == network


@pytest.mark.parametrize(("agent", "products"), PRODUCTS.items())
def test_of_an_agent_only_its_first_word_and_products_with_a_version_are_told(agent: str, products: str) -> None:
    assert products_of(agent) == products


@given(st.text(alphabet="ab@()\\/1. \t"))
def test_nothing_in_parentheses_and_no_mail_address_is_told(text: str) -> None:
    assert "@" not in products_of(text)
    assert "secret/1" not in products_of(f"{text}(secret/1 {text}")


def test_of_what_a_client_sends_little_is_remembered() -> None:
    products_of.cache_clear()
    for last in "123":
        ask(HTTP_USER_AGENT=f"{'x' * (LONGEST + 1)}{last}")
    assert products_of.cache_info().currsize == 1


def test_a_line_is_short_whatever_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    ask(PATH_INFO="/\n" * 9999, HTTP_USER_AGENT="x/1 " * 9999, REQUEST_METHOD="M" * 9999)
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert len(line) < 1200
