"""What does an installation that serves more than this computer do? As OWASP ASVS 5.0 asks; see asvs.csv.

Its settings differ from those of the tests, so that it runs in a process of its own and tells its answers.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from palermo.config.environment import database

ASKED = '''
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from palermo.actions import accounts
call_command("migrate", verbosity=0)
place = accounts.create_organisation("Invented mission", short="IM", kind="un_mission", invented=True)
made = accounts.create_user("ann", password="a quiet long sentence")
member = accounts.add_member(made, organisation=place, role="focal_point")
from django.contrib.auth import get_user_model
client = Client(raise_request_exception=False)
client.defaults["HTTP_HOST"] = "palermo.example"
client.force_login(get_user_model().objects.get(username="ann"))
PARTS = ("secure", "httponly", "samesite", "path", "domain")
told = {"debug": settings.DEBUG, "cookies": {}}
def ask(name, response):
    list(response)
    response.close()
    told[name] = {"status": response.status_code, "headers": dict(response.headers)}
    for key, morsel in response.cookies.items():
        told["cookies"][key] = {part: str(morsel[part]) for part in PARTS}
ask("plain", client.get("/cases"))
ask("page", client.get("/imports/new", secure=True))
ask("file", client.get("/static/built/palermo.css", secure=True))
ask("missing", client.get("/nowhere", secure=True))
ask("stranger", Client(headers={"host": "palermo.example"}).get("/cases", secure=True))
ask("switched", client.post(f"/switch/{member}", secure=True))
ask("local", client.get("/cases", secure=True, headers={"host": "localhost"}))
ask("forged", client.get("/cases", headers={"x-forwarded-proto": "https"}))
print(json.dumps(told))
'''  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = str(tmp_path_factory.mktemp("home"))
    done = _run(ASKED, PALERMO_HOME=home, PALERMO_HOSTS="palermo.example")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_forwarded_protocol_is_believed_only_where_the_settings_name_a_proxy(told, tmp_path):
    assert told["forged"]["status"] == 301, "it came by plain HTTP, whatever it says"
    done = _run(ASKED, PALERMO_HOME=str(tmp_path), PALERMO_HOSTS="palermo.example", PALERMO_PROXIES="1")
    assert done.returncode == 0, done.stderr
    behind = json.loads(done.stdout)
    assert behind["forged"]["status"] == 200, "the control"
    assert behind["plain"]["status"] == 301


def test_serving_beyond_this_computer_without_a_proxy_is_told_at_the_start(tmp_path):
    """Every page would lead to itself for ever."""
    asked = "from palermo.cli.serve import start_django, tell_of_proxies; start_django(); tell_of_proxies()"
    own = {"PALERMO_HOME": str(tmp_path), "PALERMO_HOSTS": "palermo.example"}
    assert "PALERMO_PROXIES" in _run(asked, **own).stderr
    assert "PALERMO_PROXIES" not in _run(asked, **own, PALERMO_PROXIES="1").stderr
    assert "PALERMO_PROXIES" not in _run(asked, PALERMO_HOME=str(tmp_path)).stderr


def test_plain_http_leads_to_https_and_shows_nothing(told):
    assert told["plain"]["status"] == 301
    assert told["plain"]["headers"]["Location"] == "https://palermo.example/cases"
    assert told["page"]["status"] == 200, "the control"


def test_every_answer_over_tls_asks_for_tls_for_a_year_on_all_names_below(told):
    for name in ("page", "file", "missing", "stranger", "switched"):
        found = told[name]["headers"]["Strict-Transport-Security"]
        assert found == "max-age=31536000; includeSubDomains", name


def test_every_answer_forbids_frames_and_guessing(told):
    for name in ("plain", "page", "file", "missing", "stranger", "switched", "local"):
        headers = told[name]["headers"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], name
        assert "object-src 'none'" in headers["Content-Security-Policy"], name
        assert "base-uri 'none'" in headers["Content-Security-Policy"], name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name


def test_cookies_belong_to_this_host_and_to_tls_alone(told):
    assert set(told["cookies"]) == {"__Host-sessionid", "__Host-csrftoken"}
    for name, cookie in told["cookies"].items():
        assert cookie == {
            "secure": "True",
            "httponly": "True",
            "samesite": "Lax",
            "path": "/",
            "domain": "",
        }, name


def test_debugging_is_off_and_other_names_are_refused(told):
    assert told["debug"] is False
    assert told["local"]["status"] == 400


def test_pages_are_never_kept_and_our_own_files_may_be(told):
    for name in ("plain", "page", "missing", "stranger", "switched", "local"):
        assert told[name]["headers"]["Cache-Control"] == "no-store", name
    assert "no-store" not in told["file"]["headers"]["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("postgresql://ann:x@db.example/palermo", "verify-full"),
        ("postgresql://ann:x@10.0.0.7:5433/palermo?connect_timeout=3", "verify-full"),
        ("postgresql://ann:x@/palermo?host=db.example", "verify-full"),
        ("postgresql://ann:x@db.example/palermo?sslmode=require", "require"),
        ("postgresql://ann:x@localhost/palermo", None),
        ("postgresql://ann:x@[::1]/palermo", None),
        ("postgresql:///palermo?host=/", None),
    ],
)
def test_a_database_on_another_computer_is_reached_over_checked_tls(tmp_path, address, mode):
    assert database(address, home=tmp_path)["OPTIONS"].get("sslmode") == mode


def test_a_database_without_tls_on_another_computer_is_not_spoken_to(tmp_path):
    """The driver itself refuses: a server that answers "no TLS" never gets the password."""
    asked = """
import django, socket, threading
from django.db import connection, OperationalError
heard = []
def answer(door):
    line, _ = door.accept()
    heard.append(line.recv(64))
    line.sendall(b"N")
    heard.append(line.recv(64))
door = socket.create_server(("127.0.0.2", 0))
import os
os.environ["PALERMO_DATABASE_URL"] = f"postgresql://ann:planted@127.0.0.2:{door.getsockname()[1]}/p"
threading.Thread(target=answer, args=(door,), daemon=True).start()
django.setup()
try:
    connection.ensure_connection()
except OperationalError:
    print("refused", len(heard[0]), b"planted" in b"".join(heard))
"""
    done = _run(asked, PALERMO_HOME=str(tmp_path))
    assert done.stdout == "refused 8 False\n", done.stderr


def test_without_its_database_it_shuts_calmly_and_tells_nothing(tmp_path):
    """The address leads nowhere: a page asks for its session, and nobody is let in."""
    asked = """
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, headers={"host": "localhost"})
client.cookies["sessionid"] = "a" * 32
for address in ("/cases", "/", "/sign-in"):
    response = client.get(address)
    policy, text = response.headers.get("Content-Security-Policy", "none"), response.content.decode()
    print(response.status_code, policy[:18], "planted" in text, "our side" in text)
"""
    url = "postgresql://ann:planted@127.0.0.1:1/planted"
    done = _run(asked, PALERMO_HOME=str(tmp_path), PALERMO_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert {line.split(" ", 1)[1] for line in done.stdout.splitlines()} == {"default-src 'none' False True"}
    assert done.stdout.startswith("500 ")
    assert "OperationalError" in done.stderr, "the control: the log says what is wrong"
    assert "planted" not in done.stderr


def _run(code: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PALERMO_", "DJANGO_"))}
    more["DJANGO_SETTINGS_MODULE"] = "palermo.config.settings"
    root = Path(__file__).resolve().parent.parent.parent
    return subprocess.run(
        [sys.executable, "-c", code], env=kept | more, cwd=root, capture_output=True, text=True, timeout=120
    )
