"""What does the server under the pages do with a message that two servers could read in two ways?

OWASP ASVS 5.0, V4.2.1 and V13.4.4: `palermo serve` runs in a process of its own and is asked in raw bytes.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

SERVE = "import sys; from palermo.cli import main; sys.exit(main(sys.argv[1:]))"
NEXT = b"GET /cases HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /sign-in HTTP/1.1"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        wanted = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PALERMO_", "DJANGO_"))}
    command = [sys.executable, "-c", SERVE, "serve", "--port", str(wanted)]
    home = str(tmp_path_factory.mktemp("home"))
    with subprocess.Popen(command, env=kept | {"PALERMO_HOME": home}, stdout=-1, stderr=-1, text=True) as run:
        try:
            assert run.stdout is not None
            found = next(
                filter(None, (re.search(r"http://127\.0\.0\.1:(\d+)/", line) for line in run.stdout))
            )
            yield int(found[1])
        finally:
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=20)


def told(port: int, *lines: bytes, body: bytes = b"") -> bytes:
    """All that comes back for one message, until the server closes or has been silent for a second."""
    got, end = b"", time.monotonic() + 10
    with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
        line.sendall(b"\r\n".join((*lines, b"Host: localhost", b"", b"")) + body)
        while time.monotonic() < end:
            try:
                part = line.recv(65536)
            except (TimeoutError, ConnectionResetError):
                break
            if not part:
                break
            got += part
    return got


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3})", answer)]


def test_a_plain_message_is_answered_once_and_two_are_answered_twice(port: int) -> None:
    """The control: what is hidden behind a message is answered where it is a message."""
    assert statuses(told(port, b"GET /sign-in HTTP/1.1")) == [200]
    assert statuses(told(port, b"GET /sign-in HTTP/1.1", body=NEXT)) == [200, 302]


@pytest.mark.parametrize(
    "lines",
    [
        (b"Content-Length: 0", b"Content-Length: 40"),
        (b"Content-Length: 0, 40",),
        (b"Content-Length: +40",),
        (b"Content-Length: 0x28",),
        (b"Content-Length : 40",),
        (b"Transfer-Encoding: chunked, identity",),
        (b"Transfer-Encoding: xchunked",),
        (b"Transfer-Encoding : chunked",),
        (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"),
        (b" Content-Length: 40",),
        (b"X: a\0b",),
        (b"X: a\rContent-Length: 40",),
    ],
)
def test_a_message_without_one_clear_end_hides_nothing(port: int, lines: tuple[bytes, ...]) -> None:
    """Refused, and nothing behind it is answered."""
    assert statuses(told(port, POST, *lines, body=NEXT)) in ([400], []), lines


def test_with_chunks_the_length_does_not_count(port: int) -> None:
    """RFC 9112, 6.3: the chunks say where the message ends, or it is refused."""
    both = (b"Content-Length: 4", b"Transfer-Encoding: chunked")
    answer = statuses(told(port, POST, *both, body=b"0\r\n\r\n" + NEXT))
    assert answer in ([400], [403], [403, 302]), "the length would end it within the chunk"
    whole = (f"Content-Length: {5 + len(NEXT)}".encode(), b"Transfer-Encoding: chunked")
    assert statuses(told(port, POST, *whole, body=b"0\r\n\r\n" + NEXT)) in ([400], [403], [403, 302])


@pytest.mark.parametrize(
    "chunk", [b"0x1\r\na\r\n", b"-1\r\na\r\n", b"fffffffffffffffff\r\na\r\n", b"1\r\nab\r\n"]
)
def test_a_broken_chunk_hides_nothing(port: int, chunk: bytes) -> None:
    answer = told(port, POST, b"Transfer-Encoding: chunked", body=chunk + b"0\r\n\r\n" + NEXT)
    assert len(statuses(answer)) <= 1
    assert 302 not in statuses(answer), "the hidden message is not answered"


def test_trace_sends_nothing_back_and_the_server_does_not_name_itself(port: int) -> None:
    answer = told(port, b"TRACE / HTTP/1.1", b"X-Planted: planted-155", b"Cookie: sessionid=planted-155")
    assert 200 not in statuses(answer)
    assert b"planted-155" not in answer
    plain = told(port, b"GET /sign-in HTTP/1.1").split(b"\r\n\r\n")[0].lower()
    assert not re.search(rb"python|django|\d+\.\d+\.\d+", plain.replace(b"127.0.0.1", b""))


def test_a_header_without_end_is_refused(port: int) -> None:
    assert statuses(told(port, b"GET /sign-in HTTP/1.1", b"X: " + b"a" * 2_000_000)) in ([431], [400], [])
    assert statuses(told(port, b"GET /sign-in HTTP/1.1")) == [200], "it serves on"
