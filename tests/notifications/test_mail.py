"""E-mail through a real server, what comes back from it, and the one click that ends it."""

import email
import email.policy
import uuid
from datetime import UTC, datetime

import pytest
import requests

from services.notifications import open_links, receipts
from services.notifications.carriers.mail import Mail, as_mail
from services.notifications.carriers.reports import Answer, Receipt
from services.notifications.mailing import incoming
from services.notifications.opting import opt_outs, unsubscribe
from services.notifications.settings import Sending
from services.notifications.states import State
from tests.notifications.conftest import SECRETS
from tests.notifications.kept import handed_over, message, state, store
from tests.notifications.schools import School
from tests.support import people
from tests.support.exim import Exim
from tests.support.waiting import eventually

__all__ = ["store"]
SECRET = SECRETS["LINK_SECRET"]
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def exim():
    started = Exim()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def carrier(exim):
    return Mail(sending(smtp_url=exim.url, mail_bounces="bounces@school.test"))


def sending(**more):
    known = {
        "public_url": "https://rabta.test",
        "link_secret": SECRET,
        "sms_api_url": "http://127.0.0.1:9",
        "sms_account_sid": "",
        "sms_auth_token": "",
        "sms_sender": "",
        "whatsapp_api_url": "http://127.0.0.1:9",
        "whatsapp_phone_number_id": "",
        "whatsapp_access_token": "",
        "smtp_url": "smtp://127.0.0.1:9",
        "mail_from": "Rabta <school@school.test>",
    }
    return Sending(**{**known, **more})


def mailed(store, carrier, address, **more):
    return handed_over(store, carrier, channel="email", address=address, **more)


def bounced(exim, code):
    """The mail that came back to the address with this code."""
    for raw in exim.received("bounces"):
        if f"bounces+{code}@school.test".encode() in raw:
            return raw
    raise AssertionError("nothing came back yet")


def arrived(exim, id):
    return next((mail for mail in exim.received("mother") if id.encode() in mail), None)


# Through a real server


def test_a_mail_arrives_with_all_that_a_signature_covers(store, carrier, exim):
    words = "عائشہ کو نیا ہوم ورک ملا ہے۔"
    made = mailed(store, carrier, "mother@home.test", language="ur", body=words, calendar="BEGIN:VCALENDAR")
    raw = eventually(lambda: arrived(exim, made))
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Message-ID"] == f"<{made}@school.test>"
    assert mail["From"] == "Rabta <school@school.test>"
    assert mail["Return-Path"] == f"<bounces+{open_links.attempt_code(SECRET, f'{made}.1')}@school.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip() == f"<{unsubscribe.address('https://rabta.test', SECRET, made)}>"
    assert raw.isascii()
    encodings = {part["Content-Transfer-Encoding"] for part in mail.walk() if not part.is_multipart()}
    assert encodings <= {"quoted-printable", "base64"}
    assert words in mail.get_body(("plain",)).get_content()
    page = mail.get_body(("html",)).get_content()
    assert '<html lang="ur" dir="rtl">' in page
    assert "اس اسکول سے مزید ای میل نہیں چاہیے" in page
    assert [part.get_filename() for part in mail.iter_attachments()] == ["meeting.ics"]


def test_what_comes_back_marks_its_own_message_as_failed(store, carrier, exim):
    lost, fine = (mailed(store, carrier, address) for address in ("nobody@home.test", "mother@home.test"))
    raw = eventually(lambda: bounced(exim, open_links.attempt_code(SECRET, f"{lost}.1")))
    told = incoming.read(raw, "", SECRET, NOW)
    assert isinstance(told, Receipt)
    receipts.apply(store, told)
    assert (state(store, lost), state(store, fine)) == ("failed", "sent")
    reason = store.messages.collection.find_one({"_id": lost})["reason"]
    assert reason.startswith("5.")
    assert "nobody@home.test" not in reason


# Read


