"""What notifications hears of activities, of those who help, of permission slips: each told by its rules."""

from schoolbus.contracts import activities
from schoolbus.service import on
from services.notifications import telling


class HearsOfActivities:
    """A part of the service notifications."""

    @on(activities.ActivityOpened, prefetch=4)
    def invite_to_activity(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ActivityChanged, prefetch=4)
    def tell_of_changed_activity(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ActivityCancelled, prefetch=4)
    def tell_of_cancelled_activity(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.AnswerMissing, prefetch=4)
    def ask_for_answer(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ActivityReminder, prefetch=4)
    def remind_of_activity(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.SignedUp)
    def confirm_sign_up(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.SignUpWithdrawn)
    def confirm_withdrawal(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.PlaceOffered)
    def offer_place(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ActivityAttended)
    def pass_on_attendance(self, event):
        telling.tell(self.store, event, self.settings.public_url)  # a branch's own systems alone hear of it

    @on(activities.FeedbackAsked, prefetch=4)
    def ask_for_feedback(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.MaterialsShared, prefetch=4)
    def tell_of_materials(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.VolunteersWanted, prefetch=4)
    def look_for_volunteers(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ShiftTaken)
    def thank_for_shift(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ShiftGivenBack)
    def confirm_shift_given_back(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ShiftCancelled)
    def tell_of_cancelled_shift(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ShiftReminder)
    def remind_of_shift(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.PermissionAsked, prefetch=4)
    def ask_for_permission(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.PermissionReminder, prefetch=4)
    def remind_of_permission(self, event):
        telling.tell(self.store, event, self.settings.public_url)

    @on(activities.ConsentRecorded)
    def confirm_consent(self, event):
        telling.tell(self.store, event, self.settings.public_url)
