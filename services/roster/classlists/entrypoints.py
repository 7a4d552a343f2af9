"""A branch's office sends a class list: a spreadsheet of a class or of the school."""

from schoolbus.service import Media, Upload, api, every
from services.roster.classlists import lists, schemas, sheet

LISTS = "/v1/branches/{branch_id}/class-lists"
ONE = f"{LISTS}/{{class_list_id}}"
IMPORT = "import class lists"


class ClassLists:
    @api(
        "POST",
        LISTS,
        query=schemas.ClassListQuery,
        takes=Upload("text/csv", limit=sheet.LIMIT),
        gives=schemas.ClassListLine,
        status=202,
        may=IMPORT,
        keyed=True,
    )
    def send_class_list(self, caller, branch_id, query, file, key):
        """Send a class list as CSV: it waits after its preview"""
        return lists.receive(self.store, caller, branch_id, query, file, key)

    @api("GET", LISTS, gives=schemas.ClassListLine, may=IMPORT, paged=True)
    def list_class_lists(self, caller, branch_id, query):
        """Class lists of a branch, newest first"""
        return lists.page(self.store, caller, branch_id, query["page"])

    @api("GET", f"{LISTS}/template.csv", gives=Media("text/csv"), may=IMPORT)
    def download_class_list_template(self, caller, branch_id):
        """An empty sheet with the titles of its columns"""
        caller.branch(branch_id)
        return lists.template()

    @api("GET", ONE, gives=schemas.ClassList, may=IMPORT)
    def show_class_list(self, caller, branch_id, class_list_id):
        """How a class list gets on, and what it would do or has done"""
        return lists.one(self.store, caller, branch_id, class_list_id)

    @api("GET", f"{ONE}/rows", query=schemas.RowsQuery, gives=schemas.ClassListRow, may=IMPORT, paged=True)
    def list_class_list_rows(self, caller, branch_id, class_list_id, query):
        """Line by line, what a class list does and what is wrong with it"""
        return lists.rows(self.store, caller, branch_id, class_list_id, query)

    @api("GET", f"{ONE}/findings.csv", gives=Media("text/csv"), may=IMPORT)
    def download_class_list_findings(self, caller, branch_id, class_list_id):
        """What is wrong with the lines, as a file for a spreadsheet"""
        return lists.findings_csv(self.store, caller, branch_id, class_list_id)

    @api("POST", f"{ONE}/confirmation", gives=schemas.ClassListLine, status=202, may=IMPORT)
    def confirm_class_list(self, caller, branch_id, class_list_id):
        """Apply a class list that waits"""
        return lists.confirm(self.store, caller, branch_id, class_list_id)

    @api("POST", f"{ONE}/cancellation", gives=schemas.ClassListLine, may=IMPORT)
    def cancel_class_list(self, caller, branch_id, class_list_id):
        """Leave a class list that is not confirmed"""
        return lists.cancel(self.store, caller, branch_id, class_list_id)

    @api("POST", f"{ONE}/undo", gives=schemas.ClassListLine, status=202, may=IMPORT)
    def undo_class_list(self, caller, branch_id, class_list_id):
        """Take back what a class list has brought and changed"""
        return lists.undo(self.store, caller, branch_id, class_list_id)

    @every(seconds=600)
    def cancel_forgotten_class_lists(self):
        lists.cancel_forgotten(self.store)
