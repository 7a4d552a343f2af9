"""Learning goals of a class, or of one child: set, followed, reached."""

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.room import AT, Room, room
from schoolbus.ids import effect_id

pages = Pages()
STATES = ("reached", "dropped", "open")
_SAME = ("subject", "text", "text_ur", "due_on")
_STEPS = (1, 2, 3)


@pages.get(f"{AT}/goals")
async def goals(visit: Visit) -> StreamResponse:
    return await _show(visit, await room(visit))


@pages.post(f"{AT}/goals")
async def add(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    draft = {name: form[name] or None for name in ("subject", "text_ur", "due_on", "student_id")}
    draft |= {"text": form["text"], "class_id": found.class_id, "learning_goal_id": form.key}
    steps = [{"text": form[f"step{number}"], "done": False} for number in _STEPS if form[f"step{number}"]]
    try:
        await visit.api.post(found.path("learning-goals"), {**draft, "steps": steps}, key=form.key)
    except Refused as refused:
        return await _show(visit, found, refused)
    return visit.go(f"{found.at}/goals", said=visit.text("Set. The families hear of it."))


@pages.post(f"{AT}/goals/{{goal_id}}")
async def follow(visit: Visit) -> StreamResponse:
    """Steps that are done, and how it stands."""
    found, form = await room(visit), visit.form
    path = found.path("learning-goals", visit.params["goal_id"])
    there = await visit.api.get(path)
    done = set(form.all("done"))
    draft = {name: there[name] for name in _SAME}
    draft["steps"] = [{"text": each["text"], "done": str(at) in done} for at, each in enumerate(there["steps"])]
    draft |= {"state": form["state"] if form["state"] in STATES else there["state"], "edition": form.whole("edition")}
    try:
        await visit.api.put(path, draft, key=form.key)
        if form["note"]:
            note = {"note_id": effect_id(form.key, "note"), "text": form["note"], "text_ur": None}
            await visit.api.post(f"{path}/notes", note, key=note["note_id"] or "")
    except Refused as refused:
        return await _show(visit, found, refused)
    return visit.go(f"{found.at}/goals", said=visit.text("Kept."))


async def _show(visit: Visit, found: Room, refused: Refused | None = None) -> StreamResponse:
    path, state = found.path("learning-goals"), visit.query.get("state", "open")
    wanted = {"state": state if state in STATES else "open", "after": visit.query.get("after", "")}
    listed = await visit.api.get(path, class_id=found.class_id, **wanted)
    child = visit.query.get("child", "")
    own = await visit.api.perhaps(path, student_id=child, state="open") if child in found.named else None
    seen = {each["learning_goal_id"] for each in listed["items"]}
    items = listed["items"] + [each for each in (own["items"] if own else []) if each["learning_goal_id"] not in seen]
    values = {
        "goals": items,
        "next": listed["next"],
        "state": wanted["state"],
        "child": child if child in found.named else "",
        "steps": _STEPS,
    }
    return await visit.show("teacher/goals.html", refused=refused, room=found, states=STATES, **values)
