"""Learning goals of a class and of a child."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api
from services.reports.classroom.goals import reading, schemas, setting

ALL = "/v1/branches/{branch_id}/learning-goals"
ONE = f"{ALL}/{{learning_goal_id}}"
SET, SEE = "set learning goals", "see the classroom"
Document = dict[str, Any]


class Goals:
    @api("POST", ALL, takes=schemas.GoalDraft, gives=schemas.LearningGoal, status=201, may=SET)
    def set_goal(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Set a learning goal for a class, or for a child in it"""
        return setting.set_goal(self.store, caller, branch_id, draft)

    @api("PUT", ONE, takes=schemas.GoalChange, gives=schemas.LearningGoal, may=SET)
    def change_goal(self, caller: Caller, branch_id: str, learning_goal_id: str, draft: Document) -> Document:
        """Change a learning goal: its words, the steps that are done, how it ended"""
        return setting.change(self.store, caller, branch_id, learning_goal_id, draft)

    @api("POST", f"{ONE}/notes", takes=schemas.GoalNoteDraft, gives=schemas.LearningGoal, status=201, may=SET)
    def note_progress(self, caller: Caller, branch_id: str, learning_goal_id: str, draft: Document) -> Document:
        """Note how it goes with a learning goal"""
        return setting.note(self.store, caller, branch_id, learning_goal_id, draft)

    @api("GET", ALL, query=schemas.GoalsQuery, gives=schemas.LearningGoal, may=SEE, paged=True)
    def goals(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """Learning goals of a class, or of a child and its classes, the newest first"""
        return reading.page(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=schemas.LearningGoal, may=SEE)
    def goal(self, caller: Caller, branch_id: str, learning_goal_id: str) -> Document:
        """One learning goal"""
        return reading.one(self.store, caller, branch_id, learning_goal_id)
