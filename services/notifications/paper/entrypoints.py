"""Letters for families whom nothing else reached, or who would rather have paper."""

from schoolbus.service import Answer, Media, api
from services.notifications.paper import runs, schemas, seating, waiting

BRANCH = "/v1/branches/{branch_id}"
RUNS = BRANCH + "/print-runs"
RUN = RUNS + "/{run_id}"
SEATING = BRANCH + "/seatings/{class_id}"


class Paper:
    @api("GET", BRANCH + "/letters", gives=schemas.WaitingList, may="print letters")
    def letters_waiting(self, caller, branch_id):
        """What waits to be printed, class by class"""
        return {"items": waiting.by_class(self.store, caller, branch_id)}

    @api("POST", RUNS, takes=schemas.RunDraft, gives=schemas.Run, status=202, may="print letters")
    def ask_for_print_run(self, caller, branch_id, draft):
        """Have all that waits for a class made into one PDF of letters"""
        return runs.ask(self.store, caller, branch_id, {**draft, "run_id": draft["run_id"] and str(draft["run_id"])})

    @api("GET", RUNS, query=schemas.RunQuery, gives=schemas.Run, paged=True, may="print letters")
    def print_runs(self, caller, branch_id, query):
        """The print runs of a branch or a class, the newest first"""
        return runs.page(self.store, caller, branch_id, query)

    @api("GET", RUN, gives=schemas.Run, may="print letters")
    def print_run(self, caller, branch_id, run_id):
        """One print run: how many letters of how many that were asked for, and why some are missing"""
        return runs.one(self.store, caller, branch_id, run_id)

    @api("GET", RUN + "/pdf", gives=Media("application/pdf"), may="print letters")
    def print_run_pdf(self, caller, branch_id, run_id):
        """The letters of a run, in the order in which the class sits"""
        headers = {"Content-Disposition": f'inline; filename="letters-{run_id[:8]}.pdf"'}
        return Answer(runs.pdf(self.store, caller, branch_id, run_id), "application/pdf", headers=headers)

    @api("POST", RUN + "/again", gives=schemas.Run, status=202, may="print letters")
    def print_again(self, caller, branch_id, run_id):
        """Have the same letters made once more"""
        return runs.again(self.store, caller, branch_id, run_id)

    @api("POST", RUN + "/handed-out", takes=schemas.HandedOut, gives=schemas.Run, may="print letters")
    def letters_handed_out(self, caller, branch_id, run_id, told):
        """Say that letters were handed out: all of a run, or those of some children"""
        return runs.handed_out(self.store, caller, branch_id, run_id, told["student_ids"])

    @api("GET", SEATING, gives=schemas.Seating, may="print letters")
    def seating(self, caller, branch_id, class_id):
        """How a class sits"""
        return seating.of(self.store, caller, branch_id, class_id)

    @api("PUT", SEATING, takes=schemas.SeatingDraft, gives=schemas.Seating, may="print letters")
    def put_seating(self, caller, branch_id, class_id, draft):
        """Say how a class sits: its letters come in this order"""
        return seating.put(self.store, caller, branch_id, class_id, draft["student_ids"])
