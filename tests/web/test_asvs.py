"""What of OWASP ASVS 5.0 do the pages show by themselves? Methods, hosts, downloads, sessions, passwords.

`docs/reference/asvs.csv` names these tests. The server is asked as a stranger or a signed-in user would ask;
what only an installation beyond this computer does is in `test_asvs_public.py`.
"""

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path, re_path
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.actions import accounts
from palermo.actions.collect import import_file
from palermo.cli.demo import PASSWORD
from palermo.config.environment import Quiet
from palermo.store.audit import pseudonym
from palermo.store.labels import decisions
from palermo.store.models import AuditEntry
from palermo.store.saving import _literal
from palermo.web.headers import HEADERS

NOWHERE = "0" * 32
READ = (
    "/",
    "/cases",
    "/cases/counts",
    "/imports",
    "/imports/new",
    "/labels",
    "/tables",
    "/tables/form",
    "/switch",
)
SAMPLES = {"PublicId": NOWHERE, "TableName": "form", "IntConverter": "1", "StringConverter": "x"}
EVIL = "evil.example"


def addresses(parts: list[URLPattern | URLResolver] | None = None, start: str = "/") -> Iterator[str]:
    """Every address that the server knows, with a sample in each place; a place that it cannot fill fails."""
    for part in get_resolver().url_patterns if parts is None else parts:
        places = {
            name: SAMPLES.get(type(one).__name__, NOWHERE) for name, one in part.pattern.converters.items()
        }
        here = start + str(part.pattern)
        for name, sample in places.items():
            here = re.sub(rf"<(?:\w+:)?{name}>", sample, here)
        here = re.sub(r"\(\?P<\w+>[^)]*\)", "x", here).replace("^", "").replace("\\Z", "").replace("$", "")
        if isinstance(part, URLResolver):
            yield from addresses(part.url_patterns, here)
        else:
            yield here


def user(name: str):
    return get_user_model().objects.get(username=name)


def test_the_walk_knows_real_addresses(house):
    known = set(addresses())
    assert {"/", "/cases", f"/cases/{NOWHERE}", f"/imports/{NOWHERE}/bad-rows", "/tables/form"} <= known


def test_every_post_without_token_is_refused_before_anything_happens(house):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user("focal-mission"))
    before = Session.objects.count()
    for address in addresses():
        response = client.post(address, {"label": "x"})
        assert response.status_code in (403, 404), address
    assert Session.objects.count() == before
    assert client.get("/cases").status_code == 200, "signed in still: sign-out was refused, too"
    client.get("/imports/new")
    token = client.cookies[configured.CSRF_COOKIE_NAME].value
    response = client.post("/sign-out", headers={"x-csrftoken": token})
    assert response.status_code == 302, "the control: the same request with its token"


def test_a_token_of_another_site_is_refused(house):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user("focal-mission"))
    client.get("/imports/new")
    token = client.cookies[configured.CSRF_COOKIE_NAME].value
    sent = {"x-csrftoken": token, "origin": f"https://{EVIL}"}
    assert client.post("/sign-out", headers=sent).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_methods_that_no_page_has_do_nothing(house, method):
    """A form may be shown again (200), with nothing done; TRACE would send the request back."""
    client, before = house.client("focal-mission"), user("focal-mission").__dict__
    for address in addresses():
        response = client.generic(method, address, headers={"x-planted": "planted-value-0155"})
        assert response.status_code in (200, 302, 400, 403, 404, 405), (method, address)
        assert method == "PUT" or response.status_code != 200, (method, address)
        assert b"planted-value-0155" not in response.content
    assert client.get("/cases").status_code == 200, "signed in still"
    after = user("focal-mission").__dict__
    assert {name: after[name] for name in before if name != "_state"} == {
        name: value for name, value in before.items() if name != "_state"
    }


def test_no_answer_lets_another_origin_read_it(house):
    client, asked = house.client("focal-mission"), {"origin": f"https://{EVIL}"}
    answers = [client.get(address, headers=asked) for address in READ]
    answers += [static(f"/static/{name}", **asked) for name in ("built/palermo.css", "palermo.svg")]
    for response in answers:
        assert response.status_code == 200
        assert not [name for name in response.headers if name.lower().startswith("access-control-")]


