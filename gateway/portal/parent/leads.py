"""Where what a message is about stands in the portal: from the path of the API that the message leads to."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

_OF_A_CHILD = {
    "homework": "homework/{id}",
    "class-expectations": "expectations?class={id}",
    "learning-goals": "goals",
    "report-cards": "report-cards",
    "home-notes": "notes",
}
_ABOUT_TODAY = {"quiz": "marks", "behaviour_note": "behaviour", "attendance": "attendance"}
_OF_A_BRANCH = {
    "meeting-days": "/meetings/{branch}/days/{id}",
    "bookings": "/meetings/{branch}/bookings/{id}",
    "written-meetings": "/meetings/{branch}/written/{id}",
    "commitments": "/meetings/{branch}/commitments/{id}",
    "activities": "/events/{branch}/activities/{id}",
    "volunteering": "/events/{branch}/volunteering/{id}",
    "permission-slips": "/events/{branch}/slips/{id}",
    "conversations": "/messages/{branch}/{id}",
    "guides": "/guides/{branch}/{id}",
}
_OF_THE_PTA = {"meetings": "/events/{branch}/pta/meetings/{id}", "elections": "/events/{branch}/pta/elections/{id}"}


def place(message: Mapping[str, Any]) -> str:
    """Of a message of the feed; empty where it says all there is."""
    parts = str(message["path"]).strip("/").split("/")
    if parts[:2] != ["v1", "branches"] or len(parts) < 4:
        return ""
    parts = [quote(unquote(part), safe="") for part in parts]
    branch, word, id = parts[2], parts[3], parts[4] if len(parts) > 4 else ""
    students = message["student_ids"]
    if word == "today":
        return f"/children/{branch}/{id}/{_ABOUT_TODAY.get(message['about_type'], '')}".rstrip("/")
    if word in _OF_A_CHILD:
        return f"/children/{branch}/{quote(students[0], safe='')}/{_OF_A_CHILD[word].format(id=id)}" if students else "/family"
    if word == "pta":
        kind, about = (parts[4], parts[5]) if len(parts) > 5 else ("", "")
        return _OF_THE_PTA.get(kind, "/events/{branch}/pta").format(branch=branch, id=about)
    return _OF_A_BRANCH.get(word, "").format(branch=branch, id=id)
