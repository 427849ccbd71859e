import json
import socket
from urllib.parse import urljoin

import pytest

from tests.planning.asking import Page
from tests.support import Answer, Service

DOCUMENTS = ["/example.ics", "/example/", "/example.json"]


def is_discreet(answer: Answer) -> bool:
    """Tell whether an answer names nothing of the server: no path, trace or version."""
    said = answer.body.lower() + repr(answer.headers).lower().encode()
    return not any(
        word in said for word in (b"traceback", b"/tmp", b"/home", b"site-packages", b"werkzeug", b"flask", b"python", b".py")
    )


@pytest.mark.parametrize(
    "path", ["/nothing", "/nothing.ics", "/example/xx/", "/example/nl/nothing.ics", "/example/nl/nothing/", "/metrics"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_unknown_address_is_a_small_page(service: Service, path: str, method: str) -> None:
    answer = service.ask(path, method)

    assert answer.status == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-cache"
    assert (b"<h1>" in answer.body) == (method == "GET")
    assert is_discreet(answer)


@pytest.mark.parametrize(
    ("path", "title", "link"),
    [
        ("/nothing", "Deze pagina bestaat niet", "example/"),
        ("/example/nothing/", "Deze pagina bestaat niet", "../../example/"),
        ("/example/nl/nothing.ics", "Deze pagina bestaat niet", "../../example/"),
        ("/example/en/20211220T2100/", "This page does not exist", "../../../example/en/"),
        ("/example" + 12 * "/en", "404 Not Found", None),
    ],
)
def test_below_a_calendar_it_leads_to_its_page_in_the_language_of_the_path(
    service: Service, path: str, title: str, link: str | None
) -> None:
    answer = service.ask(path)
    page = Page(answer.body.decode())

    assert (answer.status, f"<h1>{title}</h1>" in answer.body.decode()) == (404, True)
    (main,) = (each for each in page.elements if each.tag == "main")
    assert [each.attributes["href"] for each in main.find("a")] == ([link] if link else [])
    assert link is None or service.ask(urljoin(path, link)).status == 200


def test_what_is_not_there_stands_in_the_frame_of_the_calendar(service: Service) -> None:
    page = Page(service.ask("/example/en/nothing/").body.decode())

    assert page.texts("service") == ["Example"]
    assert page.texts("languages") == ["Nederlands English"]
    leads = [urljoin("/example/en/nothing/", each) for each in page.links() if each.startswith("../")]
    assert [service.ask(each).status for each in leads] == [200] * 4
    assert [each for each in page.elements if each.attributes.get("rel") == "canonical"] == []


@pytest.mark.parametrize("path", ["/nothing.json", "/api/v2/nothing", "/example/api/v2/x.json", "/nothing/state"])
def test_under_json_paths_it_is_a_problem(service: Service, path: str) -> None:
    answer = service.ask(path)

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-cache"
    assert json.loads(answer.body) == {"type": "about:blank", "title": "Not Found", "status": 404}


@pytest.mark.parametrize("path", [*DOCUMENTS, "/", "/healthz", "/example"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "REPORT", "TRACE"])
def test_other_methods_are_refused_with_those_that_are_allowed(service: Service, path: str, method: str) -> None:
    answer = service.ask(path, method)

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["cache-control"] == "no-cache"
    assert is_discreet(answer)


@pytest.mark.parametrize("path", ["/example.json", "/example/state", "/healthz"])
def test_a_refused_method_under_json_paths_is_a_problem(service: Service, path: str) -> None:
    assert service.ask(path, "POST").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", DOCUMENTS)
def test_options_tells_what_a_browser_may_ask_across_origins(service: Service, path: str) -> None:
    answer = service.ask(path, "OPTIONS", Origin="https://example.org", Access_Control_Request_Method="GET")

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing"])
def test_options_is_answered_elsewhere_too(service: Service, path: str) -> None:
    assert service.ask(path, "OPTIONS").status in {200, 204, 404}


def test_the_root_leads_to_the_only_calendar(service: Service) -> None:
    answer = service.ask("/")

    assert (answer.status, answer.headers["location"]) == (302, "example/")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/example", "example/"),
        ("/example/en", "../example/en/"),
        ("/example/nl/20271207T2100", "../../example/nl/20271207T2100/"),
        ("/onderhoud/nl", "../onderhoud/nl/"),
        ("/example%2fnl", "../example/nl/"),
        ("/example?x=1", "example/"),
    ],
)
def test_a_missing_slash_is_added_by_a_relative_redirect(service: Service, path: str, location: str) -> None:
    answer = service.ask(path, Host="evil.example")

    assert (answer.status, answer.headers["location"]) == (301, location)
    assert service.ask(urljoin(f"http://x{path}", location).removeprefix("http://x")).status == 200
    assert b"evil" not in answer.body


