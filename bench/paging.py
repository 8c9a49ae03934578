"""How long do the pages take among 200,000 cases: lists, one case, tables, traces, labels, imports, a draft?

Three organisations hold 200,000 invented cases. Pages of 25 are asked at random depths, the deepest among
them, in every order, with and without filters, rare and frequent codes, forwards and backwards: first as the
action alone, then whole pages as a browser asks for them, signed in as a focal point of the largest.
Goals: at most 12 queries a page and 80 ms at the median; counts under 500 ms. Ratios are of the median to
its goal. Another number of cases: `bench/paging.py 50000`.
"""

import gzip
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

CASES = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
QUERIES, MILLISECONDS, COUNTS, ASKED, SEEN = 12, 80, 500, 20, 9
SHARES = (("large", 0.7), ("medium", 0.25), ("small", 0.05))
AREAS = ("NGA", "MLI", "COD", "LBY", "SOM", "SDN", "SYR", "IRQ", "AFG", "TCD")
FORMS = ("forced_labour", "sexual_slavery", "domestic_servitude", "begging", "forced_marriage")
CASE = re.compile(r'href="(/cases/[0-9a-f]{32})"')
TRACE = re.compile(r'href="(/tables/trace[^"]+)"')
DRAFT = b"yearOfRegistration,gender,ageBroad,citizenship\n2019,Femal,9--17,MLI\n2019,Female,9--17,MLI\n"
YEARS = ((9, 17), (18, 20), (24, 26), (30, 38))
PAGES = (
    "/",
    "/cases",
    "/cases?sort=detected_first",
    "/cases?sort=area&size=100",
    "/cases?status=presumed&status=identified&sort=status",
    "/cases?area=ISL&sort=detected",
    "/cases?form=organ_removal",
    "/cases?form=begging&sex=female&age_group=child&detected_from=2024-05&detected_to=2025-02",
    "/cases?unknown=place_or_month&sort=area_last",
)
OTHERS = (
    "/tables",
    "/tables/form_presumed",
    "/tables/form_presumed?year=2025&compare=2024",
    "/tables/flow_presumed",
    "/codes",
    "/codes/exploitation_forms",
    "/labels",
    "/imports",
)
COUNTED = ("/cases/counts", "/cases/counts?status=presumed&sex=female", "/cases/counts?form=begging")


