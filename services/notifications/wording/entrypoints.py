"""The words that the platform says: languages as catalogues, texts with versions, and how they look on a phone."""

from schoolbus.problems import NotFound
from schoolbus.service import Answer, Media, RawBody, api
from services.notifications.wording import phones_page, schemas, uploads, versions

CATALOGUE, TEXT = "/v1/catalogues/{language}", "/v1/texts/{text}/{language}"
VERSION = TEXT + "/versions/{version}"
PO = Media("text/x-gettext-translation")


def _number(version):
    if not version.isascii() or not version.isdigit() or len(version) > 6:
        raise NotFound("Version")
    return int(version)


def _po(body, language):
    return Answer(body, uploads.TYPE, headers={"Content-Disposition": f'attachment; filename="{language}.po"'})


class Catalogues:
    @api("GET", "/v1/catalogues", gives=schemas.Catalogues, may="keep wording")
    def list_catalogues(self, caller):
        """The languages that families can choose, and how far each is translated"""
        return {"items": uploads.every()}

    @api("GET", CATALOGUE, gives=PO, may="keep wording")
    def catalogue(self, caller, language):
        """The catalogue of a language, a gettext .po"""
        return _po(uploads.file(self.store, language), language)

    @api("PUT", CATALOGUE, takes=RawBody(uploads.LIMIT), gives=schemas.CatalogueReport, may="keep wording")
    def put_catalogue(self, caller, language, raw):
        """Bring the catalogue of a language; it is in force everywhere within five seconds"""
        return uploads.take(self.store, caller, language, raw.body)

    @api("DELETE", CATALOGUE, may="keep wording")
    def withdraw_catalogue(self, caller, language):
        """Withdraw it: what comes with Rabta is said again, or Urdu"""
        uploads.withdraw(self.store, language)

    @api("GET", CATALOGUE + "/to-translate", gives=PO, may="keep wording")
    def catalogue_to_translate(self, caller, language):
        """A .po with all that is said, to be filled in"""
        return _po(uploads.to_translate(language), language)

    @api("GET", CATALOGUE + "/versions", gives=schemas.CatalogueVersions, may="keep wording")
    def catalogue_versions(self, caller, language):
        """The catalogues that were brought, newest first"""
        return {"items": uploads.versions(self.store, language)}

    @api("POST", CATALOGUE + "/versions/{version}/in-force", gives=schemas.Catalogue, may="keep wording")
    def use_catalogue_version(self, caller, language, version):
        """Go back to an earlier one"""
        return uploads.put_in_force(self.store, caller, language, _number(version))

    @api("POST", CATALOGUE + "/approved", gives=schemas.ApprovedTexts, may="keep wording")
    def approve_catalogue(self, caller, language):
        """Meta has approved the WhatsApp templates of the whole catalogue"""
        return versions.approve_all(self.store, caller, language)


class Texts:
    @api("GET", "/v1/texts", gives=schemas.MessageTexts, may="keep wording")
    def list_texts(self, caller):
        """All that the platform says, and which version is in force in each language"""
        return {"items": versions.every()}

    @api("GET", TEXT, gives=schemas.MessageText, may="keep wording")
    def show_text(self, caller, text, language):
        """A text in a language, with its versions"""
        return versions.one(self.store, text, language)

    @api("POST", TEXT + "/versions", takes=schemas.TextVersionDraft, gives=schemas.TextVersion, status=201, may="keep wording")
    def write_version(self, caller, text, language, draft):
        """Write another version; it is a draft until it is put in force"""
        return versions.write(self.store, caller, text, language, draft)

    @api("DELETE", VERSION, may="keep wording")
    def remove_version(self, caller, text, language, version):
        """Remove a draft"""
        versions.remove(self.store, text, language, _number(version))

    @api("POST", VERSION + "/in-force", gives=schemas.MessageText, may="keep wording")
    def use_version(self, caller, text, language, version):
        """Say this version from now on, be it an older one; 0 is the catalogue's"""
        return versions.put_in_force(self.store, caller, text, language, _number(version))

    @api("POST", VERSION + "/approved", gives=schemas.MessageText, may="keep wording")
    def approve_version(self, caller, text, language, version):
        """Meta has approved its WhatsApp template"""
        return versions.approve(self.store, caller, text, language, _number(version), approved=True)

    @api("DELETE", VERSION + "/approved", gives=schemas.MessageText, may="keep wording")
    def disapprove_version(self, caller, text, language, version):
        """Meta has not, or not any more"""
        return versions.approve(self.store, caller, text, language, _number(version), approved=False)

    @api("GET", TEXT + "/phones", query=schemas.PhoneQuery, gives=schemas.PhoneOfVersion, may="keep wording")
    def text_on_phones(self, caller, text, language, query):
        """How it looks on a phone: the version in force, or another"""
        return versions.phone(self.store, text, language, query)

    @api("GET", TEXT + "/phones.html", query=schemas.PhoneQuery, gives=Media("text/html"), may="keep wording")
    def text_on_phones_page(self, caller, text, language, query):
        """The same as a page"""
        shown = versions.phone(self.store, text, language, query)
        return phones_page.answer(f"{text}, version {shown['version']}", [shown])

    @api("GET", "/v1/whatsapp-templates", gives=schemas.WhatsAppTemplates, may="keep wording")
    def list_whatsapp_templates(self, caller):
        """The WhatsApp templates of all that is in force, as Meta takes them"""
        return {"items": versions.whatsapp_templates()}


class Wording(Catalogues, Texts):
    pass
