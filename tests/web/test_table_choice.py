"""Does a list of choices keep its groups, and the one that was chosen?"""

from palermo.web.forms import Select

CHOICES = [("", "All tables"), ("Documented", [("form", "By form <of>"), ("area", "By area")])]


def test_groups_are_groups_and_the_chosen_is_chosen() -> None:
    html = Select(choices=CHOICES).render("table", "form")
    assert '<option value="">All tables</option><optgroup label="Documented">' in html
    assert '<option value="form" selected>By form &lt;of&gt;</option><option value="area">By area' in html
    assert html.count(" selected") == 1
