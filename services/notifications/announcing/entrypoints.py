"""Announcements of a branch and of the chain, the audiences that they save, and what they cost."""

from schoolbus.service import Answer, Media, api
from services.notifications.announcing import audiences, drafts, previews, prices, reached, schemas
from services.notifications.schemas import FamilyMessage

BRANCH, CHAIN = "/v1/branches/{branch_id}/announcements", "/v1/announcements"
ID = "/{announcement_id}"
AUDIENCES, TAGS = "/v1/branches/{branch_id}/audiences", "/v1/branches/{branch_id}/tags"
CHAINS_AUDIENCES = "/v1/audiences"
CSV, PAGE = Media("text/csv"), Media("text/html")


def _file(body):
    headers = {"Content-Disposition": 'attachment; filename="recipients.csv"'}
    return Answer(body, "text/csv; charset=utf-8", headers=headers)


class OfBranches:
    """A teacher's go to families of own classes, those of office and head to the branch."""

    @api("GET", BRANCH, query=schemas.StateQuery, gives=schemas.Announcement, paged=True, may="announce")
    def list_announcements(self, caller, branch_id, query):
        """The announcements of a branch, newest first; a teacher's own"""
        return drafts.page(self.store, caller, branch_id, query)

    @api("POST", BRANCH, takes=schemas.AnnouncementDraft, gives=schemas.Announcement, status=201, may="announce")
    def write_announcement(self, caller, branch_id, draft):
        """Write an announcement; it is not sent yet"""
        return drafts.write(self.store, caller, branch_id, draft)

    @api("GET", BRANCH + ID, gives=schemas.Announcement, may="announce")
    def show_announcement(self, caller, branch_id, announcement_id):
        """One announcement, and how far it is"""
        return drafts.one(self.store, caller, branch_id, announcement_id)

    @api("PATCH", BRANCH + ID, takes=schemas.AnnouncementChange, gives=schemas.Announcement, may="announce")
    def change_announcement(self, caller, branch_id, announcement_id, change):
        """Change a draft"""
        return drafts.change(self.store, caller, branch_id, announcement_id, change)

    @api("DELETE", BRANCH + ID, may="announce")
    def remove_announcement(self, caller, branch_id, announcement_id):
        """Remove a draft"""
        drafts.remove(self.store, caller, branch_id, announcement_id)

    @api("POST", BRANCH + ID + "/preview", gives=schemas.Preview, status=202, may="announce")
    def preview_announcement(self, caller, branch_id, announcement_id):
        """Count whom it would tell, by what, and what it would cost"""
        return previews.ask(self.store, caller, branch_id, announcement_id)

    @api("GET", BRANCH + ID + "/preview", gives=schemas.Preview, may="announce")
    def show_preview(self, caller, branch_id, announcement_id):
        """The preview, and how far it is"""
        return previews.one(self.store, caller, branch_id, announcement_id)

    @api("GET", BRANCH + ID + "/phones.html", gives=PAGE, may="announce")
    def announcement_on_phones(self, caller, branch_id, announcement_id):
        """How it looks on a phone, as a page"""
        return previews.pictured(self.store, caller, branch_id, announcement_id)

    @api("POST", BRANCH + ID + "/send", gives=schemas.Announcement, status=202, may="announce")
    def send_announcement(self, caller, branch_id, announcement_id):
        """Send it, at once or as its schedule says"""
        return drafts.send(self.store, caller, branch_id, announcement_id)

    @api("POST", BRANCH + ID + "/pause", gives=schemas.Announcement, may="announce")
    def pause_announcement(self, caller, branch_id, announcement_id):
        """Let its schedule rest"""
        return drafts.pause(self.store, caller, branch_id, announcement_id)

    @api("POST", BRANCH + ID + "/resume", gives=schemas.Announcement, may="announce")
    def resume_announcement(self, caller, branch_id, announcement_id):
        """Go on with its schedule"""
        return drafts.resume(self.store, caller, branch_id, announcement_id)

    @api("POST", BRANCH + ID + "/cancel", gives=schemas.Announcement, may="announce")
    def cancel_announcement(self, caller, branch_id, announcement_id):
        """Send no more of it, and take back what is queued"""
        return drafts.cancel(self.store, caller, branch_id, announcement_id)

    @api("POST", BRANCH + ID + "/correction", takes=schemas.Correction, gives=schemas.Announcement, may="announce")
    def correct_announcement(self, caller, branch_id, announcement_id, correction):
        """Other words for what is still queued"""
        return drafts.correct(self.store, caller, branch_id, announcement_id, correction)

    @api("POST", BRANCH + ID + "/resend", gives=schemas.Announcement, status=202, may="announce")
    def resend_announcement(self, caller, branch_id, announcement_id):
        """Send it again to those not reached"""
        return drafts.resend(self.store, caller, branch_id, announcement_id)

    @api("GET", BRANCH + ID + "/reached", gives=schemas.Reached, may="announce")
    def announcement_reached(self, caller, branch_id, announcement_id):
        """How many are in each state, and why some were not reached"""
        return reached.states(self.store, caller, branch_id, announcement_id)

    @api("GET", BRANCH + ID + "/recipients", query=schemas.RecipientQuery, gives=schemas.Recipient, paged=True, may="announce")
    def announcement_recipients(self, caller, branch_id, announcement_id, query):
        """Whom it told, person by person"""
        return reached.page(self.store, caller, branch_id, announcement_id, query)

    @api("GET", BRANCH + ID + "/recipients.csv", gives=CSV, may="announce")
    def announcement_recipients_file(self, caller, branch_id, announcement_id):
        """The same as a file"""
        return _file(reached.file(self.store, caller, branch_id, announcement_id))

    @api("GET", "/v1/branches/{branch_id}/messages/of/{guardian_id}", gives=FamilyMessage, paged=True, may="follow messages")
    def messages_of_family(self, caller, branch_id, guardian_id, query):
        """All messages to one guardian, newest first"""
        return reached.of_family(self.store, caller, branch_id, guardian_id, query)


