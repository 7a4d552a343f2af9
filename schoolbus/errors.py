"""How an error looks on the wire: problem details (RFC 9457), and on the paths of another standard what that standard wants.

Kept by path and in one place, so that the gateway's own refusals and a service's look alike.
"""

import json
from collections.abc import Iterator
from typing import Any

from schoolbus.problems import CONTENT_TYPE, Problem

ONEROSTER = "/ims/oneroster/"
OAUTH = "/oauth2/"
_JSON = "application/json"

_CODE_MINOR = {  # OneRoster 1.2, REST binding: imsx_codeMinorFieldValue by status
    400: "invaliddata",
    401: "unauthorisedrequest",
    403: "forbidden",
    404: "unknownobject",
    405: "unsupported",
    422: "invaliddata",
    429: "server_busy",
    503: "server_busy",
    504: "server_busy",
}
_OAUTH_ERROR = {
    401: "invalid_client",
    429: "temporarily_unavailable",
    503: "temporarily_unavailable",
    504: "temporarily_unavailable",
}

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "texts": {
            "type": "object",
            "description": "For who says it in another language: the text and the values of each sentence here that has some",
            "additionalProperties": {
                "type": "object",
                "required": ["text", "values"],
                "properties": {"text": {"type": "string"}, "values": {"type": "object", "additionalProperties": True}},
            },
        },
    },
    "additionalProperties": True,
}
STATUS_INFO_SCHEMA = {
    "type": "object",
    "description": "OneRoster 1.2: imsx_StatusInfo",
    "required": ["imsx_codeMajor", "imsx_severity"],
    "properties": {
        "imsx_codeMajor": {"type": "string", "enum": ["failure"]},
        "imsx_severity": {"type": "string", "enum": ["error"]},
        "imsx_description": {"type": "string"},
        "imsx_CodeMinor": {"type": "object", "additionalProperties": True},
    },
}
OAUTH_ERROR_SCHEMA = {
    "type": "object",
    "description": "RFC 6749, section 5.2",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}


def shown(problem: Problem, path: str) -> tuple[bytes, str]:
    """The body of an error and its content type."""
    if path.startswith(ONEROSTER):
        return _encoded(_status_info(problem)), _JSON
    if path.startswith(OAUTH):
        return _encoded(_oauth_error(problem)), _JSON
    return problem.json(), CONTENT_TYPE


def described(path: str) -> tuple[str, str]:
    """For OpenAPI: the name of an error's schema on this path and its content type."""
    if path.startswith(ONEROSTER):
        return "ImsxStatusInfo", _JSON
    if path.startswith(OAUTH):
        return "OAuthError", _JSON
    return "Problem", CONTENT_TYPE


def schemas() -> dict[str, dict[str, Any]]:
    return {"Problem": PROBLEM_SCHEMA, "ImsxStatusInfo": STATUS_INFO_SCHEMA, "OAuthError": OAUTH_ERROR_SCHEMA}


def _status_info(problem: Problem) -> dict[str, Any]:
    """A problem's own `code_minor` says it more exactly than its status."""
    code_minor = problem.body.get("code_minor") or _CODE_MINOR.get(problem.code, "internal_server_error")
    field = {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": code_minor}
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": _said(problem),
        "imsx_CodeMinor": {"imsx_codeMinorField": [field]},
    }


def _oauth_error(problem: Problem) -> dict[str, Any]:
    fallback = "server_error" if problem.code >= 500 else "invalid_request"
    error = problem.body.get("error") or _OAUTH_ERROR.get(problem.code, fallback)
    return {"error": error, "error_description": _said(problem).translate(_NOT_IN_A_DESCRIPTION)}


def _said(problem: Problem) -> str:
    """Title, detail, and what is wrong with which part of the input."""
    parts = [problem.body["title"], problem.body.get("detail")]
    errors = problem.body.get("errors")
    if isinstance(errors, dict):
        parts = [problem.body["title"], *_each(errors)]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _each(errors: dict[str, Any], place: str = "") -> Iterator[str]:
    """What is wrong where, such as `lineItem.title: Missing data for required field.`"""
    for name, why in errors.items():
        if isinstance(why, dict):
            yield from _each(why, f"{place}{name}.")
        else:
            yield f"{place}{name}: {' '.join(map(str, why))}"


_NOT_IN_A_DESCRIPTION = {ord('"'): "'", ord("\\"): "/"}  # RFC 6749, section 5.2


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
