"""Numbers in the reader's language: as babel writes them, for every number, without the little that
sums of parts are wrong by."""

import pytest
from babel.numbers import format_decimal, format_percent
from hypothesis import example, given
from hypothesis import strategies as st

from pages.shared import i18n

NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12), st.decimals(-1000, 1000, places=3)
)


@given(NUMBERS, st.integers(0, 3), st.sampled_from(["fr", "en"]))
@example(2.675, 2, "fr")
@example(-0.4, 0, "en")
@example(0.125, 2, "en")
@example(1234.5, 0, "fr")
@example(1e-7, 3, "en")
def test_a_number_is_as_babel_writes_it(value, decimals, lang):
    meant = round(float(value), decimals + 6) + 0.0  # a zero has no minus
    share = round(float(value), decimals + 8) + 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    assert i18n.number(value, decimals, lang) == format_decimal(meant, pattern, lang)
    sign = "\u202f%" if lang == "fr" else "%"
    assert i18n.percent(value, decimals, lang) == format_percent(share, pattern + sign, lang)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_missing_is_no_number(value):
    assert i18n.number(value) == i18n.percent(value) == i18n.NONE


def test_a_sum_that_falls_short_of_a_half_is_written_as_the_half():
    for short, half in ((0.7499999999, 0.75), (0.1 + 0.7 - 0.05, 0.75), (2.2499999999, 2.25)):
        assert i18n.number(short, 1, "fr") == i18n.number(half, 1, "fr")
    assert i18n.percent(0.1249999999999, 0, "en") == i18n.percent(0.125, 0, "en")
    assert i18n.number(0.7499, 1, "en") == "0.7", "less by more than a computer is wrong by"


def test_by_hand():
    assert i18n.number(1234567.25, 1, "fr") == "1\u202f234\u202f567,2"
    assert i18n.number(-1234.5, 1, "en") == "-1,234.5"
    assert i18n.percent(0.1234, 1, "fr") == "12,3\u202f%"