def test_a_foreign_host_name_is_refused_and_never_repeated(house):
    for sent in ({"host": EVIL}, {"host": f"localhost@{EVIL}"}, {"host": f"{EVIL}:80"}):
        response = Client(raise_request_exception=False).get("/sign-in", headers=sent)
        assert response.status_code == 400, sent
        assert EVIL not in response.content.decode()
    forwarded = Client().get(
        "/cases", headers={"x-forwarded-host": EVIL, "x-original-url": "/", "forwarded": EVIL}
    )
    assert forwarded["Location"] == "/sign-in?next=/cases"


@pytest.mark.parametrize(
    "asked",
    [
        f"https://{EVIL}/", f"//{EVIL}", f"///{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"https:{EVIL}", f"http:///{EVIL}",
        f"/\t/{EVIL}", f"https://localhost@{EVIL}", "javascript:alert(1)", "data:text/html,x", f"ftp://{EVIL}",
    ],
)  # fmt: skip
def test_sign_in_leads_to_no_other_site(house, asked):
    sent = {"username": "focal-mission", "password": PASSWORD, "next": asked}
    led = Client().post("/sign-in", sent)["Location"]
    assert re.match(r"/(?![/\\])", led), led
    assert EVIL not in led
    signed_in = house.client("focal-mission").get("/sign-in", {"next": asked})
    assert EVIL not in signed_in.get("Location", "/")


OURS_ONLY = (
    "/static/ /static /static/../ /static/%2e%2e/urls.py /static/..%2fheaders.py /static//etc/passwd"
    " /.git/config /.env /uv.lock /palermo.sqlite3 /secret-key /static/built/palermo.css/ /server-status"
    " /metrics /admin/ /docs /openapi.json /debug /__debug__/ /backup.zip"
)


@pytest.mark.parametrize("address", OURS_ONLY.split())
def test_no_folder_no_file_of_ours_and_no_second_door_is_served(house, address):
    """A stranger is sent to the sign-in, whatever is asked; somebody who is signed in finds nothing."""
    assert Client().get(address).status_code in (302, 404)
    assert house.client("focal-mission").get(address).status_code == 404


def static(address: str, **headers: str):
    """One of our own files, whole and closed."""
    response = Client().get(address, headers=headers)
    assert response.status_code == 200
    assert b"".join(response)
    response.close()
    return response


def test_static_files_have_the_headers_and_their_own_type(db):
    kinds = {"/static/built/palermo.css": 'text/css; charset="utf-8"', "/static/palermo.svg": "image/svg+xml"}
    for address, kind in kinds.items():
        response = static(address)
        assert response["Content-Type"] == kind
        wanted = {name: value for name, value in HEADERS.items() if name != "Cache-Control"}
        assert {name: response[name] for name in wanted} == wanted, address


