"""How much waits for a branch's office."""

from schoolbus.service import api
from services.notifications.waiting import counting, schemas


class Waiting:
    @api("GET", "/v1/branches/{branch_id}/messages-waiting", gives=schemas.MessagesWaiting, may="see what waits")
    def messages_waiting(self, caller, branch_id):
        """How many announcements, answers and letters wait for the office"""
        return counting.of_branch(self.store, caller, branch_id)
