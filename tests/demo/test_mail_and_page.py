"""E-mail over SMTP, the page with the phones, and the JSON for tests."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage

import pytest
import requests

from tests.demo.conftest import Carriers

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nSUMMARY:\xd9\x85\xd9\x84\xd8\xa7\xd9\x82\xd8\xa7\xd8\xaa\r\nEND:VCALENDAR\r\n"
PHONE = "+923000001234"


def mail(to: str = "imran.malik@mail.example", subject: str = "ملاقات طے ہو گئی") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "school@roshankal.example", to, subject
    message.set_content("ہانیہ کے بارے میں ملاقات\nhttp://127.0.0.1/m/1\n")
    message.add_attachment(CALENDAR, maintype="text", subtype="calendar", filename="meeting.ics")
    return message


def send(carriers: Carriers, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", carriers.smtp_port, timeout=60) as smtp:
        smtp.send_message(message)


def test_a_mail_is_kept_with_its_calendar(carriers: Carriers) -> None:
    send(carriers, mail())
    [kept] = carriers.get("/api/mails?to=Imran.Malik@mail.example")["mails"]
    assert (kept["subject"], kept["from"]) == ("ملاقات طے ہو گئی", "school@roshankal.example")
    assert kept["text"] == "ہانیہ کے بارے میں ملاقات\nhttp://127.0.0.1/m/1"
    [attachment] = kept["attachments"]
    assert (attachment["filename"], attachment["content_type"]) == ("meeting.ics", "text/calendar")
    downloaded = requests.get(carriers.url + attachment["url"], timeout=10)
    assert downloaded.content.replace(b"\r\n", b"\n") == CALENDAR.replace(b"\r\n", b"\n")
    assert downloaded.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert downloaded.headers["Content-Disposition"] == 'attachment; filename="meeting.ics"'


def test_a_mail_to_several_arrives_at_each(carriers: Carriers) -> None:
    send(carriers, mail(to="a@mail.example, b@mail.example"))
    assert [one["to"] for one in carriers.get("/api/mails")["mails"]] == ["a@mail.example", "b@mail.example"]


def test_some_addresses_bounce_and_some_want_a_second_try(carriers: Carriers) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(carriers, mail(to="bounce@mail.example"))
    assert refused.value.recipients["bounce@mail.example"][0] == 550
    with pytest.raises(smtplib.SMTPRecipientsRefused) as put_off:
        send(carriers, mail(to="later@mail.example"))
    assert put_off.value.recipients["later@mail.example"][0] == 451
    send(carriers, mail(to="later@mail.example"))
    assert carriers.get("/api/messages")["total"] == 1


def test_the_page_shows_what_was_written_and_never_runs_it(carriers: Carriers) -> None:
    carriers.send_sms(PHONE, "عائشہ کا نیا ہوم ورک http://127.0.0.1/h/1?a=1&b=2.")
    carriers.send_sms("+923000005678", "<script>alert('x')</script>")
    send(carriers, mail(subject='"><img src=x>'))
    page = requests.get(carriers.url, timeout=10).text
    assert "3 phones, 3 messages" in page
    assert '<p lang="ur" dir="rtl">عائشہ' in page
    assert '<a href="http://127.0.0.1/h/1?a=1&amp;b=2" dir="ltr" target="_blank">' in page
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "meeting.ics" in page


def test_the_page_finds_a_number_as_it_is_written_at_home(carriers: Carriers) -> None:
    carriers.send_sms(PHONE)
    carriers.send_sms("+923000005678")
    found = requests.get(carriers.url, params={"q": "0300 0001"}, timeout=10).text
    assert PHONE in found
    assert "+923000005678" not in found


def test_the_page_shows_fifty_phones_newest_first_and_leads_to_the_others(carriers: Carriers) -> None:
    for number in range(55):
        carriers.send_sms(f"+92300001{number + 100:04d}")
    page = requests.get(carriers.url, timeout=10).text
    assert page.count('class="phone"') == 50
    assert page.index("+923000010154") < page.index("+923000010153")
    older = requests.get(f"{carriers.url}/?start=50", timeout=10).text
    assert older.count('class="phone"') == 5


def test_an_answer_is_written_on_the_page(carriers: Carriers) -> None:
    answer = requests.post(f"{carriers.url}/phones/{PHONE}/answers", data={"channel": "sms", "text": "جی"}, timeout=10)
    assert (answer.status_code, answer.url) == (200, f"{carriers.url}/phones/{PHONE}")
    assert "جی" in answer.text
    assert len(carriers.callbacks(1)) == 1


def test_messages_are_read_on_from_a_number(carriers: Carriers) -> None:
    for text in ("one", "two", "three"):
        carriers.send_sms(PHONE, text)
    first = carriers.get("/api/messages?limit=2")
    rest = carriers.get(f"/api/messages?since={first['next']}")
    assert [message["text"] for message in (*first["messages"], *rest["messages"])] == ["one", "two", "three"]
    assert (rest["next"], rest["total"]) == (3, 3)
    assert carriers.get("/api/messages?since=3") == {"messages": [], "next": 3, "total": 3}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/behaviour", {"delay": -1}),
        ("/api/behaviour", {"delay": "soon"}),
        ("/api/behaviour", {"speed": 1}),
        ("/api/behaviour", {"phones": {PHONE: "dances"}}),
        ("/api/behaviour", []),
        (f"/api/phones/{PHONE}/answers", {"channel": "pigeon", "text": "x"}),
        (f"/api/phones/{PHONE}/answers", {"channel": "sms"}),
        ("/api/phones/0300/answers", {"channel": "sms", "text": "x"}),
    ],
)
def test_a_wrong_request_is_refused(carriers: Carriers, path: str, body: object) -> None:
    assert carriers.post(path, body).status_code == 400
    assert carriers.get("/api/messages")["total"] == 0


def test_reset_forgets_everything(carriers: Carriers) -> None:
    carriers.post("/api/behaviour", {"outage": True, "phones": {PHONE: "fails"}})
    carriers.post("/api/reset")
    now = carriers.get("/api/behaviour")
    assert (now["outage"], now["phones"], now["delay"]) == (False, {}, 0)


def test_the_program_starts_says_ready_and_stops(carriers: Carriers) -> None:
    with _program(carriers) as program:
        assert program.stdout is not None
        address = program.stdout.readline().split()[-1]
        assert requests.get(f"{address}health/ready", timeout=10).json() == {"status": "ready"}
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0


def test_the_program_names_a_taken_port_in_one_line(carriers: Carriers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        program = _program(carriers, HTTP_PORT=str(taken.getsockname()[1]))
        _, errors = program.communicate(timeout=60)
    assert program.returncode != 0
    assert errors.count("\n") == 1
    assert "in use" in errors


def _program(carriers: Carriers, **environment: str) -> subprocess.Popen[str]:
    names = "SMS_ACCOUNT_SID SMS_AUTH_TOKEN SMS_SENDER WHATSAPP_PHONE_NUMBER_ID WHATSAPP_ACCESS_TOKEN WHATSAPP_APP_SECRET"
    settings = dict.fromkeys(f"{names} WHATSAPP_VERIFY_TOKEN".split(), "x")
    settings |= {"HTTP_PORT": "0", "SMTP_PORT": "0", "PUBLIC_URL": carriers.platform.url} | environment
    return subprocess.Popen(
        [sys.executable, "-m", "demo.carriers"],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
