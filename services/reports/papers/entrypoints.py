"""Single papers: progress letters, diary weeks, class registers, certificates."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Answer, Media, Paged, api
from services.reports.papers import certificates, schemas, singles

BRANCH = "/v1/branches/{branch_id}"
CERTIFICATES = f"{BRANCH}/certificates"
CERTIFICATE = f"{CERTIFICATES}/{{certificate_id}}"
PDF = Media("application/pdf")
SEE = "see certificates"
Document = dict[str, Any]


class Papers:
    @api(
        "GET",
        f"{BRANCH}/progress-letters/{{student_id}}/pdf",
        query=schemas.LetterQuery,
        gives=PDF,
        may="see results",
    )
    def progress_letter(self, caller: Caller, branch_id: str, student_id: str, query: Document) -> Answer:
        """A child's progress in a term, as a letter to the family: of published results"""
        return singles.progress_letter(self.store, caller, branch_id, student_id, query)

    @api(
        "GET",
        f"{BRANCH}/diary/{{class_id}}/weeks/{{held_on}}/pdf",
        query=schemas.PaperQuery,
        gives=PDF,
        may="see the classroom",
    )
    def diary_week_pdf(self, caller: Caller, branch_id: str, class_id: str, held_on: str, query: Document) -> Answer:
        """The week of a class's diary that a day is in"""
        return singles.week(self.store, caller, branch_id, class_id, held_on, query)

    @api(
        "GET",
        f"{BRANCH}/registers/{{class_id}}/months/{{month}}/pdf",
        query=schemas.PaperQuery,
        gives=PDF,
        may="take registers",
    )
    def register_pdf(self, caller: Caller, branch_id: str, class_id: str, month: str, query: Document) -> Answer:
        """A class's register of a month, such as 2026-11"""
        return singles.month(self.store, caller, branch_id, class_id, month, query)

    @api(
        "POST",
        CERTIFICATES,
        takes=schemas.CertificateDraft,
        gives=schemas.Certificates,
        status=201,
        may="give certificates",
    )
    def give_certificates(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Give a certificate to children of a class; each is kept with its number"""
        return {"items": certificates.give(self.store, caller, branch_id, draft)}

    @api("GET", CERTIFICATES, query=schemas.CertificateQuery, gives=schemas.Certificate, paged=True, may=SEE)
    def certificates(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A child's certificates, the newest first"""
        return certificates.of_student(self.store, caller, branch_id, query)

    @api("GET", CERTIFICATE, gives=schemas.Certificate, may=SEE)
    def certificate(self, caller: Caller, branch_id: str, certificate_id: str) -> Document:
        """One certificate"""
        return certificates.one(self.store, caller, branch_id, certificate_id)

    @api("GET", f"{CERTIFICATE}/pdf", query=schemas.PaperQuery, gives=PDF, may=SEE)
    def certificate_pdf(self, caller: Caller, branch_id: str, certificate_id: str, query: Document) -> Answer:
        """A certificate to print"""
        return singles.one_certificate(self.store, caller, branch_id, certificate_id, query)
