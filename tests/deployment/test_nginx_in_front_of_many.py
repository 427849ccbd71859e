import gzip
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin

import pytest

from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from tests.deployment.test_nginx import AROUND, HOST, find_program, listens, put
from tests.house.reading import code_blocks, page
from tests.support import Answer, Service, copy_real_calendar, free_port, icsfeed, serving, wait_until

ADDRESS = f"https://{HOST}"
OF_TRANSPORT = {"server", "date", "connection", "accept-ranges", "transfer-encoding", "strict-transport-security"}
"""What nginx says for itself."""

OF_FILES = ("etag", "last-modified")
"""What nginx says of a file by its time."""

FEED, PAGE = "/minox-online.ics", "/minox-online/"


@dataclass(frozen=True, kw_only=True)
class Front:
    """A running nginx, without TLS."""

    port: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            given = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
            connection.request(method, path, headers=given)
            response = connection.getresponse()
            found = {name.casefold(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=found, body=response.read())


def write_site(folder: Path, top: str, server: str, *, port: int) -> Path:
    """Write the guide's site with parts of it replaced as a page says; the TLS of the site is another test's."""
    (site,) = code_blocks(page("serving"), "nginx")
    site = put(site, r"(?s)server \{\n    listen 80;.*?\n\}\n", "")
    site = put(site, r"listen \[::\]:.*\n", "")
    site = put(site, r"listen 443 .*;", f"listen 127.0.0.1:{port};")
    site = put(site, r"ssl_certificate.*;\n", "")
    site = put(site, r"(?s)    location / \{\n.*?\n    \}\n", server.replace("\\", r"\\"))
    (folder / "site.conf").write_text(f"{top}\n{site}", encoding="utf-8")
    whole = folder / "nginx.conf"
    whole.write_text(AROUND.format(folder=folder, user="user root;"), encoding="utf-8")
    return whole


@contextmanager
def running(folder: Path, configuration: Path, port: int) -> Iterator[Front]:
    nginx = find_program("nginx", "install nginx")
    process = subprocess.Popen([nginx, "-p", folder, "-c", configuration, "-e", folder / "error.log"])
    try:
        wait_until(lambda: process.poll() is not None or listens(port))
        assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
        yield Front(port=port)
    finally:
        process.terminate()
        process.wait(timeout=60)


def blocks() -> tuple[str, ...]:
    """Return the page's four blocks: for the cache, and for files, each for the top and for the server."""
    found = code_blocks(page("many-subscribers"), "nginx")
    assert len(found) == 4
    return tuple(found)


def real_paths(folder: Path) -> list[str]:
    source = Source(JournalFolder(folder / "schedule", quiet=True), Addresses(public_url=ADDRESS))
    return sorted(source.publication.documents)


def own(answer: Answer, *also: str) -> tuple[int, dict[str, str], bytes]:
    """Return what was said of a document, without the transport's and other headers."""
    return (
        answer.status,
        {name: value for name, value in answer.headers.items() if name not in {*OF_TRANSPORT, *also}},
        answer.body,
    )


# Files


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An nginx that serves an export, and a service of the same calendar."""

    files: Front
    service: Service
    paths: list[str]
    folder: Path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    find_program("nginx", "install nginx")
    folder = tmp_path_factory.mktemp("files")
    copy_real_calendar(folder)
    done = icsfeed("export", "public", cwd=folder, ICSFEED_PUBLIC_URL=ADDRESS)
    assert done.returncode == 0, done.stderr
    _, _, top, server = blocks()
    port = free_port()
    server = put(server, r"root /.*;", f"root {folder}/public;")
    configuration = write_site(folder, top, server, port=port)
    site = folder / "site.conf"
    site.write_text(put(site.read_text(), r"(?s)upstream icsfeed \{.*?\n\}\n", ""), encoding="utf-8")
    with (
        serving(folder, "--no-publish", ICSFEED_PUBLIC_URL=ADDRESS) as service,
        running(folder, configuration, port) as files,
    ):
        yield Pair(files=files, service=service, paths=real_paths(folder), folder=folder)


LEADS_TO_PLAN = {"/minox-online/", "/minox-online/nl/", "/minox-online/en/"}
"""The pages with the form to `plan`, which files alone cannot answer: an export leaves it out."""


def without_form(answer: Answer) -> Answer:
    """Return an answer as it would be if its page had no form to `plan`."""
    body = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" and answer.body else answer.body
    for form in (rb' <a class="quiet" href="plan">[^<]*</a>', rb'(?s)<section class="plan".*?</section>\n'):
        body = re.sub(form, b"", body)
    return replace(answer, body=body)


@pytest.mark.parametrize("coding", ["", "gzip", "br, gzip;q=0.5"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_files_have_the_services_bodies_and_headers_at_every_path(pair: Pair, method: str, coding: str) -> None:
    answers = {
        path: [each.ask(path, method, Accept_Encoding=coding) for each in (pair.files, pair.service)] for path in pair.paths
    }
    plain = [path for path, (one, other) in answers.items() if own(one, *OF_FILES) != own(other, *OF_FILES)]
    assert set(plain) <= LEADS_TO_PLAN
    for path in LEADS_TO_PLAN:
        one, other = (own(without_form(each), *OF_FILES, "content-length") for each in answers[path])
        assert one == other
        assert b'href="plan"' not in one[2]
    assert len(pair.paths) > 60


def test_only_the_service_leads_to_plan(pair: Pair) -> None:
    for path in LEADS_TO_PLAN:
        assert b'action="plan#answer"' in pair.service.ask(path).body
        assert b"plan#answer" not in pair.files.ask(path).body


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_files_are_not_sent_again_to_who_has_them_at_any_path(pair: Pair, method: str, coding: str) -> None:
    def status(server: Front | Service, path: str, **condition: str) -> int:
        return server.ask(path, method, Accept_Encoding=coding, **condition).status

    for path in pair.paths:
        for server in (pair.files, pair.service):
            known = server.ask(path, Accept_Encoding=coding).headers
            assert re.fullmatch(r'"[^"]+"', known["etag"])
            for condition in ({"If_None_Match": known["etag"]}, {"If_None_Match": f'"other", W/{known["etag"]}'}):
                again = server.ask(path, method, Accept_Encoding=coding, **condition)
                assert (again.status, again.body) == (304, b""), (path, condition)
                assert again.headers["cache-control"] == known["cache-control"]
            assert status(server, path, If_None_Match='"other"') == 200
        written = pair.files.ask(path, Accept_Encoding=coding).headers["last-modified"]
        assert status(pair.files, path, If_None_Match='"other"', If_Modified_Since=written) == 200
        for since in (written, "Fri, 01 Jan 2100 00:00:00 GMT"):
            assert status(pair.files, path, If_Modified_Since=since) == 304
        for since in ("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"):
            assert status(pair.files, path, If_Modified_Since=since) == 200


def test_each_content_coding_has_an_entity_tag_of_its_own(pair: Pair) -> None:
    plain, coded = (pair.files.ask(PAGE, Accept_Encoding=coding) for coding in ("", "gzip"))
    assert plain.headers["etag"] != coded.headers["etag"]
    assert gzip.decompress(coded.body) == plain.body


@pytest.mark.parametrize("path", ["/minox-online", "/minox-online/en", "/minox-online/nl/20211220T2100"])
def test_without_its_slash_a_page_is_named_with_it_as_by_the_service(pair: Pair, path: str) -> None:
    for server in (pair.files, pair.service):
        answer = server.ask(path)
        assert answer.status == 301
        assert urljoin(f"http://host{path}", answer.headers["location"]) == f"http://host{path}/"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/nothing.ics",
        "/minox-online/index.html",
        "/minox-online/index.html.gz",
        "/minox-online.json.gz",
        "/.manifest.json",
        "/index.html",
        "/static/",
        "/schema/",
        "/minox-online/nl/20211220T2101/",
        "/minox-online/../../schedule/minox-online.yaml",
        "/%2e%2e/schedule/minox-online.yaml",
    ],
)
def test_there_is_nothing_at_other_paths_as_with_the_service(pair: Pair, path: str) -> None:
    assert pair.files.ask(path).status in {400, 404}
    assert pair.service.ask(path).status in {400, 404}


def test_files_answer_other_methods_as_the_service_does(pair: Pair) -> None:
    for server in (pair.files, pair.service):
        assert server.ask(FEED, "POST").status == 405
        preflight = server.ask(FEED, "OPTIONS")
        assert (preflight.status, preflight.body) == (204, b"")
        assert preflight.headers["access-control-allow-origin"] == "*"
        assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_queries_make_no_difference(pair: Pair) -> None:
    asked = f"{FEED}?from=mail&now=1"
    assert own(pair.files.ask(asked), *OF_FILES) == own(pair.service.ask(asked), *OF_FILES)


def test_the_root_leads_on_to_the_page(pair: Pair) -> None:
    answer = pair.files.ask("/")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b'content="0; url=minox-online/"' in answer.body


def test_every_answer_says_that_browsers_come_by_https_only(pair: Pair) -> None:
    answers = [pair.files.ask(path) for path in (FEED, PAGE, "/nothing", "/static/")]
    assert {each.headers["strict-transport-security"] for each in answers} == {"max-age=31536000"}


def test_nginx_serves_the_next_export_without_being_told(pair: Pair) -> None:
    done = icsfeed("export", "public", "--now", "2021-12-20 20:00", cwd=pair.folder, ICSFEED_PUBLIC_URL=ADDRESS)
    assert done.returncode == 0, done.stderr
    previewed = pair.files.ask(PAGE).body
    assert icsfeed("export", "public", cwd=pair.folder, ICSFEED_PUBLIC_URL=ADDRESS).returncode == 0
    assert pair.files.ask(PAGE).body == without_form(pair.service.ask(PAGE)).body != previewed


# A cache


@contextmanager
def caching(folder: Path, service: Service, *, briefly: bool) -> Iterator[Front]:
    """Run the cache; `briefly`: what it keeps is too old after a second, and it says whether it was."""
    top, server, _, _ = blocks()
    if briefly:
        server = put(server, r"proxy_ignore_headers Vary;", "proxy_ignore_headers Vary Cache-Control;")
        server = put(server, r"proxy_cache_valid .*;", "proxy_cache_valid 200 302 1s; add_header X-Kept $upstream_cache_status;")
    port = free_port()
    top = put(top, r"proxy_cache_path \S+ ", f"proxy_cache_path {folder}/cache ")
    configuration = write_site(folder, top, server, port=port)
    site = folder / "site.conf"
    site.write_text(put(site.read_text(), r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{service.port};"), encoding="utf-8")
    with running(folder, configuration, port) as front:
        yield front


@dataclass(frozen=True, kw_only=True)
class Cache:
    """An nginx that remembers what a service answered."""

    front: Front
    service: Service
    paths: list[str]


@contextmanager
def behind_a_cache(folder: Path) -> Iterator[Service]:
    """Run a service of the shipped calendar that tells who asks."""
    find_program("nginx", "install nginx")
    copy_real_calendar(folder)
    with serving(folder, "--no-publish", "--access-log", "plain", ICSFEED_PUBLIC_URL=ADDRESS) as service:
        yield service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that goes on."""
    with behind_a_cache(tmp_path_factory.mktemp("cached")) as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path, service: Service, request: pytest.FixtureRequest) -> Iterator[Cache]:
    """A cache that holds nothing yet."""
    with caching(tmp_path, service, briefly=getattr(request, "param", "") == "briefly") as front:
        yield Cache(front=front, service=service, paths=real_paths(service.log_file.parent))


