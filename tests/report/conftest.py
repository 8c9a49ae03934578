"""What do the tests of the tables share? The plain reference, and generated rows."""

import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import strategies as st

from palermo.cases import Counted, counted
from palermo.cases.counting import VICTIMS
from palermo.cases.examples import Mission, invented_mission

ON = date(2026, 11, 1)


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    path = Path(__file__).parent / "reference.py"
    spec = spec_from_file_location("report_reference", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules["report_reference"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def mission() -> Mission:
    return invented_mission(seed=1949, cases=1200)


@pytest.fixture(scope="session")
def mission_rows(mission: Mission) -> list[Counted]:
    return [counted(case) for case in mission.cases]


AREAS = st.sampled_from(["IRQ", "SYR", "NGA", "NER", "TUR", "TWN", "unknown", "undetermined"])
ORIGINS = st.one_of(AREAS, st.sampled_from(["stateless", "nationals", "foreign", "abroad", "several"]))
FORMS = {"sexual_slavery": "sexual", "forced_labour": "labour", "begging": "other", "armed_combat": "other"}


def several(codes: st.SearchStrategy[str], least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(codes, min_size=least, max_size=3, unique=True).map(tuple)


@st.composite
def counted_rows(draw: st.DrawFn) -> list[Counted]:
    """Rows of generated cases: few codes, so that cells hold several cases, and every odd one among them."""
    size = draw(st.integers(0, 25))
    return [draw(_row(number)) for number in range(size)]


@st.composite
def _row(draw: st.DrawFn, number: int) -> Counted:
    forms = draw(st.one_of(st.just(("unknown",)), several(st.sampled_from(sorted(FORMS)))))
    mapped = tuple(dict.fromkeys(FORMS[form] for form in forms if form in FORMS)) or ("unknown",)
    citizenships = draw(several(ORIGINS))
    stage = st.sampled_from(["recruitment", "exploitation"])
    link = st.sampled_from(["armed_group", "none", "unknown"])
    conflict = st.tuples(stage, link).map(":".join)
    return Counted(
        case=f"{number:032x}",
        organisation=draw(st.sampled_from(["a" * 32, "b" * 32])),
        person=draw(st.sampled_from([f"{number:032x}", "f" * 32, "e" * 32])),
        standing=draw(
            st.sampled_from(["detected_victims"] * 4 + [*VICTIMS[1:], "proxy", "in_state_return", "at_risk"])
        ),
        year=draw(st.sampled_from([2024, 2025, None])),
        area=draw(AREAS),
        sex=draw(st.sampled_from(["female", "male", "other", "unknown"])),
        age_group=draw(st.sampled_from(["child", "adult", "unknown"])),
        stateless="stateless" in citizenships or (draw(st.booleans()) and draw(st.booleans())),
        citizenships=citizenships,
        forms=forms,
        portal_forms=mapped,
        repatriation=draw(several(AREAS, least=0).map(lambda codes: codes[:1])),
        displacement=draw(st.sampled_from(["refugee", "resident", "unknown"])),
        conflict=draw(st.one_of(st.just(("unknown",)), several(conflict))),
        party_types=draw(several(st.sampled_from(["armed_group", "militia", "unknown"]))),
        recruited_in=("unknown",),
        exploited_in=("unknown",),
        in_return=draw(st.sampled_from(["yes", "no", "unknown"])),
        routes=draw(several(st.tuples(AREAS, AREAS).map(">".join))),
    )
