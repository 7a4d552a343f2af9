"""Behaviour in two taps, of one child or several, and taken back."""

from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, EMPTY


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