def kill(service: Service) -> None:
    service.process.kill()
    service.process.wait()
    wait_until(lambda: not listens(service.port))


@dataclass(frozen=True, kw_only=True)
class Orphan:
    """A cache whose service is dead; `first` is what it said by path."""

    front: Front
    first: dict[str, Answer]


@contextmanager
def orphaned(folder: Path, *, coding: str = "", briefly: bool = False) -> Iterator[Orphan]:
    with behind_a_cache(folder) as service, caching(folder, service, briefly=briefly) as front:
        assert front.ask("/healthz").status == 200
        first = {path: front.ask(path, Accept_Encoding=coding) for path in ("/", *real_paths(folder))}
        kill(service)
        yield Orphan(front=front, first=first)


@pytest.fixture(scope="module", params=["gzip", ""])
def orphan(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Orphan]:
    """A cache that was filled in one coding."""
    with orphaned(tmp_path_factory.mktemp("orphan"), coding=request.param) as found:
        yield found


def test_a_dead_service_is_answered_for_from_the_cache_in_every_coding(orphan: Orphan) -> None:
    for path in orphan.first.keys() - {"/"}:
        for other in ("", "gzip", "br"):
            answer = orphan.front.ask(path, Accept_Encoding=other)
            plain = [
                gzip.decompress(each.body) if "content-encoding" in each.headers else each.body
                for each in (answer, orphan.first[path])
            ]
            assert (answer.status, plain[0]) == (200, plain[1]), path
            assert orphan.front.ask(path, "HEAD", Accept_Encoding=other).status == 200
    for leading in (orphan.first["/"], orphan.front.ask("/")):
        assert (leading.status, leading.headers["location"]) == (302, "minox-online/")


