"""Behaviour in two taps, of one child or several, and taken back."""

import re
from typing import Any

from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, EMPTY, invalid


def test_praise_is_a_tap_and_can_be_undone(stage: Stage, teacher: Browser) -> None:
    note = {"behaviour_note_id": "n1"}
    stage.says("reports", f"{BRANCH}/behaviour/notes", lambda sent: ({"notes": [note]}, 201) if sent else (EMPTY, 200))
    stage.says("reports", f"{BRANCH}/behaviour/notes/n1/withdrawal", note)
    teacher.get(f"{AT}/behaviour")
    answer = teacher.post(f"{AT}/behaviour", {"child": "s1", "praise": "listening", "key": "k", "text": ""})
    page = teacher.follow(answer)
    assert "Noted for Ahsan Jatoi." in page.text
    assert 'name="note" value="n1"' in page.text
    assert teacher.post(f"{AT}/behaviour/withdrawal", {"note": "n1"}).status_code == 303
    assert len(stage.of(f"{BRANCH}/behaviour/notes/n1/withdrawal")) == 1
    posted = next(each for each in stage.of(f"{BRANCH}/behaviour/notes") if each.method == "POST")
    assert (posted.body["tone"], posted.body["student_ids"], posted.body["noting_id"]) == ("praise", ["s1"], "k")


ASPECTS = {"aspects": [{"aspect_id": "listening", "title": "Listening", "title_ur": "توجہ سے سننا", "active": True}]}


def test_one_word_for_several_children(stage: Stage, teacher: Browser) -> None:
    made = {"notes": [{"behaviour_note_id": "n1"}, {"behaviour_note_id": "n2"}]}
    stage.says("reports", f"{BRANCH}/behaviour/aspects", ASPECTS)
    stage.says("reports", f"{BRANCH}/behaviour/notes", lambda sent: (made, 201) if sent else (EMPTY, 200))
    for id in ("n1", "n2"):
        stage.says("reports", f"{BRANCH}/behaviour/notes/{id}/withdrawal", {})
    assert "Praise several at once" in teacher.get(f"{AT}/behaviour").text
    fields: dict[str, Any] = {
        "several": "yes",
        "child": ["s1", "s2"],
        "praise": "listening",
        "word": "In the library.",
        "key": "k2",
    }
    page = teacher.follow(teacher.post(f"{AT}/behaviour", fields)).text
    assert "Noted for 2 children." in page
    assert stage.sent(f"{BRANCH}/behaviour/notes") == {
        "tone": "praise",
        "aspect_id": "listening",
        "class_id": "c1",
        "noting_id": "k2",
        "text": "In the library.",
        "student_ids": ["s1", "s2"],
    }
    undo = re.findall(r'name="note" value="(n\d)"', page)
    assert undo == ["n1", "n2"]
    taken: dict[str, Any] = {"note": undo}
    assert teacher.post(f"{AT}/behaviour/withdrawal", taken).status_code == 303
    for id in undo:
        assert len(stage.of(f"{BRANCH}/behaviour/notes/{id}/withdrawal")) == 1


def test_praise_of_nobody_says_so_and_keeps_the_word(stage: Stage, teacher: Browser) -> None:
    refused = invalid({"student_ids": ["Whom?"]})
    stage.says("reports", f"{BRANCH}/behaviour/notes", lambda sent: (refused, 422) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/behaviour")
    answer = teacher.post(f"{AT}/behaviour", {"several": "yes", "praise": "listening", "word": "In the library."})
    assert answer.status_code == 422
    assert 'id="child-error">Whom?' in answer.text
    assert "In the library." in answer.text


def test_a_concern_that_is_refused_comes_back_for_its_child(stage: Stage, teacher: Browser) -> None:
    refused = invalid({"text": ["Say what you saw."]})
    stage.says("reports", f"{BRANCH}/behaviour/notes", lambda sent: (refused, 422) if sent else (EMPTY, 200))
    stage.says("reports", f"{BRANCH}/behaviour/course", {"weeks": [], "aspects": []})
    teacher.get(f"{AT}/behaviour?child=s2")
    page = teacher.post(f"{AT}/behaviour", {"child": "s2", "concern": "listening", "text": " "}).text
    assert "<h1>Aliza Hussain</h1>" in page
    assert 'id="text-error">Say what you saw.' in page
