"""Activities, as families and school ask for them."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Answer, Media, Paged, api, every
from services.meetings.activities import (
    afterwards,
    answering,
    arranging,
    asking,
    attending,
    lists,
    reach,
    sessions,
    signing,
    timing,
    views,
)
from services.meetings.activities import schemas as shapes
from services.meetings.invitation import content_type

BRANCH = "/v1/branches/{branch_id}"
ONE = f"{BRANCH}/activities/{{activity_id}}"
SESSION = f"{ONE}/sessions/{{session_id}}"
ARRANGE, SEE, ANSWER = "arrange activities", "see activities", "answer invitations"
SEE_FAMILIES, KEEP_FAMILIES = "see participants", "keep participants"


class Activities:
    """A part of the service meetings."""

    # Arranging

    @api("POST", f"{BRANCH}/activities", takes=shapes.ActivityDraft, gives=shapes.Activity, status=201, may=ARRANGE, keyed=True)
    def draft_activity(self, caller: Caller, branch_id: str, draft: dict[str, Any], key: str) -> dict[str, Any]:
        """Draft an event, a workshop, a training series"""
        made = arranging.create(self.store, caller, branch_id, draft, key)
        return views.activities(self.store, caller, caller.branch(branch_id), [made])[0]

    @api("PUT", ONE, takes=shapes.ActivityDraft, gives=shapes.Activity, may=ARRANGE)
    def change_activity(self, caller: Caller, branch_id: str, activity_id: str, draft: dict[str, Any]) -> dict[str, Any]:
        """Change an activity; who has signed up hears of another time or place"""
        changed = arranging.edit(self.store, caller, branch_id, activity_id, draft)
        return views.activities(self.store, caller, caller.branch(branch_id), [changed])[0]

    @api("DELETE", ONE, may=ARRANGE)
    def remove_activity(self, caller: Caller, branch_id: str, activity_id: str) -> None:
        """Remove a draft"""
        arranging.remove(self.store, caller, branch_id, activity_id)

    @api("POST", f"{ONE}/publication", gives=shapes.Activity, may=ARRANGE)
    def publish_activity(self, caller: Caller, branch_id: str, activity_id: str) -> dict[str, Any]:
        """Invite the families"""
        published = arranging.publish(self.store, caller, branch_id, activity_id)
        return views.activities(self.store, caller, caller.branch(branch_id), [published])[0]

    @api("POST", f"{ONE}/cancellation", takes=shapes.Cancellation, gives=shapes.Activity, may=ARRANGE)
    def cancel_activity(self, caller: Caller, branch_id: str, activity_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """Cancel an activity, and tell everybody who may come"""
        cancelled = arranging.cancel(self.store, caller, branch_id, activity_id, body["because"])
        return views.activities(self.store, caller, caller.branch(branch_id), [cancelled])[0]

    @api("PUT", f"{ONE}/materials", takes=shapes.MaterialsDraft, gives=shapes.Activity, may=ARRANGE)
    def share_materials(self, caller: Caller, branch_id: str, activity_id: str, draft: dict[str, Any]) -> dict[str, Any]:
        """Share what was shown, as links"""
        changed = afterwards.share(self.store, caller, branch_id, activity_id, draft["links"], draft["tell"])
        return views.activities(self.store, caller, caller.branch(branch_id), [changed])[0]

    # Seeing and answering

    @api("GET", f"{BRANCH}/activities", query=shapes.ActivitiesQuery, gives=shapes.Activity, may=SEE, paged=True)
    def activities(self, caller: Caller, branch_id: str, query: dict[str, Any]) -> Paged:
        """What there is, in time order: for a guardian what their children are invited to"""
        return lists.page(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=shapes.Activity, may=SEE)
    def activity(self, caller: Caller, branch_id: str, activity_id: str) -> dict[str, Any]:
        """An activity, with the family's own sign-up"""
        return lists.one(self.store, caller, branch_id, activity_id)

    @api("GET", f"{ONE}/calendar", gives=Media("text/calendar"), may=SEE)
    def activity_calendar(self, caller: Caller, branch_id: str, activity_id: str) -> Answer:
        """An activity's sessions as a calendar file"""
        text = sessions.as_file(reach.seen(self.store, caller, branch_id, activity_id).activity)
        return Answer(text.encode(), content_type(text), headers={"Content-Disposition": 'attachment; filename="activity.ics"'})

    @api("PUT", f"{ONE}/sign-up", takes=shapes.AnswerDraft, gives=shapes.OwnSignUp, may=ANSWER, keyed=True)
    def answer_invitation(
        self, caller: Caller, branch_id: str, activity_id: str, draft: dict[str, Any], key: str
    ) -> dict[str, Any]:
        """Say whether the family comes, and how many; changed as often as it likes"""
        return answering.by_guardian(self.store, caller, branch_id, activity_id, draft, key)

    @api("PUT", f"{ONE}/feedback", takes=shapes.FeedbackDraft, may=ANSWER)
    def give_feedback(self, caller: Caller, branch_id: str, activity_id: str, draft: dict[str, Any]) -> None:
        """Answer the two questions; nobody is told who answered what"""
        afterwards.give_feedback(self.store, caller, branch_id, activity_id, draft)

    # Who comes

    @api("GET", f"{ONE}/sign-ups", query=shapes.SignUpsQuery, gives=shapes.SignUp, may=SEE_FAMILIES, paged=True)
    def sign_ups(self, caller: Caller, branch_id: str, activity_id: str, query: dict[str, Any]) -> Paged:
        """What families have answered"""
        return lists.sign_ups(self.store, caller, branch_id, activity_id, query)

    @api("GET", f"{ONE}/unanswered", gives=shapes.StudentWithGuardians, may=SEE_FAMILIES, paged=True)
    def unanswered(self, caller: Caller, branch_id: str, activity_id: str, query: dict[str, Any]) -> Paged:
        """Students whose family has not answered"""
        return lists.unanswered(self.store, caller, branch_id, activity_id, query["page"])

    @api("POST", f"{ONE}/unanswered/reminder", gives=shapes.AskedAgain, may=KEEP_FAMILIES)
    def ask_unanswered(self, caller: Caller, branch_id: str, activity_id: str) -> dict[str, Any]:
        """Ask the families that have not answered once more"""
        return {"students": asking.ask_again(self.store, caller, branch_id, activity_id)}

    @api("GET", f"{ONE}/participants.csv", gives=Media("text/csv"), may=SEE_FAMILIES)
    def participants(self, caller: Caller, branch_id: str, activity_id: str) -> Answer:
        """The families that come, and those that wait, as a spreadsheet"""
        body = lists.participants(self.store, caller, branch_id, activity_id)
        headers = {"Content-Disposition": 'attachment; filename="participants.csv"'}
        return Answer(body, "text/csv; charset=utf-8", headers=headers)

    @api("GET", f"{ONE}/feedback", gives=shapes.Feedback, may=SEE_FAMILIES)
    def activity_feedback(self, caller: Caller, branch_id: str, activity_id: str) -> dict[str, Any]:
        """What families answered to the two questions, from five answers on"""
        return afterwards.feedback(self.store, caller, branch_id, activity_id)

    @api(
        "PUT",
        f"{ONE}/families/{{student_id}}",
        takes=shapes.AnswerForFamily,
        gives=shapes.SignUp,
        may=KEEP_FAMILIES,
        keyed=True,
    )
    def answer_for_family(
        self, caller: Caller, branch_id: str, activity_id: str, student_id: str, draft: dict[str, Any], key: str
    ) -> dict[str, Any]:
        """Sign a student's family up, or say that it does not come"""
        return answering.by_staff(self.store, caller, branch_id, activity_id, student_id, draft, key)

    @api("PUT", f"{SESSION}/attendance", takes=shapes.AttendanceDraft, may=KEEP_FAMILIES)
    def record_attendance(
        self, caller: Caller, branch_id: str, activity_id: str, session_id: str, draft: dict[str, Any]
    ) -> None:
        """Note which families are at a session, also those that just came"""
        attending.record(self.store, caller, branch_id, activity_id, session_id, draft["families"])

    @api("GET", f"{SESSION}/attendance", gives=shapes.Attendance, may=SEE_FAMILIES, paged=True)
    def attendance(self, caller: Caller, branch_id: str, activity_id: str, session_id: str, query: dict[str, Any]) -> Paged:
        """The families that were at a session"""
        found = attending.page(self.store, caller, branch_id, activity_id, session_id, query["page"])
        return Paged(views.attendances(self.store, caller.branch(branch_id), found.items), found.next)

    # As time passes

    @every(seconds=5)
    def hand_places_on(self) -> None:
        signing.let_lapse(self.store)

    @every(seconds=5)
    def announce_activities(self) -> None:
        timing.announce(self.store)

    @every(seconds=5)
    def remind_of_activities(self) -> None:
        timing.remind(self.store)

    @every(seconds=5)
    def ask_for_feedback(self) -> None:
        timing.ask_for_feedback(self.store)