def test_what_a_client_has_is_answered_by_the_cache(orphan: Orphan) -> None:
    for path in (FEED, PAGE):
        again = orphan.front.ask(path, If_None_Match=orphan.front.ask(path).headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert orphan.front.ask(path, If_None_Match='"other"').status == 200


def test_health_is_never_remembered(orphan: Orphan) -> None:
    assert orphan.front.ask("/healthz").status == 502


def test_a_dead_service_is_answered_for_also_once_everything_kept_is_too_old(tmp_path: Path) -> None:
    with orphaned(tmp_path, briefly=True) as orphan:
        require_stale_answers(orphan)


def require_stale_answers(cache: Orphan) -> None:
    first = {path: answer.body for path, answer in cache.first.items() if path != "/"}
    for path in first:
        wait_until(lambda path=path: cache.front.ask(path).headers["x-kept"] in {"STALE", "UPDATING"})  # type: ignore[misc]
    for _ in range(2):
        answers = {path: cache.front.ask(path) for path in first}
        assert {path for path, answer in answers.items() if (answer.status, answer.body) != (200, first[path])} == set()
        assert cache.front.ask("/").status == 302


@pytest.mark.parametrize("cache", ["briefly"], indirect=True)
def test_what_is_too_old_is_asked_for_again(cache: Cache) -> None:
    cache.front.ask(FEED)
    before = asked(cache.service, FEED)
    wait_until(lambda: cache.front.ask(FEED).headers["x-kept"] != "HIT" and asked(cache.service, FEED) > before)
    wait_until(lambda: cache.front.ask(FEED).headers["x-kept"] in {"HIT", "REVALIDATED"})


@pytest.mark.parametrize("cache", ["briefly"], indirect=True)
def test_what_is_published_replaces_what_nginx_holds_open(cache: Cache) -> None:
    for _ in range(3):
        assert b"2036" not in cache.front.ask(FEED).body
    done = icsfeed("add", "2036-12-01 21:00", "standaard", "--publish", cwd=cache.service.log_file.parent)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: b"20361201T" in cache.service.ask(FEED).body)
    wait_until(lambda: cache.front.ask(FEED).body == cache.service.ask(FEED).body)