def report(action, status, words, to):
    return "\r\n".join(
        [
            "From: Mail Delivery System <mailer-daemon@home.test>",
            f"To: {to}",
            "Subject: Delivery Status",
            "Message-ID: <x@home.test>",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "MIME-Version: 1.0",
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "Sorry.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; home.test",
            "",
            "Final-Recipient: rfc822; nobody@home.test",
            f"Action: {action}",
            f"Status: {status}",
            f"Diagnostic-Code: smtp; {words}",
            "",
            "--b--",
            "",
        ]
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "words", "told"),
    [
        ("failed", "5.1.1", "550 5.1.1 <nobody@home.test>: no such user", (State.FAILED, "5.1.1: 550 5.1.1 …: no such user")),
        ("Failed", "5.2.2 (over quota)", "552 mailbox full", (State.FAILED, "5.2.2: 552 mailbox full")),
        ("delayed", "4.4.1", "later", None),
        ("delivered", "2.0.0", "250 ok", (State.DELIVERED, None)),
        ("relayed", "2.0.0", "250 ok", None),
        ("failed", "what", "", (State.FAILED, "5.0.0")),
    ],
)
def test_reports_as_servers_write_them(action, status, words, told):
    id = f"{uuid.uuid4()}.3"
    to = f"bounces+{open_links.attempt_code(SECRET, id)}@school.test"
    found = incoming.read(report(action, status, words, to), "", SECRET, NOW)
    assert (found and (found.state, found.reason)) == told
    upper = incoming.read(report(action, status, words, "x@y"), to.upper(), SECRET, NOW)  # servers that change case
    assert upper == found


def test_a_report_to_an_address_that_is_not_ours_says_nothing():
    code = open_links.attempt_code("another-secret-0123456789-0123456789", str(uuid.uuid4()))
    assert incoming.read(report("failed", "5.1.1", "no", f"bounces+{code}@school.test"), "", SECRET, NOW) is None


def reply(text, **headers):
    known = {"From": "Mother <G1@Example.PK>", "Message-ID": "<a1@example.pk>", "Content-Type": 'text/plain; charset="utf-8"'}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in {**known, **headers}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + text).encode()


def test_an_answer_is_what_they_wrote_themselves():
    id = str(uuid.uuid4())
    raw = reply(
        "شکریہ!\nShe will.\n\nOn Thu, 26 Nov 2026 Rabta wrote:\n> Ayesha has new homework",
        In_Reply_To=f"<{id}@school.test>",
    )
    told = incoming.read(raw, "school@school.test", SECRET, NOW)
    assert told == Answer("<a1@example.pk>", "email", "g1@example.pk", "شکریہ!\nShe will.", NOW, f"<{id}@school.test>")


@pytest.mark.parametrize(
    "raw",
    [
        reply("I am away", Auto_Submitted="auto-replied"),
        reply("News", Precedence="bulk"),
        reply("Hello", From=""),
        reply("> only a quote"),
        b"",
        b"\xff\x00",
    ],
)
def test_what_is_nobodys_answer(raw):
    assert incoming.read(raw, "", SECRET, NOW) is None


def test_a_page_as_an_answer():
    raw = reply("<style>p {}</style><p>Thank you</p><blockquote>Ayesha has</blockquote>", **{"Content-Type": "text/html"})
    assert incoming.read(raw, "", SECRET, NOW).text == "Thank you"


def test_a_mail_sent_again_is_the_same_mail(store):
    made = message(store, channel="email", address="g@example.pk", body="<b>عائشہ</b>", language="ur")
    first, second = (as_mail(made, "Rabta <school@example.pk>", "https://rabta.test/x") for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]
    assert "&lt;b&gt;" in first.get_body(("html",)).get_content()


# At the edge


def came(stage, raw, token=SECRETS["MAIL_INBOUND_TOKEN"], **query):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(f"{stage.url}/v1/carriers/email/inbound", data=raw, headers=headers, params=query, timeout=10)


