"""Anybody may send us a mail: it is read or passed over, and none keeps us busy."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schoolbus.body import Raw
from schoolbus.problems import Problem
from services.notifications import open_links
from services.notifications.carriers.reports import LONGEST, Answer, Receipt
from services.notifications.mailing import inbound, incoming
from services.notifications.mailing.incoming import _shown as shown
from tests.fuzz.anything import can_be_kept, spoilt, texts
from tests.notifications.conftest import SECRETS

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECRET = "s" * 32
ATTEMPT = "0f8fad5b-d9cb-469f-a165-70867728950e.1"
TO_US = f"bounces+{open_links.attempt_code(SECRET, ATTEMPT)}@school.pk"
HEAD = b"From: Imran <imran@example.org>\r\nTo: school@school.pk\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
PAGE = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
OURS = b"<0f8fad5b-d9cb-469f-a165-70867728950e@school.pk>"
ANSWER = b"\r\n".join(
    [
        HEAD.rstrip() + b"\r\nIn-Reply-To: " + OURS,
        *(b"Content-Type: multipart/mixed; boundary=b", b"", b"--b"),
        *(b"Content-Type: multipart/alternative; boundary=c", b"", b"--c"),
        *(b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: quoted-printable", b""),
        *(b"She is ill =D9=85=", b"", b"> you wrote", b"--c", b"Content-Type: text/html", b""),
        *(b"<p>She is ill<br><blockquote>you wrote</blockquote>", b"--c--", b"--b"),
        *(b"Content-Type: image/png; name*0*=utf-8''%D9%85; name*1=x", b"Content-Transfer-Encoding: base64", b""),
        *(b"iVBORw0KGgo=", b"--b--", b""),
    ]
)
BOUNCE = b"\r\n".join(
    [
        *(b"From: MAILER-DAEMON@example.org", b"To: " + TO_US.encode()),
        *(b"Content-Type: multipart/report; boundary=b; report-type=delivery-status", b"", b"--b"),
        *(b"Content-Type: message/delivery-status", b"", b"Reporting-MTA: dns; example.org", b""),
        *(b"Final-Recipient: rfc822; imran@example.org", b"Action: failed", b"Status: 5.1.1"),
        *(b"Diagnostic-Code: smtp; 550 no <imran@example.org>", b"", b"--b--", b""),
    ]
)
WORDS = (
    *(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"--b--\r\n",
        b"\r\n\r\n",
    ),
    *(
        b"=?utf-8?b?2Y4=?=",
        b"=?x?q?=80?=",
        b"charset=nonsense",
        b"charset=utf-7",
        b"base64",
        b"x-uuencode",
        b"<blockquote>",
        b"(" * 400,
    ),
    *(b"\xd9\x85", b"a@b.c, ", b"<", b">", b"; a*0*=b", b"\0", b"Action: ", b"Status: 9.9.9"),
)


@given(
    spoilt(ANSWER, *WORDS) | spoilt(BOUNCE, *WORDS) | spoilt(PAGE + b"<p>Yes</p>", *WORDS) | st.binary(max_size=300), texts()
)
@example(ANSWER, "")
@example(BOUNCE, "")
def test_any_mail_is_read_or_passed_over(raw: bytes, recipient: str) -> None:
    told = inbound._read(Raw(raw, {}, {"recipient": recipient}), Settings)
    assert told is None or can_be_kept(told)
    if isinstance(told, Answer):
        assert told.address
        assert len(told.text) <= LONGEST
    if isinstance(told, Receipt):
        assert told.attempt_id == ATTEMPT


@given(texts(), st.dictionaries(st.sampled_from(["authorization", "x"]), texts()))
def test_without_the_servers_token_nothing_is_taken(body: str, headers: dict[str, str]) -> None:
    latin = {name: value.encode("utf-8", "replace").decode("latin-1") for name, value in headers.items()}
    with pytest.raises(Problem):
        inbound.take(None, Settings, Raw(body.encode(errors="replace"), latin, {}))


@given(st.lists(st.text(alphabet="ab \n", min_size=1, max_size=8), max_size=8))
def test_of_a_page_all_that_is_shown_is_read(said: list[str]) -> None:
    page = "".join(f"<p class=x>{each}</p><blockquote><div>no</div><blockquote>no</blockquote></blockquote>" for each in said)
    assert shown(page).split() == " ".join(said).split()


MUCH = 1_000_000
HOSTILE = {
    "style": PAGE + b"<style" * (MUCH // 6),
    "styles": PAGE + b"<style>" * (MUCH // 7),
    "tags": PAGE + b"<br " * (MUCH // 4),
    "angles": PAGE + b"<" * MUCH,
    "senders": HEAD.replace(b"imran@", b"a@b.c, " * (MUCH // 7)) + b"\r\nhello",
    "recipients": b"Delivered-To: " + b"a@b.c, " * (MUCH // 7) + b"\r\n" + ANSWER,
    "comments": b"Delivered-To: " + b"(" * MUCH + b"\r\n" + ANSWER,
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a=b" * (MUCH // 5) + b"\r\n\r\nhello",
    "references": b"References: " + b"<a@b> " * (MUCH // 6) + b"\r\n" + ANSWER,
    "encoded": b"References: " + b"=?utf-8?q?a?= " * (MUCH // 14) + b"\r\n" + ANSWER,
    "reason": BOUNCE.replace(b"550 no", b"a" * MUCH),
    "parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * (MUCH // 7),
    "costly": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--b\r\nContent-Type: text/plain" + b"; a=b" * 400 + b"\r\n\r\n") * 95,
    "nested": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(300))
    + b"\n" * MUCH,
    "lines": HEAD + b"\r\n" + b"\n" * MUCH,
}


@pytest.mark.timeout(60)  # each is read in a moment, or would take hours: what is made to grow with the square of its length
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_none_keeps_us_busy(raw: bytes) -> None:
    told = inbound._read(Raw(raw, {}, {}), Settings)
    assert told is None or can_be_kept(told)


class Settings:
    link_secret, mail_inbound_token = SECRET, SECRETS["MAIL_INBOUND_TOKEN"]


def test_the_bounce_and_the_answer_of_these_tests_are_good() -> None:
    receipt, answer = incoming.read(BOUNCE, "", SECRET, AT), incoming.read(ANSWER, "", SECRET, AT)
    assert isinstance(receipt, Receipt)
    assert receipt.reason == "5.1.1: 550 no …"
    assert isinstance(answer, Answer)
    assert len(answer.files) == 1
