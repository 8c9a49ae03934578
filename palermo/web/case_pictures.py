"""What of a case can be seen better than read? Its time and its journey, as plots.

Both show what the role reaches: a sealed day is a month, a sealed place an area. Legs without an area at
both ends are named in the list in time, not on the map.
"""

from datetime import date

from django.utils.translation import gettext as _

from palermo.cases import Case, When
from palermo.plots import Plot, Span, journey_map, timeline
from palermo.web import maps, words
from palermo.web.glance import Moment

LOOKS = {"episode": 0, "leg": 2, "detection": 1, "status": 3, "referral": 4}


def in_time(moments: tuple[Moment, ...]) -> Plot | None:
    """All moments that have a time; None where there is none."""
    if not any(one.when for one in moments):
        return None
    spans = [
        Span(
            text=one.name,
            begins=_days(one.when),
            ends=_days(one.until) or (_days(one.when) if one.kind == "episode" else None),
            look=LOOKS[one.kind],
        )
        for one in moments
    ]
    note = _("Pale: between these days, not known more exactly.")
    return timeline(spans, title=_("The case in time"), note=note, language=words.reader())


def journey(case: Case) -> Plot | None:
    """The legs between areas, in their order; None where the record tells of no way between areas."""
    known = [(leg.origin.area, leg.destination.area) for one in case.episodes for leg in one.journey]
    legs = [leg for leg in known if all(map(words.is_area, leg))]
    if not legs:
        return None
    return journey_map(legs, title=_("The journey"), boundaries=maps.official(), language=words.reader())


def _days(when: When | None) -> tuple[date, date] | None:
    return (when.earliest, when.latest) if when else None