@pytest.mark.parametrize("target", ["foo", "evil.example:80", "http://evil.example", "http://evil.example/example", "example/"])
def test_no_redirect_leads_to_a_host_that_the_client_named(service: Service, target: str) -> None:
    head = raw(service, f"GET {target} HTTP/1.1".encode()).partition(b"\r\n\r\n")[0]

    assert b"evil.example" not in head
    assert b"location: http" not in head.lower()


def test_health_tells_an_operator_what_is_published(service: Service) -> None:
    answer = service.ask("/healthz")
    health = json.loads(answer.body)

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert health["status"] == "ok"
    assert health["calendars"]["example"]["windows"] == 1
    assert health["calendars"]["example"]["newest_revision"].endswith("Z")
    assert health["journals_read"].endswith("Z")
    assert (health["reasons"], health["preview"]) == ([], None)
    assert is_discreet(answer)


ODD = [
    "//",
    "//example.ics",
    "/example//",
    "///etc/passwd",
    "/example%2Fnl%2F",
    "/example%2fen%2fexample.ics",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/../../etc/passwd",
    "/example/../../schedule/example.yaml",
    "/static/../../pyproject.toml",
    "/static/%2e%2e/templates/base.html",
    "/example.ics%00",
    "/%00",
    "/example.ics%0d%0aX-Evil:%201",
    "/%ff%fe",
    "/%c3%28",
    "/example/nl/%ed%a0%80.ics",
    "/%F0%9F%9B%A0",
    "/\xff\xfe",
    "/%",
    "/%zz",
    "/" + "a" * 6_000,
    "/example/nl/" + "%41" * 2_000 + ".ics",
    "/" + "x/" * 2_000,
    "/example.yaml",
    "/example.journal.jsonl",
    "/schedule/example.yaml",
    "/.git/config",
    "/{{7*7}}",
    "/<script>",
    "/example/nl/20271207t2100.ics",
    "/?path=/etc/passwd",
    "/example.ics;x=1",
    "/*",
]


@pytest.mark.parametrize("path", ODD)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_odd_paths_are_answered_calmly_and_tell_nothing(service: Service, path: str, method: str) -> None:
    answer = raw(service, f"{method} {path} HTTP/1.1".encode("latin-1"))
    assert int(answer.split()[1]) < 500, answer[:200]
    assert b"\r\nx-evil:" not in answer.lower()
    for word in (b"Traceback", b"/tmp", b"site-packages", b"root:", b"flit_core", b"calendar:\n", b"evil.example", b"<script>"):
        assert word not in answer, word


def raw(service: Service, line: bytes, *headers: bytes) -> bytes:
    """Return what is answered to a request sent as it stands."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
        lines = [line, b"Host: evil.example", b"Connection: close", b"Content-Length: 0", *headers]
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    "line", [b"nonsense", b"GET", b"GET /example.ics", b"\x00\x01", b"GET http://evil.example/example.ics HTTP/1.1"]
)
def test_broken_requests_end_calmly(service: Service, line: bytes) -> None:
    answer = raw(service, line)

    assert answer == b"" or int(answer.split()[1]) < 500
    assert service.ask("/example.ics").status == 200


def test_no_answer_names_the_server_software_with_its_version(service: Service) -> None:
    for path in ("/example.ics", "/nothing", "/", "/healthz"):
        assert is_discreet(service.ask(path))
        assert not any(char.isdigit() for char in service.ask(path).headers.get("server", ""))