def test_pages_and_downloads_say_what_they_are(house):
    client = house.client("focal-mission")
    for address in (*READ, "/nowhere", f"/cases/{NOWHERE}"):
        assert client.get(address)["Content-Type"] == "text/html; charset=utf-8", address
    for kind, type_, start in (
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbftable,"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ):
        response = client.get(f"/tables/download?table=form&format={kind}")
        assert response["Content-Type"] == type_
        assert re.fullmatch(r'attachment; filename="[a-z0-9.-]+"', response["Content-Disposition"])
        assert response.content.startswith(start)
        assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store")


def test_a_download_is_named_by_us_and_not_by_the_asker(house):
    client = house.client("focal-mission")
    for asked in ("filename=evil.html", "name=evil.html", "table=form%22%0d%0aX-Evil:%201"):
        response = client.get(f"/tables/download?format=csv&{asked}")
        assert "evil" not in response.get("Content-Disposition", "").lower()
        assert "X-Evil" not in response


def test_what_somebody_typed_is_text_on_a_page_and_never_markup(house):
    planted = "<script>alert(155)</script>\"'><img src=x onerror=alert(155)>"
    header = "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation"
    quoted = planted.replace('"', '""')
    content = f'{header}\n2019,"{quoted}",9--17,MLI,NGA\n'.encode()
    member = accounts.memberships(user("focal-mission"))[0]
    made = import_file(member.actor, content, name="x.csv", layout="ctdc-37", invented=True)
    text = house.unlocked("focal-mission").get(f"/imports/{made.submission}").content.decode()
    assert "&lt;script&gt;alert(155)&lt;/script&gt;" in text, "the control: it is shown"
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    asked = house.client("focal-mission").get("/cases", {"year": planted, "sex": planted}).content.decode()
    assert "<script>alert" not in asked


def test_a_parameter_given_twice_or_in_the_wrong_place_changes_no_right(house):
    client = house.client("analyst-mission")
    other = accounts.memberships(user("focal-refugees"))[0]
    theirs = house.cases(house.second.id)[0].id
    address = f"/cases/{theirs}?membership={other.id}&organisation={other.organisation}&role=focal_point"
    assert client.get(address).status_code == 404
    sent = {"role": ["administrator", "focal_point"], "user": "focal-refugees"}
    assert client.get("/imports/new", sent).status_code == 403
    assert client.get("/cases?sex=male&sex=female").status_code == 200


def test_input_is_decoded_once(house):
    client = house.client("focal-mission")
    once, twice = client.get("/cases?sex=%66emale"), client.get("/cases?sex=%2566emale")
    assert "Choose one of the list" not in once.content.decode(), "the control"
    assert "Choose one of the list" in twice.content.decode()
    assert client.get("/%63ases").status_code == 200, "the control"
    assert client.get("/%2563ases").status_code == 404
    assert "&amp;lt;b&amp;gt;" in client.get("/cases", {"detected_from": "&lt;b&gt;"}).content.decode()


def test_fields_that_a_form_does_not_have_are_passed_over(house):
    client, held = house.unlocked("focal-mission"), accounts.memberships(user("focal-mission"))
    member = held[0]
    header = "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation"
    content = f"{header}\n2019,Female,9--17,Abaniaa,NGA\n".encode()
    import_file(member.actor, content, name="x.csv", layout="ctdc-37", invented=True)
    other = accounts.memberships(user("focal-refugees"))[0].actor
    sent = {"label": "Abaniaa", "area": "Albania", "organisation": other.organisation_id, "decided_by": "1"}
    client.post("/labels", sent | {"role": "administrator", "is_superuser": "1", "organisation_id": "2"})
    assert decisions(member.actor)["Abaniaa"] == "ALB", "the control"
    assert not decisions(other)
    assert accounts.memberships(user("focal-mission")) == held
    assert not user("focal-mission").is_superuser


def test_cookies_are_out_of_reach_and_never_in_a_page(house):
    client = Client()
    client.post("/sign-in", {"username": "focal-mission", "password": PASSWORD})
    set_here = [client.cookies[configured.SESSION_COOKIE_NAME]]
    client.get("/imports/new")
    set_here.append(client.cookies[configured.CSRF_COOKIE_NAME])
    for cookie in set_here:
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in ("Lax", "Strict"), cookie.key
        assert cookie["path"] == "/", cookie.key
        assert not cookie["domain"], cookie.key
    assert set(client.cookies) == {configured.SESSION_COOKIE_NAME, configured.CSRF_COOKIE_NAME}
    for address in READ:
        response = client.get(address)
        assert set_here[0].value not in response.content.decode()
        assert set_here[0].value not in str({k: v for k, v in response.headers.items() if k != "Set-Cookie"})


def test_sign_in_begins_a_new_session_and_ends_the_one_before(house):
    client = house.client("focal-refugees")
    before = client.cookies[configured.SESSION_COOKIE_NAME].value
    stranger = Client()
    session = stranger.session
    session["planted"] = "by another"
    session.save()
    fixed = session.session_key
    stranger.post("/sign-in", {"username": "focal-mission", "password": PASSWORD})
    after = stranger.cookies[configured.SESSION_COOKIE_NAME].value
    assert after not in (fixed, before)
    assert not Session.objects.filter(session_key=fixed).exists()
    assert re.fullmatch("[a-z0-9]{32}", after), "36 ** 32 is more than 2 ** 165"
    assert Session.objects.filter(session_key=after).exists(), "it is kept here, and the cookie only names it"


def test_a_copied_cookie_is_worth_nothing_after_sign_out(house):
    client, thief = house.client("focal-mission"), Client()
    thief.cookies[configured.SESSION_COOKIE_NAME] = client.cookies[configured.SESSION_COOKIE_NAME].value
    assert thief.get("/cases").status_code == 200, "the control: a copied cookie works before"
    client.post("/sign-out")
    assert thief.get("/cases").status_code == 302


def test_a_session_past_its_time_is_over(house):
    client = house.client("focal-mission")
    assert client.get("/cases").status_code == 200
    Session.objects.update(expire_date=datetime(2001, 1, 1, tzinfo=UTC))
    assert client.get("/cases").status_code == 302


def test_a_closed_account_is_out_at_once(house):
    client, closed = house.client("focal-mission"), user("focal-mission")
    assert client.get("/cases").status_code == 200
    closed.is_active = False
    closed.save()
    assert client.get("/cases").status_code == 302
    assert Client().post("/sign-in", {"username": "focal-mission", "password": PASSWORD}).status_code == 200


def test_a_new_password_ends_every_other_session(house):
    client, changed = house.client("focal-mission"), user("focal-mission")
    changed.set_password("another quiet long sentence")
    changed.save()
    assert client.get("/cases").status_code == 302


def test_every_page_has_a_way_out(house):
    client = house.client("focal-mission")
    for address in (*READ, "/nowhere", f"/cases/{NOWHERE}"):
        text = client.get(address).content.decode()
        assert re.search(r'<form method="post" action="/sign-out">.*?Sign out', text), address


@pytest.mark.parametrize("weak", ["short1!", "password", "iloveyou", "1234567890", "qwertyuiop", "annette99"])
def test_weak_passwords_are_refused(db, weak):
    """Under 8 letters, among the 20,000 most common, or much like the name of the user."""
    with pytest.raises(ProblemWithInput, match="STORE-021"):
        accounts.create_user("annette99", password=weak)
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize(
    "good", ["only small letters here", "9271 5530 8841 0026", "أمينة تكتب جملة طويلة", "x7" * 64]
)
def test_passwords_of_any_composition_and_length_do(db, house, good):
    """Exactly as typed: neither case nor blanks are changed, nor is anything cut off."""
    accounts.create_user("long", password=good)
    member = user("long")
    assert member.check_password(good)
    for other in (
        good[:-1],
        good + " ",
        " " + good,
        good[:72] + "y" * len(good[72:]) if len(good) > 72 else good[1:],
    ):
        assert not member.check_password(other)
    for typed, status in ((good + " ", 200), (good, 302)):
        assert Client().post("/sign-in", {"username": "long", "password": typed}).status_code == status


def test_passwords_are_kept_by_argon2_as_slow_as_owasp_asks(db):
    """At least 19 MiB and two passes (OWASP password storage, 2026)."""
    kept = make_password(PASSWORD)
    found = re.match(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$", kept)
    assert found, "Argon2id"
    assert int(found[1]) >= 19 * 1024
    assert int(found[2]) >= 2


def test_an_old_password_stays_good(house):
    member = user("focal-mission")
    member.date_joined = datetime(2001, 1, 1, tzinfo=UTC)
    member.save()
    assert Client().post("/sign-in", {"username": "focal-mission", "password": PASSWORD}).status_code == 302


def test_the_password_field_is_masked_and_helped_by_password_stores(db):
    text = Client().get("/sign-in").content.decode()
    fields = re.findall(r"<input [^>]*>", text)
    (password,) = [one for one in fields if 'name="password"' in one]
    assert 'type="password"' in password
    assert 'autocomplete="current-password"' in password
    assert "maxlength" not in password
    asked = [one for one in fields if 'type="hidden"' not in one]
    assert len(asked) <= 3, "name, password, and at most one more: no secret question"
    assert not re.search(r"hint for|secret question|mother", text, re.IGNORECASE)


def test_an_empty_installation_has_no_account(db):
    assert not get_user_model().objects.exists()


def test_nothing_secret_is_asked_for_in_an_address(house):
    for client in (Client(), house.client("focal-mission")):
        for address in ("/sign-in", *READ):
            text = client.get(address).content.decode()
            for form in re.findall(r"<form[^>]*>.*?</form>", text, re.DOTALL):
                if re.search(r'name="(password|code|passphrase|file|label)"', form):
                    assert 'method="post"' in form[:200], address


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
@example("x'); DROP TABLE store_caserow; --")
@example("%s %(x)s %% ''")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_that_goes_into_a_statement_stays_a_text(db, said):
    """What all rows of an import share is written into the statement; everything else is bound."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_literal(said)}, %s", [7])
        assert cursor.fetchone() == (said, 7)


def test_an_entry_says_when_who_in_which_role_what_and_about_whom(house):
    case = house.cases(house.first.id)[0].id
    house.client("focal-mission").get(f"/cases/{case}")
    body = json.loads(AuditEntry.objects.latest("id").body)
    member = accounts.memberships(user("focal-mission"))[0]
    assert (body["actor"], body["role"], body["action"]) == (member.user, "focal_point", "cases.one_case")
    assert body["at"].endswith("+00:00"), "in UTC, and it says so"
    assert body["subjects"] == [pseudonym(house.first.id, case)]
    assert case not in json.dumps(body)


def test_the_log_goes_to_one_place_and_in_utc(settings):
    made = settings.LOGGING["handlers"]
    assert {one["class"] for one in made.values()} == {"logging.StreamHandler", "logging.NullHandler"}
    assert all("filename" not in one and "address" not in one for one in made.values())
    record = logging.makeLogRecord({"created": 0.0, "msg": "x"})
    assert Quiet("{asctime}", style="{").format(record).startswith("1970-01-01 00:00:00")


@contextmanager
def listening(name):
    """What a logger says meanwhile, as the log of the process would have it."""
    told = io.StringIO()
    ear = logging.StreamHandler(told)
    ear.setFormatter(Quiet("{levelname} {name} {message}", style="{"))
    logging.getLogger(name).addHandler(ear)
    try:
        yield told
    finally:
        logging.getLogger(name).removeHandler(ear)


def test_refused_attempts_are_in_the_log_by_id_and_without_what_was_asked(house):
    theirs = house.cases(house.second.id)[0].id
    analyst = user("analyst-mission").public_id
    with listening("palermo.web.doors") as told:
        client = house.client("analyst-mission")
        client.get("/cases")
        assert told.getvalue() == "", "the control: what is allowed is not a refusal"
        client.get("/imports/new")
        client.get(f"/cases/{theirs}?note=planted-155")
    assert told.getvalue().splitlines() == [
        f"WARNING palermo.web.doors refused (403): import-new, account {analyst}",
        f"WARNING palermo.web.doors refused (404): case, account {analyst}",
    ]
    with listening("django.security.csrf") as told:
        Client(enforce_csrf_checks=True).post("/sign-in", {"username": "planted-155"})
    assert "Forbidden" in told.getvalue()
    assert "planted-155" not in told.getvalue()


@pytest.mark.django_db
def test_no_log_says_who_asked_for_the_page_of_allegations(house):
    made = accounts.create_user("belongs-nowhere", password=PASSWORD, checked=False)
    client = house.client("belongs-nowhere")
    with listening("palermo") as told, listening("django") as django:
        assert client.get("/cases").status_code == 403
        assert made in told.getvalue(), "the control: of other pages the log says so"
        told.truncate(told.seek(0))
        for send in (client.get, client.post):
            assert send("/conduct").status_code == 403
    assert told.getvalue() == ""
    assert "conduct" not in django.getvalue()


def test_nobody_writes_a_line_of_the_log(house, settings):
    """An address with line breaks in it makes a page fail: one line, and the breaks are written out."""
    settings.ROOT_URLCONF = __name__
    with listening("django.request") as told:
        house.client("focal-mission").get("/broken/x%0aERROR%20forged%0d%0aby%20hand")
    lines = told.getvalue().splitlines()
    assert "forged" in told.getvalue(), "the control: the address is in the log"
    assert not [line for line in lines[1:] if not line.startswith(("  /", "RuntimeError"))]


def broken(request, where):
    raise RuntimeError


AS = "switch"  # the row of doors.toml that it comes in by
urlpatterns = [
    re_path(r"^broken/(?P<where>(?s:.+))$", broken, name=AS),
    path("", include("palermo.web.urls")),
]
handler500 = "palermo.web.views.problems.broken"
