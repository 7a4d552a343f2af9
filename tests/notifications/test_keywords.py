"""A word that stops, starts, helps or confirms: whole messages alone, however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.talking.keywords import WORDS, Keyword, keyword

LISTED = [(words, each) for each, languages in WORDS.items() for listed in languages.values() for words in listed.split(", ")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("STOP", Keyword.STOP),
        ("  stop!! 1", Keyword.STOP),
        ("Stoppp.", Keyword.STOP),
        ("sotp", Keyword.STOP),
        ("UNSUBSCRIBE", Keyword.STOP),
        ("بند", Keyword.STOP),
        ("بند۔", Keyword.STOP),
        ("بند كر ديں", Keyword.STOP),  # typed on an Arabic keyboard
        ("Band kro", Keyword.STOP),
        ("bnd kr do", Keyword.STOP),
        ("start 🙂", Keyword.START),
        ("شروع", Keyword.START),
        ("shuro kro", Keyword.START),
        ("Hlep", Keyword.HELP),
        ("مدد!", Keyword.HELP),
        ("maddad", Keyword.HELP),
        ("OK", Keyword.READ),
        ("Jee", Keyword.READ),
        ("prh lia", Keyword.READ),
        ("پڑھ لیا", Keyword.READ),
        ("پڑھ ليا 👍", Keyword.READ),
        ("ok 5", None),
        ("5", None),
        ("", None),
        ("Please stop giving so much homework", None),
        ("band karo ye homework", None),
        ("Stop by tomorrow", None),
        ("shop", None),
        ("step", None),
        ("ok but she is ill", None),
        ("band baja", None),
        ("[image]", None),
    ],
)
def test_what_somebody_typed(text, wanted):
    assert keyword(text) is wanted


@given(
    st.sampled_from(LISTED),
    st.text(" .!?…-\n\t👍", max_size=4),
    st.text(" .!?…-\n\t👍", max_size=4),
    st.sampled_from([str.upper, str.title, str.lower]),
)
def test_every_listed_word_however_it_stands(listed, before, after, case):
    words, wanted = listed
    assert keyword(f"{before}{case(words)}{after}") is wanted


@given(st.sampled_from(LISTED), st.sampled_from(["homework", "Ayesha", "کل", "kal", "bukhar", "چھٹی"]), st.booleans())
def test_with_a_word_more_it_is_a_sentence(listed, more, first):
    text = f"{more} {listed[0]}" if first else f"{listed[0]} {more}"
    assert keyword(text) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read(text):
    assert keyword(text) in (None, *Keyword)
