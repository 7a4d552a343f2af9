"""Guides of a branch and of the chain: kept by the office, read by families, counted."""

from schoolbus.attached import LARGEST
from schoolbus.service import Answer, Media, RawBody, api
from services.notifications.announcing import reach
from services.notifications.guiding import files, guides, opening, reading, schemas

BRANCH, CHAIN = "/v1/branches/{branch_id}/guides", "/v1/guides"
ID = "/{guide_id}"
FILE = ID + "/files/{language}/{form}"
KEEP, CHAINS = "keep guides", "keep guides of the chain"
CSV, CONTENT = Media("text/csv"), RawBody(limit=LARGEST)


def _file(body):
    headers = {"Content-Disposition": 'attachment; filename="opened.csv"'}
    return Answer(body, "text/csv; charset=utf-8", headers=headers)


class Reading:
    @api("GET", BRANCH, query=schemas.KindQuery, gives=schemas.MyGuides, may="read guides")
    def my_guides(self, caller, branch_id, query):
        """Guides for my children's grades and subjects; for staff all of the branch and the chain"""
        return reading.mine(self.store, caller, branch_id, query)

    @api("GET", BRANCH + ID, query=schemas.LanguageQuery, gives=schemas.ReadGuide, may="read guides")
    def read_guide(self, caller, branch_id, guide_id, query):
        """Read a guide"""
        return reading.read(self.store, caller, branch_id, guide_id, query)

    @api("GET", BRANCH + ID + "/page", query=schemas.LanguageQuery, gives=Media("text/html"), may="read guides")
    def guide_page(self, caller, branch_id, guide_id, query):
        """A guide as a page for a browser"""
        return reading.page(self.store, caller, branch_id, guide_id, query)

    @api("GET", BRANCH + ID + "/pdf", query=schemas.LanguageQuery, gives=Media("application/pdf"), may="read guides")
    def guide_pdf(self, caller, branch_id, guide_id, query):
        """A guide to print"""
        return reading.file(self.store, caller, branch_id, guide_id, files.PDF, query)

    @api("GET", BRANCH + ID + "/audio", query=schemas.LanguageQuery, gives=Media("*/*"), may="read guides")
    def guide_audio(self, caller, branch_id, guide_id, query):
        """A guide to hear"""
        return reading.file(self.store, caller, branch_id, guide_id, files.AUDIO, query)


class OfBranches:
    @api("POST", BRANCH, takes=schemas.GuideDraft, gives=schemas.Guide, status=201, may=KEEP)
    def write_guide(self, caller, branch_id, draft):
        """Write a guide; families don't see it yet"""
        return guides.write(self.store, caller, branch_id, draft)

    @api("PUT", BRANCH + ID, takes=schemas.GuideChange, gives=schemas.Guide, may=KEEP)
    def change_guide(self, caller, branch_id, guide_id, given):
        """Say something else in a guide, or to others: a new version"""
        return guides.change(self.store, caller, branch_id, guide_id, given)

    @api("DELETE", BRANCH + ID, may=KEEP)
    def remove_guide(self, caller, branch_id, guide_id):
        """Remove a draft"""
        guides.remove(self.store, caller, branch_id, guide_id)

    @api("POST", BRANCH + ID + "/publication", gives=schemas.Guide, may=KEEP)
    def publish_guide(self, caller, branch_id, guide_id):
        """Let families see a guide"""
        return guides.publish(self.store, caller, branch_id, guide_id)

    @api("POST", BRANCH + ID + "/retirement", gives=schemas.Guide, may=KEEP)
    def retire_guide(self, caller, branch_id, guide_id):
        """Let families see it no more"""
        return guides.retire(self.store, caller, branch_id, guide_id)

    @api("POST", BRANCH + ID + "/texts/{language}/confirm", gives=schemas.Guide, may=KEEP)
    def confirm_guide(self, caller, branch_id, guide_id, language):
        """I have read the machine's text of a guide, and it is right"""
        return guides.confirm(self.store, caller, branch_id, guide_id, language)

    @api("GET", BRANCH + ID + "/versions", gives=schemas.Version, paged=True, may=KEEP)
    def guide_versions(self, caller, branch_id, guide_id, query):
        """What a guide said when, newest first"""
        return guides.versions(self.store, caller, branch_id, guide_id, query)

    @api("PUT", BRANCH + FILE, takes=CONTENT, gives=schemas.Guide, may=KEEP)
    def put_guide_file(self, caller, branch_id, guide_id, language, form, raw):
        """The school's own PDF or recording: the body is the file"""
        files.keep(self.store, reach.own(self.store.guides, caller, branch_id, guide_id), language, form, raw)
        return guides.one(self.store, caller, branch_id, guide_id)

    @api("DELETE", BRANCH + FILE, gives=schemas.Guide, may=KEEP)
    def remove_guide_file(self, caller, branch_id, guide_id, language, form):
        """Instead of the school's own file one that is made from the words"""
        files.make_again(self.store, reach.own(self.store.guides, caller, branch_id, guide_id), language, form)
        return guides.one(self.store, caller, branch_id, guide_id)

    @api("GET", BRANCH + ID + "/opened", gives=schemas.Opened, may=KEEP)
    def guide_opened(self, caller, branch_id, guide_id):
        """How many of the branch's families opened a guide, its own or the chain's"""
        return opening.shown(self.store, caller, branch_id, guide_id)

    @api("GET", BRANCH + ID + "/opened.csv", gives=CSV, may=KEEP)
    def guide_opened_file(self, caller, branch_id, guide_id):
        """The same as a file"""
        return _file(opening.file(self.store, caller, branch_id, guide_id))