class OfChain:
    @api("GET", CHAIN, query=schemas.StateQuery, gives=schemas.Announcement, paged=True, may="announce to the chain")
    def list_chain_announcements(self, caller, query):
        """The announcements of the chain, newest first"""
        return drafts.page(self.store, caller, None, query)

    @api("POST", CHAIN, takes=schemas.AnnouncementDraft, gives=schemas.Announcement, status=201, may="announce to the chain")
    def write_chain_announcement(self, caller, draft):
        """Write an announcement to many branches; it is not sent yet"""
        return drafts.write(self.store, caller, None, draft)

    @api("GET", CHAIN + ID, gives=schemas.Announcement, may="announce to the chain")
    def show_chain_announcement(self, caller, announcement_id):
        """One announcement of the chain, and how far it is"""
        return drafts.one(self.store, caller, None, announcement_id)

    @api("PATCH", CHAIN + ID, takes=schemas.AnnouncementChange, gives=schemas.Announcement, may="announce to the chain")
    def change_chain_announcement(self, caller, announcement_id, change):
        """Change a draft of the chain"""
        return drafts.change(self.store, caller, None, announcement_id, change)

    @api("DELETE", CHAIN + ID, may="announce to the chain")
    def remove_chain_announcement(self, caller, announcement_id):
        """Remove a draft of the chain"""
        drafts.remove(self.store, caller, None, announcement_id)

    @api("POST", CHAIN + ID + "/preview", gives=schemas.Preview, status=202, may="announce to the chain")
    def preview_chain_announcement(self, caller, announcement_id):
        """Count whom it would tell in all branches, by what, and what it would cost"""
        return previews.ask(self.store, caller, None, announcement_id)

    @api("GET", CHAIN + ID + "/preview", gives=schemas.Preview, may="announce to the chain")
    def show_chain_preview(self, caller, announcement_id):
        """The preview of an announcement of the chain, and how far it is"""
        return previews.one(self.store, caller, None, announcement_id)

    @api("GET", CHAIN + ID + "/phones.html", gives=PAGE, may="announce to the chain")
    def chain_announcement_on_phones(self, caller, announcement_id):
        """How an announcement of the chain looks on a phone, as a page"""
        return previews.pictured(self.store, caller, None, announcement_id)

    @api("POST", CHAIN + ID + "/send", gives=schemas.Announcement, status=202, may="announce to the chain")
    def send_chain_announcement(self, caller, announcement_id):
        """Send it to all its branches, at once or as its schedule says"""
        return drafts.send(self.store, caller, None, announcement_id)

    @api("POST", CHAIN + ID + "/pause", gives=schemas.Announcement, may="announce to the chain")
    def pause_chain_announcement(self, caller, announcement_id):
        """Let the schedule of an announcement of the chain rest"""
        return drafts.pause(self.store, caller, None, announcement_id)

    @api("POST", CHAIN + ID + "/resume", gives=schemas.Announcement, may="announce to the chain")
    def resume_chain_announcement(self, caller, announcement_id):
        """Go on with the schedule of an announcement of the chain"""
        return drafts.resume(self.store, caller, None, announcement_id)

    @api("POST", CHAIN + ID + "/cancel", gives=schemas.Announcement, may="announce to the chain")
    def cancel_chain_announcement(self, caller, announcement_id):
        """Send no more of an announcement of the chain, and take back what is queued"""
        return drafts.cancel(self.store, caller, None, announcement_id)

    @api("POST", CHAIN + ID + "/correction", takes=schemas.Correction, gives=schemas.Announcement, may="announce to the chain")
    def correct_chain_announcement(self, caller, announcement_id, correction):
        """Other words for what is still queued of an announcement of the chain"""
        return drafts.correct(self.store, caller, None, announcement_id, correction)

    @api("POST", CHAIN + ID + "/resend", gives=schemas.Announcement, status=202, may="announce to the chain")
    def resend_chain_announcement(self, caller, announcement_id):
        """Send an announcement of the chain again to those not reached"""
        return drafts.resend(self.store, caller, None, announcement_id)

    @api("GET", CHAIN + ID + "/reached", gives=schemas.Reached, may="announce to the chain")
    def chain_announcement_reached(self, caller, announcement_id):
        """How many are in each state in all branches, and why some were not reached"""
        return reached.states(self.store, caller, None, announcement_id)

    @api(
        "GET",
        CHAIN + ID + "/recipients",
        query=schemas.RecipientQuery,
        gives=schemas.Recipient,
        paged=True,
        may="announce to the chain",
    )
    def chain_announcement_recipients(self, caller, announcement_id, query):
        """Whom an announcement of the chain told, person by person"""
        return reached.page(self.store, caller, None, announcement_id, query)

    @api("GET", CHAIN + ID + "/recipients.csv", gives=CSV, may="announce to the chain")
    def chain_announcement_recipients_file(self, caller, announcement_id):
        """The same of the chain as a file"""
        return _file(reached.file(self.store, caller, None, announcement_id))


