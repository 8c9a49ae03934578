"""Does every plot keep the rules of all plots? Words, figures, safety, mirror, nothing outside the sheet."""

import re
from collections import Counter

import pytest

from palermo.codes.languages import language
from palermo.plots import Plot
from tests.plots.pictures import PLOTS, cells, drawn, having, picture, reach

NAMES = sorted(PLOTS)
CODES = ("en", "ar", "zh")
MAPS = {name for name in NAMES if "map" in name or name.startswith(("choropleth", "journey", "place"))}
HOSTILE = '<script>alert(1)</script>" style="x:y" &\x00\x0b KEY- url(#KEY-dots) \ud800'


@pytest.fixture(params=[(name, code) for name in NAMES for code in CODES], ids="-".join)
def plot(request: pytest.FixtureRequest) -> Plot:
    name, code = request.param
    return PLOTS[name](language(code))


def test_has_its_words(plot: Plot) -> None:
    assert plot.title
    assert plot.alt
    assert plot.header
    assert all(len(row) == len(plot.header) for row in plot.rows)
    root = picture(plot)
    assert root.get("role") == "img"
    texts = {each.get("id"): each.text for each in root if each.get("id")}
    assert [texts[name] for name in root.get("aria-labelledby", "").split()] == [plot.title, plot.alt]


def test_holds_nothing_that_a_strict_policy_refuses(plot: Plot) -> None:
    for each in picture(plot).iter():
        assert each.tag.split("}")[1] in {
            *("svg", "title", "desc", "defs", "pattern", "g", "path", "rect", "circle", "line", "text")
        }
        for name, value in each.attrib.items():
            assert name != "style"
            assert not name.startswith("on")
            assert "href" not in name
            assert "://" not in value
            if "url(" in value:
                assert re.fullmatch(r"url\(#[\w-]+\)", value)


def test_every_id_is_used_once_and_every_use_has_an_id(plot: Plot) -> None:
    ids = Counter(each.get("id") for each in picture(plot).iter() if each.get("id"))
    assert max(ids.values()) == 1
    used = set(re.findall(r'="url\(#([^)]+)\)"', plot.svg))
    assert used <= set(ids)


def test_every_number_in_the_picture_is_in_the_table(plot: Plot) -> None:
    bare = {re.sub("[\u2066-\u2069]", "", cell) for cell in cells(plot)}
    for each in having(plot, "value"):
        assert re.sub("[\u2066-\u2069]", "", each.text or "") in bare


def test_nothing_is_outside_the_sheet(plot: Plot) -> None:
    root = picture(plot)
    left, top, wide, high = map(float, root.get("viewBox", "").split())
    for each, scale in drawn(root):
        for x, y in reach(each, scale):
            assert left - 1.5 <= x <= wide + 1.5, (each.tag, each.attrib, each.text)
            assert top - 1.5 <= y <= high + 1.5, (each.tag, each.attrib, each.text)


def test_same_figures_give_the_same_picture(plot: Plot, request: pytest.FixtureRequest) -> None:
    name, code = request.node.callspec.params["plot"]
    assert PLOTS[name](language(code)) == plot


def test_two_plots_on_a_page_share_no_id() -> None:
    made = [PLOTS[name](language("en")).svg for name in NAMES]
    ids = Counter(found for svg in made for found in set(re.findall(r' id="([^"]+)"', svg)))
    assert [each for each, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("name", sorted(set(NAMES) - MAPS - {"nothing"}))
def test_mirrored_from_right_to_left(name: str) -> None:
    plain, mirrored = (PLOTS[name](language(code)) for code in ("en", "ar"))
    bodies = [
        sorted(
            (
                round(abs(side - float(each.get("x", "0")) - at * float(each.get("width", "0"))), 1),
                each.get("y"),
            )
            for each in picture(plot).iter()
            if each.get("class") in ("bar", "bar-0", "bar-1", "block", "total")
        )
        for plot, side, at in ((plain, 0.0, 0), (mirrored, 720.0, 1))
    ]
    assert len(bodies[0]) == len(bodies[1])
    assert all(abs(a[0] - b[0]) < 1 for a, b in zip(*bodies, strict=True))


@pytest.mark.parametrize("name", sorted(MAPS))
def test_maps_are_never_mirrored(name: str) -> None:
    land = [
        re.findall(r'<path d="([^"]+)" fill="#e9edf0"', PLOTS[name](language(code)).svg)
        for code in ("en", "ar")
    ]
    assert land[0] == land[1]
    assert land[0]


def test_figures_keep_their_order_in_arabic() -> None:
    plot = PLOTS["bars"](language("ar"))
    texts = [each.text for each in having(plot, "value")]
    assert texts[:2] == ["\u20661\u00a0352\u2069", "\u2066<5\u2069"]
    assert plot.rows[1][1] == "\u2066<5\u2069"


def test_hostile_labels_are_only_text() -> None:
    from palermo.plots import bars, flow, pyramid, trend, upset

    made = [
        bars([(HOSTILE, 3)], title=HOSTILE, unit=HOSTILE, note=HOSTILE),
        trend({HOSTILE: [(HOSTILE, 3), ("x", 4)], "other": [("x", 1)]}, title=HOSTILE, unit=HOSTILE),
        pyramid([(HOSTILE, 1, 2)], title=HOSTILE, left=HOSTILE, right=HOSTILE, unit=HOSTILE),
        flow([(HOSTILE, HOSTILE, 2)], title=HOSTILE, from_name=HOSTILE),
        upset({(HOSTILE, "b"): 2}, title=HOSTILE, unit=HOSTILE),
    ]
    for plot in made:
        tags = {each.tag.split("}")[1] for each in picture(plot).iter()}
        assert "script" not in tags
        assert not any("style" in each.attrib for each in picture(plot).iter())
        assert "<script" not in plot.svg


def test_nothing_to_show_says_so_kindly() -> None:
    plot = PLOTS["nothing"](language("en"))
    assert plot.rows == ()
    assert "Nothing to show" in plot.alt
    assert "Nothing to show" in "".join(picture(plot).itertext())
