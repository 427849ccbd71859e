"""What hostile and broken clients send, and which statuses are fine."""

OK, MISSING, BAD = frozenset({200}), frozenset({404}), frozenset({400})
FEED = b"/example.ics"


def get(target: bytes, *headers: bytes, version: bytes = b"HTTP/1.1", method: bytes = b"GET") -> bytes:
    """Return a request that asks to close the connection."""
    return b"\r\n".join([b" ".join([method, target, version]), b"Host: x", b"Connection: close", *headers, b"", b""])


TARGETS = {
    target: allowed
    for allowed, targets in {
        MISSING: [
            b"/../../etc/passwd",
            b"/example/../../etc/passwd",
            b"/static/../web.py",
            b"/static/%2e%2e/%2e%2e/web.py",
            b"/static/..%2fweb.py",
            b"/static/..%5cweb.py",
            b"/static/%252e%252e%252fweb.py",
            b"/..%c0%afetc%c0%afpasswd",
            b"//example.ics",
            b"//evil.example/%2e%2e",
            b"/example//",
            b"/./example.ics",
            b"/example.ics/",
            b"/example.ics;x=1",
            b"/example.journal.jsonl",
            b"/schedule/example.yaml",
            b"/.git/config",
            b"/%00",
            b"/example.ics%00",
            b"/example.ics%00.html",
            b"/example%00/",
            b"/%ff%fe",
            b"/example.ics%ff",
            b"/example.ics%0d%0aSet-Cookie:%20x=1",
            b"/example%0d%0a",
            b"/%",
            b"/%zz",
            b"/%2",
            b"/example.ics%",
            b"/%u0065xample.ics",
            b"/\\..\\..\\windows",
            b"/" + b"a" * 60_000,
            b"/" + b"../" * 5_000,
            b"/" + b"a/" * 5_000,
            b"/example/nl/" + b"a" * 10_000 + b"/",
            b"*",
        ],
        OK: [
            FEED + b"?" + b"q" * 60_000,
            FEED + b"?" + b"a=b&" * 10_000,
            FEED + b"?%00%ff%zz",
            b"http://evil.example" + FEED,
            b"/%65xample%2Eics",
            b"/example%2Fnl%2Fexample.ics",  # to a WSGI application an encoded slash is one
            b"/example/nl%2F20271207T2100/",
        ],
    }.items()
    for target in targets
}
"""Addresses."""

HEADERS = {
    b"Host: \xff\xfe": OK,
    b"Host: evil.example/../..": OK,
    b"Host: " + b"a" * 10_000: OK,
    b"X-Forwarded-Host: evil.example": OK,
    b"X-Forwarded-Proto: javascript": OK,
    b"Range: bytes=0-9": OK,
    b"Range: bytes=9-0": OK,
    b"Range: bytes=-": OK,
    b"Range: bytes=99999999999999999999999-": OK,
    b"Range: " + b"bytes=" + b"0-0," * 5_000: OK,
    b"Range: lines=1-2": OK,
    b'If-Range: "x"': OK,
    b"If-Modified-Since: yesterday": OK,
    b"If-Modified-Since: Mon, 99 Foo 99999 99:99:99 GMT": OK,
    b"If-Modified-Since: Mon, 01 Jan 99999999999999999999 00:00:00 GMT": OK,
    b"If-Modified-Since: Mon, 01 Jan 0000 00:00:00 +9999": OK,
    b"If-Modified-Since: \xff\x80": OK,
    b"If-None-Match: " + b'"x",' * 10_000: OK,
    b'If-None-Match: "': OK,
    b"If-None-Match: W/": OK,
    b"If-None-Match: \xff\xfe": OK,
    b"If-None-Match: " + b"W/" * 5_000 + b'"': OK,
    b"If-None-Match: " + b'"' * 20_000: OK,
    b"If-Match: *": OK,
    b"If-Unmodified-Since: x": OK,
    b"Accept-Encoding: gzip;q=x": OK,
    b"Accept-Encoding: gzip;q=99999999999999999999999": OK,
    b"Accept-Encoding: gzip;q=nan": OK,
    b"Accept-Encoding: " + b"gzip;q=0.5," * 5_000: OK,
    b"Accept-Encoding: \xff": OK,
    b"Accept: " + b"*/*," * 5_000: OK,
    b"Accept-Language: " + b"x-" * 5_000: OK,
    b"Cookie: " + b"a=b;" * 10_000: OK,
    b"User-Agent: \xff\x80" + b"(" * 10_000: OK,
    b"Authorization: Basic \xff": OK,
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==": OK,
    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA": OK,
    b"Expect: 100-continue": OK,
    b"Expect: something": OK,
    b"Content-Type: application/x-www-form-urlencoded; charset=\xff": OK,
    b"X: y\r\n folded": BAD,
    b"No colon": BAD,
    b": nothing": BAD,
    b"Bad name: x": BAD,
    b"X: a\x00b": BAD,
    b"Name\x00: x": BAD,
    b"\r\n".join(b"X-%d: y" % number for number in range(5_000)): frozenset({431}),
    b"X: " + b"y" * 1_000_000: frozenset({431}),
}
"""Headers of a request for a feed or a page."""

