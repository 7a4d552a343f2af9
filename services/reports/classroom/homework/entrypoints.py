"""Homework: teachers set it, families see and sign it."""

from typing import Any

from schoolbus.attached import LARGEST
from schoolbus.caller import Caller
from schoolbus.service import Answer, Media, Paged, RawBody, api, every
from services.reports.classroom.homework import answers, checking, files, reading, schemas, setting
from services.reports.fields import ClassQuery

BRANCH = "/v1/branches/{branch_id}"
ALL, FILES = f"{BRANCH}/homework", f"{BRANCH}/homework-files"
ONE = f"{ALL}/{{homework_id}}"
OF_CHILD = f"{ONE}/answers/{{student_id}}"
SET, SEE, ANSWER = "set homework", "see homework", "answer homework"
Document = dict[str, Any]


class Homework:
    @api("POST", ALL, takes=schemas.HomeworkDraft, gives=schemas.Homework, status=201, may=SET)
    def set_homework(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Set homework or a project for a class"""
        return setting.set_homework(self.store, caller, branch_id, draft)

    @api("PUT", ONE, takes=schemas.HomeworkChange, gives=schemas.Homework, may=SET)
    def change_homework(self, caller: Caller, branch_id: str, homework_id: str, draft: Document) -> Document:
        """Change homework; families hear of it, and sign what it says now"""
        return setting.change(self.store, caller, branch_id, homework_id, draft)

    @api("DELETE", ONE, may=SET)
    def withdraw_homework(self, caller: Caller, branch_id: str, homework_id: str) -> None:
        """Take homework back; families hear that it need not be done"""
        setting.withdraw(self.store, caller, branch_id, homework_id)

    @api("GET", ALL, query=ClassQuery, gives=schemas.Homework, may=SEE, paged=True)
    def homework(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A class's homework, the latest due first; for guardians with their own children's answers"""
        return reading.of_class(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=schemas.Homework, may=SEE)
    def one_homework(self, caller: Caller, branch_id: str, homework_id: str) -> Document:
        """One homework"""
        return reading.one(self.store, caller, branch_id, homework_id)

    @api("GET", f"{ONE}/editions", gives=schemas.HomeworkEdition, may=SEE, paged=True)
    def homework_editions(self, caller: Caller, branch_id: str, homework_id: str, query: Document) -> Paged:
        """What homework said before it was changed"""
        return reading.editions(self.store, caller, branch_id, homework_id, query)

    # What families say of it

    @api("POST", f"{OF_CHILD}/seen", may=ANSWER)
    def see_homework(self, caller: Caller, branch_id: str, homework_id: str, student_id: str) -> None:
        """Say that a child's homework was opened"""
        answers.see(self.store, caller, branch_id, homework_id, student_id)

    @api("PUT", OF_CHILD, takes=schemas.FamilysAnswerDraft, gives=schemas.FamilysAnswer, may=ANSWER)
    def answer_homework(self, caller: Caller, branch_id: str, homework_id: str, student_id: str, draft: Document) -> Document:
        """Say how a child's homework went, and sign it"""
        return answers.answer(self.store, caller, branch_id, homework_id, student_id, draft)

    @api("GET", f"{ONE}/answers", gives=schemas.HomeworkAnswers, may=SET)
    def homework_answers(self, caller: Caller, branch_id: str, homework_id: str) -> Document:
        """Who of the class has seen, done and signed homework"""
        return checking.of_homework(self.store, caller, branch_id, homework_id)

    @api("PUT", f"{ONE}/checks", takes=schemas.HomeworkChecksDraft, gives=schemas.HomeworkAnswers, may=SET)
    def check_homework(self, caller: Caller, branch_id: str, homework_id: str, draft: Document) -> Document:
        """Note what was handed in, for a class in one request"""
        return checking.check(self.store, caller, branch_id, homework_id, draft)

    # Its files

    @api(
        "POST", FILES, query=schemas.HomeworkFileQuery, takes=RawBody(LARGEST), gives=schemas.HomeworkFile, status=201, may=SET
    )
    def upload_homework_file(self, caller: Caller, branch_id: str, query: Document, raw: Any) -> Document:
        """Upload a picture, a sound or a PDF for homework to come: the body is the file"""
        return files.upload(self.store, caller, branch_id, query, raw)

    @api("GET", f"{FILES}/{{file_id}}", gives=Media("*/*"), may=SEE)
    def homework_file(self, caller: Caller, branch_id: str, file_id: str) -> Answer:
        """What is attached to homework"""
        return files.download(self.store, caller, branch_id, file_id)

    @every(seconds=600)
    def clear_homework_files(self) -> None:
        files.clear(self.store)
