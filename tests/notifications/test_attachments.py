"""Pictures, sound and PDFs in conversations, by portal and by WhatsApp."""

import base64
from contextlib import suppress
from datetime import timedelta

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.attached import KINDS, kind_of
from schoolbus.clock import now
from schoolbus.problems import Problem
from services.notifications.store import Store
from services.notifications.talking import attachments, mailed
from services.notifications.talking.fetching import _is_metas
from tests.notifications.talks import Talks
from tests.support import people
from tests.support.waiting import eventually

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
OPUS = b"OggS\x00\x02" + b"\0" * 22 + b"OpusHead\x01\x01" + b"\0" * 200


def upload(talks, id, by, content, status=201, client_id="f1"):
    query = {"conversation_id": id, "client_id": client_id}
    return talks.ask("POST", "/attachments", by, status, params=query, data=content)


def test_a_picture_goes_with_a_message_and_is_safe_to_open(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    first, second = (upload(talks, id, talks.guardian, PNG) for _ in range(2))
    assert first == second
    assert (first["content_type"], first["size"]) == ("image/png", len(PNG))
    file = f"/attachments/{first['attachment_id']}"
    assert talks.call("GET", file, talks.teacher).status_code == 404  # not sent yet
    talks.write(id, talks.guardian, "", attachment_ids=[first["attachment_id"]], client_id="m1")
    talks.write(id, talks.guardian, "", attachment_ids=[first["attachment_id"]], client_id="m1")
    assert talks.said(id)[-1]["attachments"] == [first]
    found = talks.call("GET", file, talks.teacher)
    assert found.content == PNG
    shown = {name: found.headers[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy")}
    assert shown == {
        "Content-Type": "image/png",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    assert found.headers["Content-Disposition"].startswith("attachment;")
    assert talks.call("GET", file, talks.head).status_code == 200
    for stranger in (talks.school.stranger, people.guardian("g0", talks.school.id)):
        assert talks.call("GET", file, stranger).status_code == 404
        assert upload(talks, id, stranger, PNG, 404)


def test_the_same_id_with_another_file_is_another_message(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    first, second = (upload(talks, id, talks.guardian, PNG, client_id=name)["attachment_id"] for name in ("f1", "f2"))
    talks.write(id, talks.guardian, "Look", attachment_ids=[first], client_id="m1")
    talks.write(id, talks.guardian, "Look", 409, attachment_ids=[second], client_id="m1")


def test_what_is_none_of_these_by_its_content_is_refused(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    for content in (b"", b"MZ\x90" + b"\0" * 99, b"<svg onload='x'/>", b"<html>%PDF-1.7", b"PK\x03\x04" + b"\0" * 99):
        upload(talks, id, talks.guardian, content, 415)
    upload(talks, id, talks.guardian, b"\x89PNG\r\n\x1a\n" + b"\0" * 5_000_001, 413)
    upload(talks, id, talks.guardian, PNG)
    upload(talks, id, talks.guardian, b"%PDF-1.7\n", 409)


def test_only_ones_own_files_of_this_conversation_and_each_once(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    file = upload(talks, id, talks.guardian, PNG)["attachment_id"]
    talks.write(id, talks.teacher, "Mine?", 422, attachment_ids=[file])
    talks.write(id, talks.guardian, "Here", attachment_ids=[file])
    talks.write(id, talks.guardian, "Again", 422, attachment_ids=[file])
    talks.write(id, talks.guardian, "Nothing", 422, attachment_ids=["unknown"])
    talks.write(id, talks.guardian, "", 422)
    talks.write(id, talks.guardian, "Too many", 422, attachment_ids=[f"f{n}" for n in range(6)])


def test_a_voice_note_by_whatsapp_is_fetched_into_the_thread(stage):
    talks = Talks(stage, "whatsapp").open()
    id = talks.begin(talks.teacher, "How is she?")
    eventually(lambda: stage.carriers.received(talks.phone))
    send_file(stage, talks.phone, "audio/ogg", OPUS)
    said = eventually(lambda: next((each for each in talks.said(id) if kept(each)), None))
    (file,) = said["attachments"]
    assert (said["text"], file["content_type"], file["size"]) == ("[audio]", "audio/ogg", len(OPUS))
    assert talks.call("GET", f"/attachments/{file['attachment_id']}", talks.teacher).content == OPUS
    send_file(stage, talks.phone, "image/png", b"MZ no picture", "Look")
    said = eventually(lambda: next((each for each in talks.said(id) if kept(each, "refused")), None))
    assert said["text"] == "Look"
    assert talks.call("GET", f"/attachments/{said['attachments'][0]['attachment_id']}", talks.teacher).status_code == 404


def send_file(stage, phone, content_type, content, text=""):
    file = {"content_type": content_type, "base64": base64.b64encode(content).decode()}
    answer = requests.post(f"{stage.carriers.url}/api/phones/{phone}/answers", json={"text": text, "file": file}, timeout=30)
    assert answer.json()["platform_status"] == 200


def kept(said, state="kept"):
    return any(each["state"] == state for each in said["attachments"])


def test_what_nobody_sends_goes(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    file = upload(talks, id, talks.guardian, PNG)["attachment_id"]
    old = {"$set": {"at": now() - timedelta(days=2)}}
    stage.collection("attachments").update_one({"_id": file}, old)
    store = Store(stage.client.get_database(stage.service.database))
    attachments.clear(store)
    assert stage.collection("attachments").find_one({"_id": file}) is None
    assert stage.collection("attached.chunks").find_one({"files_id": file}) is None


def test_files_of_mails_are_kept_of_known_mailboxes_and_for_a_while(stage):
    talks = Talks(stage, "email").open()
    store = Store(stage.client.get_database(stage.service.database))
    assert mailed.keep(store, "a1", "stranger@example.com", [PNG]) == []
    (id,) = mailed.keep(store, "a1", talks.school.of(talks.guardian_id, "email").upper(), [PNG])
    assert mailed.content(store, id) == PNG
    mailed.clear(store)
    assert mailed.content(store, id) == PNG
    stage.collection("attached.files").update_one({"_id": id}, {"$set": {"uploadDate": now() - timedelta(days=31)}})
    mailed.clear(store)
    with pytest.raises(mailed.Gone):
        mailed.content(store, id)


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://graph.facebook.com/v21.0/x", True),
        ("https://evil.example/?.fbsbx.com", False),
        ("https://fbsbx.com.evil.example/", False),
        ("http://lookaside.fbsbx.com/", False),
        ("", False),
    ],
)
def test_our_token_goes_to_meta_alone(url, right):
    assert _is_metas(url, "https://graph.facebook.com") is right


@given(st.binary(max_size=400))
def test_whatever_is_sent_is_of_a_kind_or_refused(content):
    with suppress(Problem):
        assert kind_of(content) in KINDS.values()