def start() -> str:
    """The folder of an empty installation: SQLite, or a server that PALERMO_DATABASE_URL names."""
    home = os.environ["PALERMO_HOME"] = tempfile.mkdtemp(prefix="palermo-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "palermo.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return home


def invented(organisation: str, number: int, rng: random.Random) -> Iterator[Any]:
    from palermo.cases import Age, Ages, Case, Detection, Episode, Place, Status, When
    from palermo.codes import code_list

    steps = [step for step in code_list("status_steps") if step != "formally_identified"]
    forms = [form for form in FORMS if form in code_list("exploitation_forms")]
    for _ in range(number):
        rare = rng.random() < 0.0005
        lowest, highest = rng.choice((*YEARS, (0, 0)))
        yield Case(
            id=f"{rng.getrandbits(128):032x}",
            organisation=organisation,
            invented=True,
            sex="female" if rng.random() < 0.6 else "male",
            citizenships=(rng.choice(AREAS),),
            ages=Ages(detection=Age(lowest=lowest, highest=highest)) if lowest else Ages(),
            statuses=(Status(step=rng.choice(steps)),),
            detection=Detection(
                when=When.month(2024 + rng.randrange(2), rng.randrange(1, 13)),
                place=Place(area="ISL" if rare else rng.choice((*AREAS, "unknown"))),
            ),
            episodes=(Episode(forms=tuple(rng.sample(forms, rng.choice((1, 1, 2))))),),
        )


def fill(rng: random.Random) -> list[Any]:
    """An actor per organisation, after all cases are in."""
    from django.db import transaction

    from palermo.actions import accounts
    from palermo.store import rows, saving
    from palermo.store.models import Organisation

    actors = []
    for short, share in SHARES:
        made = accounts.create_organisation(
            f"Invented {short}", short=short, kind="un_mission", invented=True
        )
        cases = invented(made, int(CASES * share), rng)
        prepared = rows.Preparing(made, key=b"bench", sealer=None).all(cases, layout="palermo")
        key = Organisation.objects.get(public_id=made).id
        with transaction.atomic():
            saving.save(prepared, saving.Place(key, None, None, "", datetime.now(UTC)))
        actors.append(accounts.Actor("bench", made, "focal_point"))
    return actors


def filters() -> dict[str, Any]:
    from palermo.actions.cases import CaseFilter

    return {
        "none": CaseFilter(),
        "status": CaseFilter(status="identified"),
        "area": CaseFilter(area="MLI"),
        "area, rare": CaseFilter(area="ISL"),
        "area, none at all": CaseFilter(area="FRA"),
        "month": CaseFilter(detected_from="2024-05", detected_to="2024-05"),
        "year": CaseFilter(detected_from="2025", detected_to="2025"),
        "several": CaseFilter(status="presumed identified", form="begging forced_labour"),
        "arrived": CaseFilter(arrived_from="2026-01-01"),
        "not known": CaseFilter(unknown="place_or_month"),
        "form": CaseFilter(form="forced_labour"),
        "sex": CaseFilter(sex="female"),
        "age group": CaseFilter(age_group="child"),
        "all of them": CaseFilter(
            status="identified",
            area="MLI",
            detected_from="2024-05",
            detected_to="2024-05",
            form="forced_labour",
            sex="female",
        ),
    }


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return (time.perf_counter() - begun) * 1000, result


def paged(actor: Any, chosen: Any, keys: list[str], rng: random.Random) -> tuple[list[float], int]:
    """Milliseconds of each page asked for, each in a random order, and the most queries of one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from palermo.actions import cases

    asked = [{}, {"after": keys[-1]}, {"after": keys[-30]}, {"before": keys[0]}, {"before": keys[-1]}]
    asked += [{rng.choice(("after", "before")): rng.choice(keys)} for _ in range(ASKED)]
    orders = [rng.choice(sorted(cases.SORTS)) for _ in asked]
    took = [
        timed(lambda k=key, s=sort: cases.list_cases(actor, filters=chosen, sort=s, **k))[0]
        for key, sort in zip(asked, orders, strict=True)
    ]
    with CaptureQueriesContext(connection) as queries:
        cases.list_cases(actor, filters=chosen, after=rng.choice(keys))
    return took, len(queries)


def report(actors: list[Any], rng: random.Random) -> None:
    from palermo.actions import cases
    from palermo.store import access

    everything: list[float] = []
    most = 0
    for actor, (short, _) in zip(actors, SHARES, strict=True):
        keys = list(access.cases(actor, "organisation").order_by("-id").values_list("public_id", flat=True))
        print(f"\n{short}: {len(keys):,} cases      median ms   95th ms   queries   count ms")
        for name, chosen in filters().items():
            took, queries = paged(actor, chosen, keys, rng)
            everything += took
            most = max(most, queries)
            counting, _ = timed(lambda a=actor, c=chosen: cases.count_cases(a, filters=c))
            tail = statistics.quantiles(took, n=20)[-1]
            median = statistics.median(took)
            print(f"  {name:24} {median:11.1f} {tail:9.1f} {queries:9} {counting:10.1f}")
    median, tail = statistics.median(everything), statistics.quantiles(everything, n=20)[-1]
    print(f"\nall pages: median {median:.1f} ms (goal {MILLISECONDS}), 95th {tail:.1f} ms,", end=" ")
    print(f"longest {max(everything):.1f} ms; most queries of a page: {most} (goal {QUERIES})")


def browse(organisation: str) -> None:
    """Whole pages, as often as `SEEN`, and what each costs in queries and bytes on the line."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.test.utils import setup_test_environment

    from palermo.actions import accounts

    setup_test_environment()
    made = accounts.create_user("invented", password="a quiet long sentence", checked=False)
    accounts.add_member(made, organisation=organisation, role="focal_point")
    client = Client()
    client.force_login(get_user_model().objects.get(public_id=made))
    print(f"\n{'whole pages':45}  first ms  median ms   ratio   of it processor   queries   KB sent")
    pages = (*PAGES, *OTHERS, *found(client, accounts.Actor(made, organisation, "focal_point")))
    worst = max(seen(client, address, goal=MILLISECONDS) for address in pages)
    counts = max(seen(client, address, goal=COUNTS) for address in COUNTED)
    print(f"worst ratio of a page to {MILLISECONDS} ms: {worst:.2f}; of counts to {COUNTS} ms: {counts:.2f}")


def found(client: Any, actor: Any) -> Iterator[str]:
    """One case, where a number comes from, and a file that waits: pages whose address others lead to."""
    from palermo.actions import drafts

    for address, link in (("/cases", CASE), ("/tables/form_presumed", TRACE)):
        if match := link.search(client.get(address).content.decode()):
            yield unescape(match[1])
    yield f"/imports/drafts/{drafts.keep(actor, DRAFT, invented=True)}"


def seen(client: Any, address: str, *, goal: int) -> float:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first, _ = timed(lambda: client.get(address))
    begun = time.process_time()
    median = statistics.median(timed(lambda: client.get(address))[0] for _ in range(SEEN))
    processor = (time.process_time() - begun) * 1000 / SEEN
    with CaptureQueriesContext(connection) as queries:
        sent = len(gzip.compress(client.get(address).content)) / 1000
    shown = address if len(address) < 45 else f"{address[:42]}..."
    told = f"{first:8.0f} {median:10.1f} {median / goal:7.2f} {processor:17.1f} {len(queries):9} {sent:9.1f}"
    print(f"  {shown:45} {told}")
    return median / goal


def main() -> None:
    home = start()
    try:
        rng = random.Random(1949)
        took, actors = timed(lambda: fill(rng))
        print(f"{CASES:,} invented cases made and stored in {took / 1000:.1f} s")
        report(actors, rng)
        browse(actors[0].organisation_id)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
