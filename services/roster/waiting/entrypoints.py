"""How much waits for a branch's office."""

from schoolbus.service import api
from services.roster.waiting import counting, schemas


class Waiting:
    @api("GET", "/v1/branches/{branch_id}/people-waiting", gives=schemas.PeopleWaiting, may="see what waits")
    def people_waiting(self, caller, branch_id):
        """How many contacts, guardians who may be one, and transfers wait for the office"""
        return counting.of_branch(self.store, caller, branch_id)