def test_what_is_kept_is_as_the_service_says_it(cache: Cache) -> None:
    for path in cache.paths:
        for _ in range(2):
            kept = cache.front.ask(path, Accept_Encoding="gzip")
            assert own(kept) == own(cache.service.ask(path, Accept_Encoding="gzip")), path
            unpacked, plain = (each.ask(path) for each in (cache.front, cache.service))
            assert own(unpacked, "etag", "content-length") == own(plain, "etag", "content-length"), path


def asked(service: Service, what: str) -> int:
    """Return how often the service was asked for something, by its log."""
    return sum(what in line for line in service.log().splitlines())


def test_the_service_is_asked_once_for_a_document_whatever_the_query(cache: Cache) -> None:
    before = asked(cache.service, FEED)
    for number in range(20):
        assert cache.front.ask(f"{FEED}?n={number}").status == 200
    assert asked(cache.service, FEED) == before + 1


@pytest.mark.parametrize("path", ["/minox-online/state", "/minox-online/plan", "/minox-online/en/plan"])
def test_dynamic_answers_come_from_the_service_each_time(cache: Cache, path: str) -> None:
    before = asked(cache.service, path)
    for number in range(3):
        cache.front.ask(f"{path}?at=2021-12-20T21:00:0{number}Z")
        cache.front.ask(f"{path}?at=2021-12-20T21:00:00Z")
    assert asked(cache.service, path) == before + 6


@pytest.mark.parametrize("path", ["/healthz", "/nothing.ics", "/minox-online"])
def test_what_must_not_or_need_not_be_kept_does_not_hide_the_service(cache: Cache, path: str) -> None:
    first, second = cache.front.ask(path), cache.service.ask(path)
    assert (first.status, first.headers.get("location")) == (second.status, second.headers.get("location"))
