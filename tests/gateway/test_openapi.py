"""One document from four."""

import json
from typing import Any

import requests

from gateway import openapi
from tests.gateway.support import PUBLIC_URL, Platform
from tests.support.waiting import eventually


def part(path: str, schemas: dict[str, Any], schema: str = "Thing") -> dict[str, Any]:
    answer = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
    operation = {"summary": f"About {path}", "responses": {"200": {"description": "", **answer}}}
    return {"paths": {path: {"get": operation}}, "components": {"schemas": schemas}}


PROBLEM = {"type": "object"}
REPORTS = part("/v1/branches/{branch_id}/today/{student_id}", {"Thing": {"title": "today"}, "Problem": PROBLEM})
MEETINGS = part("/v1/branches/{branch_id}/slots", {"Thing": {"title": "slot"}, "Problem": PROBLEM})


def test_the_parts_are_one_whatever_came_first() -> None:
    one = openapi.merge({"reports": REPORTS, "meetings": MEETINGS}, PUBLIC_URL)
    other = openapi.merge({"meetings": MEETINGS, "reports": REPORTS}, PUBLIC_URL)
    assert json.dumps(one) == json.dumps(other)
    assert list(one["paths"]) == ["/v1/branches/{branch_id}/slots", "/v1/branches/{branch_id}/today/{student_id}"]
    assert one["servers"] == [{"url": PUBLIC_URL}]


def test_components_of_one_name_and_two_meanings_are_kept_apart() -> None:
    merged = openapi.merge({"reports": REPORTS, "meetings": MEETINGS}, PUBLIC_URL)
    assert merged["components"]["schemas"] == {
        "MeetingsThing": {"title": "slot"},
        "Problem": PROBLEM,
        "ReportsThing": {"title": "today"},
    }
    assert "#/components/schemas/MeetingsThing" in json.dumps(merged["paths"]["/v1/branches/{branch_id}/slots"])


def test_a_component_that_names_a_split_one_is_split_with_it() -> None:
    listing = {"items": {"$ref": "#/components/schemas/Thing"}}
    parts = {
        "reports": part("/v1/branches/{b}/today", {"Thing": {"title": "today"}, "Listing": listing}, "Listing"),
        "meetings": part("/v1/branches/{b}/slots", {"Thing": {"title": "slot"}, "Listing": listing}, "Listing"),
    }
    schemas = openapi.merge(parts, PUBLIC_URL)["components"]["schemas"]
    assert schemas["ReportsListing"] == {"items": {"$ref": "#/components/schemas/ReportsThing"}}
    assert schemas["MeetingsListing"] == {"items": {"$ref": "#/components/schemas/MeetingsThing"}}


def test_what_is_not_routed_to_a_service_is_left_out() -> None:
    parts = {"meetings": part("/internal/x", {}), "reports": part("/v1/branches/{branch_id}/slots", {})}
    assert openapi.merge(parts, PUBLIC_URL)["paths"] == {}


def test_only_public_paths_need_no_token() -> None:
    merged = openapi.merge({"roster": part("/v1/sign-in/code", {}), "reports": REPORTS}, PUBLIC_URL)
    assert merged["paths"]["/v1/sign-in/code"]["get"]["security"] == []
    assert merged["paths"]["/v1/branches/{branch_id}/today/{student_id}"]["get"]["security"] == [{"token": []}]


def test_the_gateway_serves_it_with_the_parts_of_services_that_are_down(platform: Platform) -> None:
    reports = platform.services["reports"]

    def paths() -> list[str]:
        return list(platform.get("/openapi.json").json()["paths"])

    before = platform.get("/openapi.json")
    assert before.headers["ETag"]
    assert platform.get("/openapi.json", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    assert paths() == ["/v1/branches/{branch_id}/today"]
    reports.stop()
    try:
        assert paths() == ["/v1/branches/{branch_id}/today"]
    finally:
        reports.start()


def test_the_page_names_the_operations_and_loads_nothing(platform: Platform) -> None:
    page: requests.Response = eventually(lambda: platform.get("/docs"))
    assert "/v1/branches/{branch_id}/today" in page.text
    assert "What happens today" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert "src=" not in page.text
