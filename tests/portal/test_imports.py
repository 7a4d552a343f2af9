"""The operator's imports of rosters."""

from tests.portal.support import ME, Stage

EMPTY = {"items": [], "next": None}


def test_an_import_waits_for_its_preview(stage: Stage) -> None:
    stage.says("roster", "/v1/me", {**ME, "operator": True})
    line = {
        "import_id": "i1",
        "source": "sis",
        "state": "checking",
        "progress": 0.0,
        "received_at": "2026-11-26T10:00:00+00:00",
        "finished_at": None,
        "problem_count": 0,
        "undoes": None,
        "by_time": False,
    }
    stage.says("roster", "/v1/imports", lambda sent: ({**line} if sent else EMPTY, 202 if sent else 200))
    content = b"PK" + bytes(900_000)  # more than one block
    operator = stage.signed_in(operator=True, roles={})
    operator.get("/chain/imports")
    answer = operator._call(
        "POST",
        "/chain/imports",
        data={"csrf": operator.mark, "key": "k1", "source": "sis"},
        files={"file": ("set.zip", content, "application/zip")},
        headers={"Sec-Fetch-Site": "same-origin", "Origin": "https://rabta.example.pk"},
    )
    assert answer.headers["Location"] == "/chain/imports/i1"
    sent = next(each for each in stage.of("/v1/imports") if each.method == "POST")
    assert (sent.body, sent.headers["Content-Type"]) == (content, "application/zip")
    assert "apply=after_preview" in sent.path
