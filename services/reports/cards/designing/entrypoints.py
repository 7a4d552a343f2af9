"""Card templates and the remarks bank: kept by head and office, seen by those who issue cards."""

from schoolbus.body import RawBody
from schoolbus.service import Answer, Media, api
from services.reports.cards.designing import previewing, remark_bank, schemas, templates
from services.reports.paper.logos import LARGEST

TEMPLATES = "/v1/branches/{branch_id}/card-templates"
TEMPLATE = TEMPLATES + "/{card_template_id}"
REMARKS = "/v1/branches/{branch_id}/remark-bank"
DESIGN, SEE = "design report cards", "issue report cards"


class CardTemplates:
    @api("GET", TEMPLATES, gives=schemas.Template, paged=True, may=SEE)
    def card_templates(self, caller, branch_id, query):
        """The branch's card templates"""
        return templates.of_branch(self.store, caller, branch_id, query)

    @api("POST", TEMPLATES, takes=schemas.TemplateDraft, gives=schemas.Template, status=201, may=DESIGN)
    def add_card_template(self, caller, branch_id, draft):
        """Add a card template"""
        return templates.add(self.store, caller, branch_id, draft)

    @api("GET", TEMPLATE, gives=schemas.Template, may=SEE)
    def card_template(self, caller, branch_id, card_template_id):
        """One card template"""
        return templates.one(self.store, caller.branch(branch_id), card_template_id)

    @api("PUT", TEMPLATE, takes=schemas.TemplateChange, gives=schemas.Template, may=DESIGN)
    def change_card_template(self, caller, branch_id, card_template_id, draft):
        """Change a card template: a new edition; cards that were issued keep theirs"""
        return templates.change(self.store, caller, branch_id, card_template_id, draft)

    @api("DELETE", TEMPLATE, may=DESIGN)
    def retire_card_template(self, caller, branch_id, card_template_id):
        """Take a card template out of use"""
        templates.retire(self.store, caller, branch_id, card_template_id)

    @api("PUT", TEMPLATE + "/logo", takes=RawBody(limit=LARGEST), gives=schemas.Template, may=DESIGN)
    def put_card_logo(self, caller, branch_id, card_template_id, raw):
        """Give a card template a logo: PNG, JPEG or SVG of up to 200 kB"""
        return templates.put_logo(self.store, caller, branch_id, card_template_id, raw.body)

    @api("DELETE", TEMPLATE + "/logo", gives=schemas.Template, may=DESIGN)
    def drop_card_logo(self, caller, branch_id, card_template_id):
        """Take a card template's logo away"""
        return templates.drop_logo(self.store, caller, branch_id, card_template_id)

    @api("POST", TEMPLATE + "/preview", query=schemas.PreviewQuery, gives=Media("application/pdf"), may=SEE)
    def preview_card(self, caller, branch_id, card_template_id, query):
        """A card of an example child by this template"""
        pdf = previewing.preview(self.store, caller, branch_id, card_template_id, query["language"])
        return Answer(pdf, "application/pdf", headers={"Content-Disposition": 'inline; filename="report-card-example.pdf"'})

    @api("GET", REMARKS, query=schemas.TagQuery, gives=schemas.Remark, paged=True, may=SEE)
    def remark_bank(self, caller, branch_id, query):
        """Remarks to choose from"""
        return remark_bank.of_branch(self.store, caller, branch_id, query)

    @api("POST", REMARKS, takes=schemas.RemarkDraft, gives=schemas.Remark, status=201, may=DESIGN)
    def add_remark(self, caller, branch_id, draft):
        """Add a remark to choose from"""
        return remark_bank.add(self.store, caller, branch_id, draft)

    @api("PUT", REMARKS + "/{remark_id}", takes=schemas.RemarkFields, gives=schemas.Remark, may=DESIGN)
    def change_remark(self, caller, branch_id, remark_id, draft):
        """Change a remark to choose from; what was taken from it stays as it was"""
        return remark_bank.change(self.store, caller, branch_id, remark_id, draft)

    @api("DELETE", REMARKS + "/{remark_id}", may=DESIGN)
    def remove_remark(self, caller, branch_id, remark_id):
        """Remove a remark to choose from"""
        remark_bank.remove(self.store, caller, branch_id, remark_id)
