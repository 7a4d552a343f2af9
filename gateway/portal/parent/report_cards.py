"""A child's report cards and certificates: on the phone, in English, Urdu or both."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from gateway.portal.parent.lists import whole

pages = Pages()
_AT = "/children/{branch_id}/{student_id}/report-cards"
LANGUAGES = ("ur", "en", "both")


@pages.get(_AT)
async def report_cards(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    after = visit.query.get("after")
    cards, certificates = await asyncio.gather(
        visit.api.get(child.api("report-cards"), student_id=child.id, limit=20, after=after),
        whole(visit, child.api("certificates"), student_id=child.id),
    )
    return await visit.show(
        "parent/report-cards.html",
        child=child,
        cards=cards["items"],
        next=cards["next"],
        certificates=certificates or [],
    )


@pages.get(_AT + "/{report_card_id}/{language}")
async def report_card_file(visit: Visit) -> StreamResponse:
    child, language = await children.of_path(visit), visit.params["language"]
    if language not in LANGUAGES:
        raise children.not_here()
    path = child.api("report-cards", visit.params["report_card_id"], "pdf")
    return await visit.file(path, f"report-card-{language}.pdf", language=language)


@pages.post(_AT + "/{report_card_id}")
async def acknowledge(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    await visit.api.post(child.api("report-cards", visit.params["report_card_id"], "acknowledgement"))
    return visit.go(visit.back(f"{child.at}/report-cards"), said=visit.text("Thank you. The school sees it."))


@pages.get("/children/{branch_id}/{student_id}/certificates/{certificate_id}")
async def certificate_file(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    path = child.api("certificates", visit.params["certificate_id"], "pdf")
    return await visit.file(path, "certificate.pdf", language=visit.language.name)
