import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from gzip import decompress
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest

from tests.house.reading import code_blocks, page
from tests.support import Answer, Service, copy_real_calendar, free_port, serving, wait_until

HOST = "onderhoud.example.com"
FEED, PAGE = "/minox-online.ics", "/minox-online/"
AROUND = """\
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
daemon off;
{user}
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/octet-stream;
    gzip on;
    include {folder}/site.conf;
}}
"""
"""What stands around a site on Debian, gzip too, in one folder."""


@dataclass(frozen=True, kw_only=True)
class Front:
    """A running nginx in front of a running service."""

    service: Service
    plain_port: int
    secure_port: int
    trust: ssl.SSLContext

    def ask_plain(self, path: str, method: str = "GET") -> Answer:
        with closing(HTTPConnection("127.0.0.1", self.plain_port, timeout=60)) as connection:
            return self._ask(connection, path, method, {})

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask by https; the certificate must be the host's."""
        with closing(HTTPSConnection(HOST, self.secure_port, timeout=60)) as connection:
            plain = socket.create_connection(("127.0.0.1", self.secure_port), timeout=60)
            connection.sock = self.trust.wrap_socket(plain, server_hostname=HOST)
            return self._ask(connection, path, method, headers)

    @staticmethod
    def _ask(connection: HTTPConnection, path: str, method: str, headers: dict[str, str]) -> Answer:
        given = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path, headers=given)
        response = connection.getresponse()
        found = {name.casefold(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=found, body=response.read())


def find_program(name: str, cure: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{cure}, to see the guide's configuration at work")  # nobody can be made to
    return found


def put(text: str, written: str, here: str) -> str:
    """Return a configuration with what the guide wrote replaced; it must stand there."""
    changed, count = re.subn(written, here, text)
    assert count > 0, f"the guide's nginx block has no {written}"
    return changed


def make_certificate(openssl: str, folder: Path) -> None:
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    key: list[str | Path] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder / "key.pem"]
    command = [openssl, "req", "-x509", "-days", "2", *key, *names, "-out", folder / "certificate.pem"]
    subprocess.run(command, check=True, capture_output=True)


def write_configuration(folder: Path, *, service: int, plain: int, secure: int) -> Path:
    (block,) = code_blocks(page("serving"), "nginx")
    site = put(block, r"listen \[::\]:.*\n", "")
    site = put(site, r"listen 80;", f"listen 127.0.0.1:{plain};")
    site = put(site, r"listen 443 ", f"listen 127.0.0.1:{secure} ")
    site = put(site, r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{service};")
    site = put(site, r"ssl_certificate /.*;", f"ssl_certificate {folder}/certificate.pem;")
    site = put(site, r"ssl_certificate_key /.*;", f"ssl_certificate_key {folder}/key.pem;")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    return whole


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    nginx, openssl = find_program("nginx", "install nginx"), find_program("openssl", "install openssl")
    folder = tmp_path_factory.mktemp("nginx")
    copy_real_calendar(folder)
    make_certificate(openssl, folder)
    plain, secure = free_port(), free_port()
    with serving(folder, "--no-publish", ICSFEED_PUBLIC_URL=f"https://{HOST}") as service:
        configuration = write_configuration(folder, service=service.port, plain=plain, secure=secure)
        process = subprocess.Popen([nginx, "-p", folder, "-c", configuration, "-e", folder / "error.log"])
        try:
            wait_until(lambda: process.poll() is not None or (listens(plain) and listens(secure)))
            assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            trust = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
            yield Front(service=service, plain_port=plain, secure_port=secure, trust=trust)
        finally:
            process.terminate()
            process.wait(timeout=60)


OF_NGINX = {"server", "date", "connection", "strict-transport-security"}


def own(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """Return what icsfeed said in an answer."""
    return answer.status, {name: value for name, value in answer.headers.items() if name not in OF_NGINX}, answer.body


@pytest.mark.parametrize("path", [FEED, PAGE, "/", "/minox-online/nl/20211220T2100/?from=a%20mail"])
def test_port_80_sends_to_the_same_path_by_https(front: Front, path: str) -> None:
    answer = front.ask_plain(path)
    assert (answer.status, answer.headers["location"]) == (301, f"https://{HOST}{path}")


@pytest.mark.parametrize("coding", ["", "gzip", "gzip, deflate, br"])
def test_the_feed_arrives_as_icsfeed_sends_it_and_never_compressed(front: Front, coding: str) -> None:
    answer = front.ask(FEED, Accept_Encoding=coding)
    assert own(answer) == own(front.service.ask(FEED, Accept_Encoding=coding))
    assert (answer.status, "content-encoding" in answer.headers, answer.body.count(b"BEGIN:VEVENT")) == (200, False, 18)
    assert f"SOURCE;VALUE=URI:https://{HOST}{FEED}\r\n".encode() in answer.body


def test_a_page_is_compressed_once_by_icsfeed(front: Front) -> None:
    answer = front.ask(PAGE, Accept_Encoding="gzip")
    assert own(answer) == own(front.service.ask(PAGE, Accept_Encoding="gzip"))
    plain = front.ask(PAGE)
    assert (answer.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert decompress(answer.body) == plain.body


@pytest.mark.parametrize("path", [FEED, PAGE, "/minox-online.json"])
def test_what_a_client_has_is_not_sent_again(front: Front, path: str) -> None:
    etag = front.ask(path).headers["etag"]
    assert not etag.startswith("W/")
    again = front.ask(path, If_None_Match=etag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert own(again) == own(front.service.ask(path, If_None_Match=etag))


@pytest.mark.parametrize("path", [FEED, PAGE])
def test_head_says_what_get_does(front: Front, path: str) -> None:
    head, get = front.ask(path, "HEAD"), front.ask(path)
    assert (head.status, head.body, own(head)[1]) == (200, b"", own(get)[1])
    assert head.headers["content-length"] == str(len(get.body))


@pytest.mark.parametrize(("path", "method", "status"), [("/nothing", "GET", 404), (FEED, "POST", 405), (FEED, "OPTIONS", 204)])
def test_what_is_no_document_arrives_as_well(front: Front, path: str, method: str, status: int) -> None:
    answer = front.ask(path, method, Accept_Encoding="gzip")
    assert answer.status == status
    assert own(answer) == own(front.service.ask(path, method, Accept_Encoding="gzip"))


def test_the_root_leads_to_the_page_by_a_relative_address(front: Front) -> None:
    answer = front.ask("/")
    assert (answer.status, answer.headers["location"]) == (302, "minox-online/")


def test_no_answer_says_which_release_of_nginx_gave_it(front: Front) -> None:
    assert {front.ask(FEED).headers["server"], front.ask_plain(FEED).headers["server"]} == {"nginx"}


def test_browsers_are_told_to_come_by_https_only(front: Front) -> None:
    answers = (front.ask(FEED), front.ask("/nothing"), front.ask(FEED, If_None_Match="*"))
    assert {answer.headers["strict-transport-security"] for answer in answers} == {"max-age=31536000"}
