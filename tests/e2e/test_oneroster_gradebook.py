"""A learning platform with a token of the token endpoint pushes marks through the gateway; the school has them."""

from typing import Any

import requests

from schoolbus.oneroster.scopes import OF_GRADEBOOK
from schoolbus.oneroster.shapes import GRADEBOOK as BASE
from tests.e2e.school import School
from tests.support.http import http
from tests.support.waiting import eventually

Body = dict[str, Any]


class Platform:
    """By HTTP alone, as whoever writes one would."""

    def __init__(self, school: School) -> None:
        self.url = school.platform.url
        branch_id = school.branch.rpartition("/")[2]
        wanted = {"name": "Taleem Online", "branches": [branch_id], "scopes": list(OF_GRADEBOOK)}
        client = school.operator.post("/v1/machine-clients", wanted)
        self.client_id = client["client_id"]
        form = {"grant_type": "client_credentials", "scope": " ".join(OF_GRADEBOOK)}
        credentials = (client["client_id"], client["client_secret"])
        token = http.post(f"{self.url}/oauth2/token", data=form, auth=credentials, timeout=30).json()
        assert set(token["scope"].split()) == set(OF_GRADEBOOK)
        self.headers = {"Authorization": f"Bearer {token['access_token']}"}

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        return http.request(method, self.url + BASE + path, headers=self.headers, timeout=30, **more)

    def puts(self, path: str, body: Body) -> None:
        answer = self.call("PUT", path, json=body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["sourcedIdPairs"][0]["allocatedSourcedId"] == path.rpartition("/")[2]

    def ids(self, path: str, **query: Any) -> list[str]:
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        assert int(answer.headers["X-Total-Count"]) == len(next(iter(answer.json().values())))
        return [each["sourcedId"] for each in next(iter(answer.json().values()))]


def test_a_platform_pushes_marks_and_reads_them_back(school: School) -> None:
    platform, class_id, child = Platform(school), school.class_id, school.child("urdu_sms")
    eventually(lambda: platform.call("GET", "/categories").status_code == 200)
    branch_id = school.branch.rpartition("/")[2]
    item: Body = {
        "title": "Photosynthesis",
        "assignDate": "2026-11-02T00:00:00.000Z",
        "dueDate": "2026-11-09T00:00:00.000Z",
        "class": {"href": "-", "sourcedId": class_id, "type": "class"},
        "school": {"href": "-", "sourcedId": branch_id, "type": "org"},
        "category": {"href": "-", "sourcedId": "lms-cat", "type": "category"},
        "resultValueMin": 0.0,
        "resultValueMax": 20.0,
        "metadata": {"term": "First term", "subject": "Biology"},
    }
    result = {
        "lineItem": {"href": "-", "sourcedId": "lms-item", "type": "lineItem"},
        "student": {"href": "-", "sourcedId": child, "type": "user"},
        "scoreStatus": "fully graded",
        "score": 17.125,
        "scoreDate": "2026-11-10",
    }
    for _ in range(2):
        platform.puts("/categories/lms-cat", {"category": {"title": "Online tests", "weight": 100}})
        platform.puts("/lineItems/lms-item", {"lineItem": item})
        platform.puts("/results/lms-result", {"result": result})
    assert platform.ids("/categories", filter="title='Online tests'") == ["lms-cat"]
    assert "lms-cat" in platform.ids(f"/classes/{class_id}/categories")
    in_class = f"/classes/{class_id}/lineItems"
    for path in (in_class, f"/schools/{branch_id}/lineItems", "/lineItems"):
        assert platform.ids(path, filter="title='Photosynthesis'") == ["lms-item"], path
    for path in (
        f"{in_class}/lms-item/results",
        f"/classes/{class_id}/students/{child}/results",
        f"/classes/{class_id}/results",
    ):
        assert platform.ids(path, filter="lineItem.sourcedId='lms-item'") == ["lms-result"], path
    read = platform.call("GET", "/results/lms-result").json()["result"]
    assert (read["score"], read["scoreStatus"], read["student"]["sourcedId"]) == (17.125, "fully graded", child)
    assert read["lineItem"]["href"] == f"{school.platform.url}{BASE}/lineItems/lms-item"

    query = {"class_id": class_id, "term": "First term", "subject": "Biology"}
    (column,) = school.teacher.get(f"{school.branch}/gradebook", params=query)["items"]
    assert (column["line_item"]["title"], column["results"][0]["score"]) == ("Photosynthesis", "17.125")
    ours = column["line_item"]["line_item_id"]
    school.teacher.post(f"{school.branch}/line-items/{ours}/publication")
    seen = school.guardian("urdu_sms").get(f"{school.branch}/results", params={"student_id": child})["items"]
    assert [each["score"] for each in seen if each["line_item_id"] == ours] == ["17.125"]
    entries = eventually(lambda: _noted(school, f"machine:{platform.client_id}"))
    assert {entry["who"]["name"] for entry in entries} == {"Taleem Online"}

    for path in ("/results/lms-result", "/lineItems/lms-item", "/categories/lms-cat"):
        assert platform.call("DELETE", path).status_code == 204
        gone = platform.call("GET", path)
        assert (gone.status_code, gone.json()["imsx_codeMajor"]) == (404, "failure")
    assert school.teacher.get(f"{school.branch}/gradebook", params=query)["items"] == []
    school.operator.call("DELETE", f"/v1/machine-clients/{platform.client_id}")
    eventually(lambda: platform.call("GET", "/categories").status_code == 401)


def _noted(school: School, person_id: str) -> list[Body]:
    found = school.operator.get(f"{school.branch}/audit", params={"person_id": person_id})["items"]
    return [entry for entry in found if entry["action"] == "change"]
