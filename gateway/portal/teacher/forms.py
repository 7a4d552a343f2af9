"""What several of a teacher's forms need: sentences at their own fields, the edition that was seen, files that are stored."""

import hashlib
from collections.abc import Mapping, Sequence

from gateway.portal.api import Refused
from gateway.portal.pages import Visit
from schoolbus.ids import effect_id

STORED = "stored"  # the form's field: files of a try that was refused


def at_fields(refused: Refused, names: Mapping[str, str]) -> Refused:
    """With its sentences at the form's own fields. `names`: of the fields, by what the API calls them, or by its beginning:
    `steps.0` stands for `steps.0.title`, too. The longer one comes first."""
    errors: dict[str, str] = {}
    for place, sentence in refused.errors.items():
        own = next((name for known, name in names.items() if f"{place}.".startswith(f"{known}.")), place)
        errors.setdefault(own, sentence)
    return Refused({**refused.problem, "errors": errors})


def is_gone_on(visit: Visit) -> bool:
    """Somebody else was faster: the page shows what they wrote."""
    return visit.refused is not None and visit.refused.slug == "gone-on"


def edition(visit: Visit, there: int) -> int:
    """For a form to carry: the one that was seen when it was filled in first, until a page shows what is there by now."""
    return there if is_gone_on(visit) or "edition" not in visit.form else visit.form.whole("edition")


def stored(visit: Visit) -> list[tuple[str, str]]:
    """Each file that an earlier try has stored, "ID NAME", and its name: the form carries them on, or takes them off."""
    return [(each, each.partition(" ")[2]) for each in visit.form.all(STORED)]


async def store(
    visit: Visit, path: str, fields: Sequence[str], id_name: str, *, named: bool = False, **query: str
) -> list[str]:
    """Ids of what a form attaches. Each is of the form and its own content: the same try again stores nothing twice, and
    another file is another. `id_name`: the API's. Raises Refused."""
    for field in fields:
        if given := visit.form.files.get(field):
            content, name = given.read(), " ".join(given.name.split())[:100] or "file"
            query |= {"client_id": effect_id(visit.form.key, hashlib.sha256(content).hexdigest())}
            made = await visit.api.upload(path, content, given.type, **query, **({"name": name} if named else {}))
            visit.form.fields.add(STORED, f"{made[id_name]} {name}")
    return list(dict.fromkeys(each.partition(" ")[0] for each in visit.form.all(STORED)))
