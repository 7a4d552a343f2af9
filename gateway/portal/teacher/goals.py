"""Learning goals of a class, or of one child: set, followed, reached."""

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields
from gateway.portal.teacher.room import AT, room
from schoolbus.ids import effect_id

pages = Pages()
STATES = ("reached", "dropped", "open")
_SAME = ("subject", "text", "text_ur", "due_on")
_STEPS = (1, 2, 3)


@pages.get(f"{AT}/goals")
async def goals(visit: Visit) -> StreamResponse:
    found = await room(visit)
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
        "children": [(each["person_id"], visit.language.name_of(each)) for each in found.students],
        "steps": _STEPS,
    }
    return await visit.show("teacher/goals.html", room=found, **values)


@pages.post(f"{AT}/goals")
async def add(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    draft = {name: form[name] or None for name in ("subject", "text_ur", "due_on", "student_id")}
    draft |= {"text": form["text"], "class_id": found.class_id, "learning_goal_id": form.key}
    numbers = [number for number in _STEPS if form[f"step{number}"]]
    steps = [{"text": form[f"step{number}"], "done": False} for number in numbers]
    try:
        await visit.api.post(found.path("learning-goals"), {**draft, "steps": steps}, key=form.key)
    except Refused as refused:
        raise at_fields(refused, {f"steps.{at}": f"step{number}" for at, number in enumerate(numbers)}) from refused
    return visit.go(visit.at, said=visit.text("Set. The families hear of it."))


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
    await visit.api.put(path, draft, key=form.key)
    if said := form[f"note-{visit.params['goal_id']}"]:
        note_id = effect_id(form.key, "note")
        await visit.api.post(f"{path}/notes", {"note_id": note_id, "text": said, "text_ur": None}, key=note_id)
    return visit.go(visit.at, said=visit.text("Kept."))
