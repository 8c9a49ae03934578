"""Is what is drawn in proportion to the figures? Laws of each plot, for any figures."""

import math
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.codes.languages import language
from palermo.plots import bars, choropleth, flow, flow_map, pyramid, sparkline, trend, upset
from palermo.plots.flows import fold, totals
from palermo.plots.legends import bounds, steps_of
from palermo.plots.widths import estimate, shortened, width, wrapped
from tests.plots.pictures import having, number, picture, points

COUNTS = st.integers(0, 10**7)
LABELS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
ROWS = st.lists(st.tuples(LABELS, st.one_of(COUNTS, st.none(), st.just("<5"))), min_size=1, max_size=12)
LANGUAGES = st.sampled_from(["en", "ar", "zh"]).map(language)
PLACES = st.sampled_from("ABCDEFG")
FLOWS = st.lists(st.tuples(PLACES, PLACES, st.integers(1, 10**5)), min_size=1, max_size=20)


@given(ROWS, LANGUAGES)
def test_bars_are_in_proportion_and_begin_at_one_line(rows: list, to: object) -> None:
    plot = bars(rows, title="t", language=to)
    counts = [value for _, value in rows if isinstance(value, int) and value]
    drawn = having(plot, "bar")
    assert len(drawn) == len(counts)
    begins = {number(each, "x") + (number(each, "width") if to.right_to_left else 0) for each in drawn}
    assert max(begins, default=0) - min(begins, default=0) <= 0.2
    for each, count in zip(drawn, counts, strict=True):
        longest = max(number(one, "width") for one in drawn)
        assert number(each, "width") == pytest.approx(longest * count / max(counts), abs=0.11)
    assert len(plot.rows) == len(rows)


@given(st.lists(st.one_of(st.none(), COUNTS), min_size=1, max_size=12))
def test_a_line_breaks_where_a_period_is_not_known(values: list[int | None]) -> None:
    plot = trend({"a": [(str(at), value) for at, value in enumerate(values)]}, title="t")
    (line,) = having(plot, "line")
    runs = sum(v is not None and (at == 0 or values[at - 1] is None) for at, v in enumerate(values))
    assert line.get("d", "").count("M") == runs
    known = [value for value in values if value is not None]
    heights = [-y for _, y in points(line.get("d", ""))]
    for (a, one), (b, two) in zip(
        zip(known, heights, strict=True), list(zip(known, heights, strict=True))[1:], strict=False
    ):
        assert (a < b) <= (one <= two + 0.1)
    assert len(sparkline([("a", 1)], title="t").rows) == 1


@given(st.lists(st.tuples(st.text("abc", max_size=3), COUNTS, COUNTS), min_size=1, max_size=9), LANGUAGES)
def test_both_sides_of_a_pyramid_have_one_scale(rows: list, to: object) -> None:
    plot = pyramid(rows, title="t", left="l", right="r", language=to)
    values = [value for row in reversed(rows) for value in row[1:] if value]
    drawn = [each for each in picture(plot).iter() if each.get("class") in ("bar-0", "bar-1")]
    assert len(drawn) == len(values)
    scales = {
        number(each, "width") / value
        for each, value in zip(drawn, values, strict=True)
        if number(each, "width") > 20
    }
    assert max(scales, default=1) <= min(scales, default=1) * 1.01


@given(FLOWS, st.integers(2, 6))
def test_folding_loses_nothing(flows: list, most: int) -> None:
    folded = fold(flows, most=most, other="rest")
    assert sum(n for _, _, n in folded) == sum(n for _, _, n in flows)
    assert all(len(totals(folded, side=side)) <= most for side in (0, 1))
    assert len({(a, b) for a, b, _ in folded}) == len(folded)


@given(FLOWS, LANGUAGES)
def test_ribbons_fill_their_blocks(flows: list, to: object) -> None:
    plot = flow(flows, title="t", language=to, most=5)
    blocks = {
        (number(each, "x"), round(number(each, "y"), 1)): number(each, "height")
        for each in having(plot, "block")
    }
    together = sum(blocks.values()) / 2
    spans: dict[str, float] = defaultdict(float)
    for ribbon in having(plot, "ribbon"):
        corners = list(points(ribbon.get("d", "")))
        spans["left"] += corners[-1][1] - corners[0][1]
        spans["right"] += corners[4][1] - corners[3][1]
    slack = 0.15 * (len(blocks) + len(flows)) + 0.1
    assert spans["left"] == pytest.approx(together, abs=slack)
    assert spans["right"] == pytest.approx(together, abs=slack)


@given(
    st.dictionaries(
        st.frozensets(PLACES, min_size=1, max_size=4), st.integers(1, 1000), min_size=1, max_size=8
    )
)
def test_columns_of_sets_are_in_proportion(sets: dict) -> None:
    plot = upset(sets, title="t")
    heights = [number(each, "height") for each in having(plot, "bar")]
    counts = sorted(sets.values(), reverse=True)
    assert heights == pytest.approx([heights[0] * count / counts[0] for count in counts], abs=0.11)
    assert len(having(plot, "dot")) == sum(map(len, sets))


@given(st.lists(COUNTS.filter(bool), min_size=1, max_size=30))
def test_steps_of_a_legend_cover_all_and_rise(counts: list[int]) -> None:
    begins = bounds(sorted(counts))
    assert list(begins) == sorted(set(begins))
    assert len(begins) <= 5
    steps = steps_of(counts)
    order = [steps.counts.index(steps.of(count)) for count in sorted(counts)]
    assert order == sorted(order)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_arcs_are_as_wide_as_their_count(one: int, two: int) -> None:
    plot = flow_map([("SDN", "LBY", one), ("SDN", "EGY", two)], title="t")
    widths = sorted(number(each, "stroke-width") for each in having(plot, "arc"))
    least = max(1.4, 9 * min(one, two) / max(one, two))
    assert widths == pytest.approx([min(least, 9), 9], abs=0.06)


@pytest.mark.parametrize("bad", [-1, math.nan, math.inf])
def test_a_figure_that_is_none_is_refused(bad: float) -> None:
    for make in (lambda: bars([("a", bad)], title="t"), lambda: choropleth({"SDN": bad}, title="t")):
        with pytest.raises(ProblemWithInput, match="PLOTS-001"):
            make()


@given(LABELS, st.floats(20, 300))
def test_wrapped_text_fits_its_room(text: str, room: float) -> None:
    lines = wrapped(text, size=12, room=room)
    assert 1 <= len(lines) <= 2
    for line in lines:
        assert width(line, size=12) <= room or len(line) <= 2
    assert shortened("abc", size=12, room=1000) == "abc"


def test_widths_need_no_letters(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from palermo.plots import widths

    monkeypatch.setattr(widths, "FONTS", tmp_path)
    widths._letters.cache_clear()
    widths.width.cache_clear()
    assert widths.width("Sudan", size=10) == pytest.approx(estimate("Sudan") * 10)
    widths._letters.cache_clear()
    widths.width.cache_clear()