def test_the_mail_server_hands_over_what_came(stage):
    school = School(stage)
    guardian = school.guardian("email")
    school.child(guardian)
    homework = school.open().homework()
    stage.service.say(homework)
    id = school.comes_to("sent", homework, guardian)["message_id"]
    answer = reply(
        "Which page?", From=school.of(guardian, "email"), In_Reply_To=f"<{id}@example.pk>", Message_ID=f"<{uuid.uuid4()}@pk>"
    )
    assert came(stage, answer, "wrong").status_code == 403
    assert came(stage, answer, None).status_code == 403
    for _ in range(2):
        assert came(stage, answer).status_code == 204
    assert [each["text"] for each in eventually(lambda: school.followed(homework)[guardian]["answers"])] == ["Which page?"]
    code = open_links.attempt_code(SECRET, id)
    assert came(stage, report("failed", "5.1.1", "no", "x@y"), recipient=f"bounces+{code}@school.test").status_code == 204
    steps = school.comes_to("queued", homework, guardian)["history"]  # for a letter, as there is no other channel
    assert ("failed", "5.1.1: no") in [(step["state"], step["reason"]) for step in steps]
    assert came(stage, b"\xff" * 100).status_code == 204


def test_one_click_ends_e_mail_from_that_branch(stage):
    school = School(stage)
    guardian = school.guardian("email")
    school.child(guardian)
    homework = school.open().homework()
    stage.service.say(homework)
    id = school.comes_to("sent", homework, guardian)["message_id"]
    (mail,) = stage.post_office.received(school.of(guardian, "email"))
    link = unsubscribe.address(stage.url, SECRET, id)
    assert link in mail["text"]
    page = requests.get(link, timeout=10)
    assert (page.status_code, '<form method="post">' in page.text) == (200, True)
    me = people.guardian(guardian, school.id)
    assert stage.service.call("GET", "/v1/opt-outs", me).json()["items"] == []
    for _ in range(2):
        assert requests.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=10).status_code == 200
    (left,) = stage.service.call("GET", "/v1/opt-outs", me).json()["items"]
    assert (left["branch_id"], left["channel"], left["how"]) == (school.id, "email", "list_unsubscribe")
    wrong = unsubscribe.address(stage.url, "another-secret-0123456789-0123456789", id)
    assert requests.post(wrong, timeout=10).status_code == 404
    assert requests.post(f"{stage.url}/v1/unsubscribe/x", timeout=10).status_code == 404
    path = f"/v1/opt-outs/{left['opt_out_id']}"
    assert stage.service.call("DELETE", path, people.guardian("somebody-else", school.id)).status_code == 404
    assert stage.service.call("DELETE", path, me).status_code == 204
    assert stage.service.call("GET", "/v1/opt-outs", me).json()["items"] == []


def test_what_waits_for_a_channel_that_is_left_goes_by_the_next(store):
    ladder = [{"channel": "email", "address": "g@example.pk"}, {"channel": "sms", "address": "+923001234567"}]
    ways = {"channel": "email", "address": "g@example.pk", "person_id": "g50", "ladder": ladder}
    waits, elsewhere = (message(store, **ways, branch_id=branch_id) for branch_id in ("b1", "b2"))
    under_way = message(store, **ways, leased_until=datetime(2100, 1, 1, tzinfo=UTC))
    opt_outs.leave(store, "b1", "g50", "email", "asked")
    channels = {row["_id"]: (row["channel"], row["state"]) for row in store.messages.collection.find({"person_id": "g50"})}
    assert channels == {
        waits["_id"]: ("sms", "queued"),
        elsewhere["_id"]: ("email", "queued"),
        under_way["_id"]: ("email", "queued"),
    }


def test_who_has_left_which_channel(store):
    opt_outs.leave(store, "b1", "g1", "email", "asked")
    assert opt_outs.leave(store, None, "g1", "whatsapp", "stop")
    assert not opt_outs.leave(store, None, "g1", "whatsapp", "stop")
    assert opt_outs.left(store, [("b1", "g1"), ("b1", "g2")]) == {("b1", "g1"): {"email", "whatsapp"}}
    assert opt_outs.left(store, [("b2", "g1")]) == {("b2", "g1"): {"whatsapp"}}
    assert opt_outs.come_back(store, "g1", "whatsapp")
    assert opt_outs.left(store, [("b1", "g1")]) == {("b1", "g1"): {"email"}}