class Audiences:
    @api("GET", AUDIENCES, gives=schemas.SavedAudience, paged=True, may="keep audiences")
    def list_audiences(self, caller, branch_id, query):
        """The saved audiences of a branch"""
        return audiences.page(self.store, caller, branch_id, query["page"])

    @api("POST", AUDIENCES, takes=schemas.SavedAudienceDraft, gives=schemas.SavedAudience, status=201, may="keep audiences")
    def save_audience(self, caller, branch_id, draft):
        """Save an audience under a name"""
        return audiences.save(self.store, caller, branch_id, draft)

    @api("GET", AUDIENCES + "/{audience_id}", gives=schemas.SavedAudience, may="keep audiences")
    def show_audience(self, caller, branch_id, audience_id):
        """One saved audience"""
        return audiences.one(self.store, caller, branch_id, audience_id)

    @api(
        "PUT", AUDIENCES + "/{audience_id}", takes=schemas.SavedAudienceDraft, gives=schemas.SavedAudience, may="keep audiences"
    )
    def replace_audience(self, caller, branch_id, audience_id, draft):
        """Another name or choice for a saved audience"""
        return audiences.replace(self.store, caller, branch_id, audience_id, draft)

    @api("DELETE", AUDIENCES + "/{audience_id}", may="keep audiences")
    def remove_audience(self, caller, branch_id, audience_id):
        """Remove a saved audience"""
        audiences.remove(self.store, caller, branch_id, audience_id)

    @api("GET", CHAINS_AUDIENCES, gives=schemas.SavedAudience, paged=True, may="announce to the chain")
    def list_chain_audiences(self, caller, query):
        """The saved audiences of the chain"""
        return audiences.page(self.store, caller, None, query["page"])

    @api(
        "POST",
        CHAINS_AUDIENCES,
        takes=schemas.SavedAudienceDraft,
        gives=schemas.SavedAudience,
        status=201,
        may="announce to the chain",
    )
    def save_chain_audience(self, caller, draft):
        """Save an audience of the chain under a name"""
        return audiences.save(self.store, caller, None, draft)

    @api("GET", CHAINS_AUDIENCES + "/{audience_id}", gives=schemas.SavedAudience, may="announce to the chain")
    def show_chain_audience(self, caller, audience_id):
        """One saved audience of the chain"""
        return audiences.one(self.store, caller, None, audience_id)

    @api(
        "PUT",
        CHAINS_AUDIENCES + "/{audience_id}",
        takes=schemas.SavedAudienceDraft,
        gives=schemas.SavedAudience,
        may="announce to the chain",
    )
    def replace_chain_audience(self, caller, audience_id, draft):
        """Another name or choice for a saved audience of the chain"""
        return audiences.replace(self.store, caller, None, audience_id, draft)

    @api("DELETE", CHAINS_AUDIENCES + "/{audience_id}", may="announce to the chain")
    def remove_chain_audience(self, caller, audience_id):
        """Remove a saved audience of the chain"""
        audiences.remove(self.store, caller, None, audience_id)

    @api("GET", TAGS, gives=schemas.Tag, paged=True, may="keep audiences")
    def list_tags(self, caller, branch_id, query):
        """The tags of a branch"""
        return audiences.tags(self.store, caller, branch_id, query["page"])

    @api("PUT", TAGS + "/{tag}", takes=schemas.TagDraft, gives=schemas.Tag, may="keep audiences")
    def put_tag(self, caller, branch_id, tag, draft):
        """The classes and people that have a tag"""
        return audiences.tag(self.store, caller, branch_id, tag, draft)

    @api("DELETE", TAGS + "/{tag}", may="keep audiences")
    def remove_tag(self, caller, branch_id, tag):
        """Remove a tag"""
        audiences.untag(self.store, caller, branch_id, tag)

    @api("GET", "/v1/message-prices", gives=schemas.Prices, may="keep message prices")
    def show_prices(self, caller):
        """What a message costs on each channel"""
        return prices.shown(self.store)

    @api("PUT", "/v1/message-prices", takes=schemas.Prices, gives=schemas.Prices, may="keep message prices")
    def keep_prices(self, caller, given):
        """Other prices"""
        return prices.keep(self.store, caller, given)


class Announcing(OfBranches, OfChain, Audiences):
    pass
