"""nginx with a folder of files, and in front of a service with its cache."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.machine import Processors
from tests.benchmarks.servers import Server, answering, running
from tests.house.reading import code_blocks, page
from tests.support import free_port

_FRAME = """\
{user}daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/errors warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    server_tokens off;
    keepalive_requests 100000000;
    types {{ text/calendar ics; text/html html; application/json json; }}
    client_body_temp_path {folder}/client;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{inside}
}}
"""

_FILES = """\
    server {{
        listen 127.0.0.1:{port};
        root {root};
    }}
"""

_CACHE = """\
{top}
    upstream icsfeed {{
        server 127.0.0.1:{upstream};
        keepalive 16;
    }}
    server {{
        listen 127.0.0.1:{port};
{site}
    }}
"""


@contextmanager
def serving_files(processors: Processors, root: Path, folder: Path, *, path: str) -> Iterator[Server]:
    """Run nginx with a folder of files; it keeps what it needs in another one."""
    port = free_port()
    with _nginx(processors, _FILES.format(port=port, root=root), port, folder, path) as server:
        yield server


@contextmanager
def caching(processors: Processors, service: Server, folder: Path, *, path: str) -> Iterator[Server]:
    """Run nginx with the guide's cache in front of a service; what it costs is what both cost."""
    port = free_port()
    top, site, *_ = code_blocks(page("many-subscribers"), "nginx")
    top = top.replace("/var/cache/nginx-icsfeed", f"{folder}/cache")
    inside = _CACHE.format(top=top, site=site, port=port, upstream=service.port)
    with _nginx(processors, inside, port, folder, path) as server:
        yield replace(server, roots=(*server.roots, *service.roots))


@contextmanager
def _nginx(processors: Processors, inside: str, port: int, folder: Path, path: str) -> Iterator[Server]:
    folder.mkdir()
    user = "user root;\n" if os.geteuid() == 0 else ""  # its own user could not read what was made for one run
    config, log = folder / "nginx.conf", folder / "log"
    config.write_text(_FRAME.format(user=user, folder=folder, inside=inside), encoding="utf-8")
    command = ["nginx", "-p", str(folder), "-c", str(config)]
    with running(processors, *command, port=port, log=log) as server, answering(server, path, log):
        yield server
