"""A certificate: who has done what, on one page across."""

from dataclasses import dataclass
from datetime import date

from services.reports.paper import setting
from services.reports.paper.codes import Check, check_of
from services.reports.paper.look import Look
from services.reports.paper.pairs import day, pair
from services.reports.paper.points import Signer, signers
from services.reports.text import one_line

TEMPLATE = "/services/reports/paper/certificate.typ"


@dataclass(frozen=True)
class Certificate:
    """`title`: Certificate of merit; `text`: for what, as a whole sentence or two."""

    branch_name: str
    title: str
    name: str
    text: str
    given_on: date
    class_title: str = ""
    branch_name_ur: str | None = None
    title_ur: str | None = None
    name_ur: str | None = None
    text_ur: str | None = None
    signers: tuple[Signer, ...] = (Signer("Class teacher", "کلاس ٹیچر"), Signer("Head of school", "سربراہِ ادارہ"))
    number: str = ""
    check: Check | None = None


def render(certificate: Certificate, edition: str, look: Look | None = None) -> bytes:
    given = {
        "look": (look or Look()).printed(),
        "branch": pair(certificate.branch_name, certificate.branch_name_ur),
        "title": pair(certificate.title, certificate.title_ur),
        "name": pair(certificate.name, certificate.name_ur),
        "class": one_line(certificate.class_title),
        "text": pair(certificate.text, certificate.text_ur),
        "date": day(certificate.given_on),
        "signatures": signers(certificate.signers),
        "number": one_line(certificate.number),
        "check": check_of(certificate.check),
    }
    return setting.pdf(TEMPLATE, "certificate", given, edition)
