import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.messages import sms_text
from services.notifications.segments import parts, plain


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two septets each
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the € would be cut at 153: it goes to the second whole
        ("ک" * 70, 1),
        ("ک" * 71, 2),
        ("ک" * 134, 2),
        ("ک" * 135, 3),
        ("😀" * 35, 1),  # a surrogate pair each
        ("😀" * 36, 2),
        ("ک" * 66 + "😀" + "ک" * 66, 3),  # the pair is not cut at 67
        ("a" * 70 + "ک", 2),
        ("€" * 66 + "ک" * 4, 1),  # one unit each, beside what is not GSM-7
        ("`" * 70, 1),  # no GSM-7 character
        ("`" * 71, 2),
    ],
)
def test_how_many_sms(text, count):
    assert parts(text) == count


@given(st.text(max_size=400), st.text(max_size=50))
def test_more_text_is_never_fewer_sms(text, more):
    assert 1 <= parts(text) <= parts(text + more)


@given(st.text(alphabet=st.characters(min_codepoint=0x600, max_codepoint=0x6FF), min_size=71, max_size=700))
def test_urdu_takes_67_in_each(text):
    assert parts(text) == -(-len(text) // 67)


def test_typography_does_not_make_a_text_longer_than_it_is():
    assert parts("5:30\u202fPM – don’t be late" + "a" * 100) == 2
    assert parts(plain("5:30\u202fPM – don’t be late" + "a" * 100)) == 1


@pytest.mark.parametrize("body", ["x" * 1600, "ہ" * 1700, "😀" * 801, "a" * 1598 + "😀😀", "word " * 400])
def test_no_sms_is_longer_than_carriers_take_and_its_link_is_whole(body):
    link = "https://rabta.example.pk/v1/m/x"
    for address in (None, link):
        said = sms_text(body, address)
        assert len(said.encode("utf-16-le")) // 2 <= 1600
        assert said.endswith(f"\n{link}" if address else said[-1])
        assert said == sms_text(said, None), "what is short enough stays as it is"
    assert parts(sms_text("ہ" * 2000, link)) == 24