METHODS = [b"POST", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"CONNECT", b"PROPFIND", b"X" * 1_000, b"GE%54"]
"""Methods that nothing here has."""

QUERIES = [
    b"at=",
    b"at=now",
    b"at=%00",
    b"at=%ff%fe",
    b"at=" + b"9" * 10_000,
    b"at=9999-12-31T23:59:59Z",
    b"at=0001-01-01T00:00:00%2B23:59",
    b"at=2027-12-07T20:00:00%2B99:99",
    b"at=2027-02-30T20:00:00Z",
    b"at=2027-12-07T20:00:60Z",
    b"at=1970-01-01T00:00:00%2B14:00",
    b"at=2037-12-31T23:59:59-14:00&for=P366D",
    b"at=\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa7-12-07T20:00:00Z",
    b"at=a&at=b",
    b"for=",
    b"for=P",
    b"for=PT",
    b"for=P99999999999999999999D",
    b"for=PT" + b"9" * 5_000 + b"H",
    b"for=-PT3H",
    b"for=PT0M",
    b"for=PT1e9H",
    b"for=P1Y",
    b"for=PT3H&for=PT4H",
    b"date=&time=&hours=",
    b"date=2027-99-99&time=99:99&hours=-1",
    b"date=9999-12-31&time=23:59&hours=9999999999999999999999",
    b"date=2028-03-26&time=02:30&hours=3",
    b"date=2028-10-29&time=02:30&hours=3",
    b"date=2027-12-07&time=20:00&hours=nan",
    b"date=2027-12-07&time=20:00&hours=1e400",
    b"date=2027-12-07&time=20:00&hours=%D9%A3",
    b"date=%3Cscript%3Ealert(1)%3C/script%3E&time=%22%3E&hours=%27",
    b"date=%00&time=%ff&hours=%zz",
    b"date=0000-00-00&time=00:00&hours=0",
    b"date=1970-01-01&time=00:00&hours=1",
    b"date=2037-12-31&time=23:59&hours=24",
    b"a=b&" * 20_000,
    b"&".join(b"k%d=v" % number for number in range(5_000)),
    b"=&==&&&=",
    b"%",
]
"""Questions."""

BREACHES = {
    "a length and chunks": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nHELLO",
    "a list of lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 0\r\n\r\nHELLO",
    "a length with a sign": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nHELLO",
    "a negative length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a length beyond counting": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "chunks that are not last": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding behind a tab": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bad chunk size": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "a chunk size beyond counting": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n",
    "long chunk extensions": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 50_000 + b"\r\nA\r\n",
    "a lone carriage return": b"GET / HTTP/1.1\rHost: x\r\r",
    "no version": b"GET /\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "HTTP/2 without being asked": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 100,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2,
    "nothing but bytes": bytes(range(256)) * 10,
    "a NUL": b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a blank in the address": b"GET / x HTTP/1.1\r\nHost: x\r\n\r\n",
}
"""Breaches of the protocol after which nobody can tell where the next request begins, forms of request smuggling among them."""

ODDITIES = {
    "a blank line first": b"\r\n\r\nGET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n",
    "only line feeds": b"GET /robots.txt HTTP/1.1\nHost: x\n\n",
    "no host": b"GET /robots.txt HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "a body": b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nHELLO",
    "a body in chunks": b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHELLO\r\n0\r\n\r\n",
    "HTTP/1.0 that stays": b"GET /robots.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
}
"""Odd requests that have one meaning only, and are answered."""
