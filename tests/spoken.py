"""What does a language say? Texts that are printed in it, for the laws of right-to-left."""

from datetime import date, datetime

from hypothesis import strategies as st

from palermo.codes.languages import Language

ARABIC = Language("ar", str, right_to_left=True)
"""Arabic without its catalogue, so that a law does not hang on a translation."""
CODES = st.text("ABCXYZabc0123456789/-_.:", min_size=1, max_size=12)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


def bare(text: str) -> str:
    """The text without the invisible marks."""
    return "".join(sign for sign in text if sign not in "\u2066\u2067\u2069")


@st.composite
def latin(draw: st.DrawFn) -> str:
    """A number, a range, a mark or a code, as Arabic prints it: from left to right in itself."""
    number = draw(st.integers(-(10**9), 10**9) | st.floats(-(10**6), 10**6))
    one = draw(st.integers(0, 3000))
    other = draw(st.none() | st.integers(one, 4000))
    return draw(
        st.sampled_from(
            [
                ARABIC.number(number),
                ARABIC.below(one),
                ARABIC.interval(one, other),
                ARABIC.isolated(draw(CODES)),
                ARABIC.isolated(f"1 352 {draw(CODES)}"),
            ]
        )
    )


@st.composite
def dated(draw: st.DrawFn) -> str:
    """A day, a month or a moment, as Arabic prints it: from right to left in itself."""
    on = draw(DAYS)
    at = datetime(on.year, on.month, on.day, draw(st.integers(0, 23)), draw(st.integers(0, 59)))  # noqa: DTZ001
    return draw(st.sampled_from([ARABIC.day(on), ARABIC.month(on), ARABIC.instant(at)]))