class OfChain:
    @api("GET", CHAIN, query=schemas.GuideQuery, gives=schemas.GuideHead, paged=True, may=CHAINS)
    def list_chain_guides(self, caller, query):
        """The guides of the chain, newest first"""
        return guides.page(self.store, caller, None, query)

    @api("POST", CHAIN, takes=schemas.GuideDraft, gives=schemas.Guide, status=201, may=CHAINS)
    def write_chain_guide(self, caller, draft):
        """Write a guide for all branches; families don't see it yet"""
        return guides.write(self.store, caller, None, draft)

    @api("GET", CHAIN + ID, gives=schemas.Guide, may=CHAINS)
    def show_chain_guide(self, caller, guide_id):
        """One guide of the chain, and how far its files are"""
        return guides.one(self.store, caller, None, guide_id)

    @api("PUT", CHAIN + ID, takes=schemas.GuideChange, gives=schemas.Guide, may=CHAINS)
    def change_chain_guide(self, caller, guide_id, given):
        """Say something else in a guide of the chain"""
        return guides.change(self.store, caller, None, guide_id, given)

    @api("DELETE", CHAIN + ID, may=CHAINS)
    def remove_chain_guide(self, caller, guide_id):
        """Remove a draft of the chain"""
        guides.remove(self.store, caller, None, guide_id)

    @api("POST", CHAIN + ID + "/publication", gives=schemas.Guide, may=CHAINS)
    def publish_chain_guide(self, caller, guide_id):
        """Let families of all branches see a guide"""
        return guides.publish(self.store, caller, None, guide_id)

    @api("POST", CHAIN + ID + "/retirement", gives=schemas.Guide, may=CHAINS)
    def retire_chain_guide(self, caller, guide_id):
        """Let families of no branch see it any more"""
        return guides.retire(self.store, caller, None, guide_id)

    @api("POST", CHAIN + ID + "/texts/{language}/confirm", gives=schemas.Guide, may=CHAINS)
    def confirm_chain_guide(self, caller, guide_id, language):
        """I have read the machine's text of the chain's guide, and it is right"""
        return guides.confirm(self.store, caller, None, guide_id, language)

    @api("GET", CHAIN + ID + "/versions", gives=schemas.Version, paged=True, may=CHAINS)
    def chain_guide_versions(self, caller, guide_id, query):
        """What a guide of the chain said when, newest first"""
        return guides.versions(self.store, caller, None, guide_id, query)

    @api("PUT", CHAIN + FILE, takes=CONTENT, gives=schemas.Guide, may=CHAINS)
    def put_chain_guide_file(self, caller, guide_id, language, form, raw):
        """The chain's own PDF or recording: the body is the file"""
        files.keep(self.store, reach.own(self.store.guides, caller, None, guide_id), language, form, raw)
        return guides.one(self.store, caller, None, guide_id)

    @api("DELETE", CHAIN + FILE, gives=schemas.Guide, may=CHAINS)
    def remove_chain_guide_file(self, caller, guide_id, language, form):
        """Instead of the chain's own file one that is made from the words"""
        files.make_again(self.store, reach.own(self.store.guides, caller, None, guide_id), language, form)
        return guides.one(self.store, caller, None, guide_id)

    @api("GET", CHAIN + ID + "/opened", gives=schemas.Opened, may=CHAINS)
    def chain_guide_opened(self, caller, guide_id):
        """How many families opened a guide of the chain, branch by branch"""
        return opening.shown(self.store, caller, None, guide_id)

    @api("GET", CHAIN + ID + "/opened.csv", gives=CSV, may=CHAINS)
    def chain_guide_opened_file(self, caller, guide_id):
        """The same of the chain as a file"""
        return _file(opening.file(self.store, caller, None, guide_id))


class Guiding(Reading, OfBranches, OfChain):
    pass
