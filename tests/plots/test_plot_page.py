"""Is a plot on a page never alone? Figure, caption, picture, note and the figures as a table, all escaped."""

import re

from django.template.loader import render_to_string

from palermo.codes.languages import language
from palermo.plots import bars, choropleth

HOSTILE = '<img src=x onerror="alert(1)">'


def page(**given: object) -> str:
    return render_to_string("palermo/plot.html", given)


def test_picture_words_and_table() -> None:
    plot = bars([("Men", 12), ("Women", "<5")], title="Persons by sex", unit="Persons", column="Sex")
    html = page(plot=plot)
    assert html.count("<svg") == 1
    assert re.search(
        r"<figure.*<figcaption[^>]*>.*Persons by sex.*</figcaption>.*<svg.*</figure>", html, re.S
    )
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 2
    assert "&lt;5" in html
    assert re.search(r"<caption[^>]*>Persons by sex</caption>", html)
    assert "style=" not in html
    assert "<script" not in html


def test_a_note_is_printed_under_a_map() -> None:
    html = page(plot=choropleth({"SDN": 3}, title="Where"))
    assert re.search(r"<p[^>]*>[^<]*do not imply official endorsement", html)


def test_hostile_words_stay_words() -> None:
    html = page(plot=bars([(HOSTILE, 3)], title=HOSTILE, unit=HOSTILE, note=HOSTILE))
    assert "<img" not in html


def test_nothing_to_show_has_no_table() -> None:
    html = page(plot=bars([], title="Persons", language=language("en")))
    assert "<details" not in html
    assert "Nothing to show" in html
