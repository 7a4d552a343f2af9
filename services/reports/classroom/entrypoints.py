"""What goes on in class: each part has its own."""

from services.reports.classroom.diary.entrypoints import Diary
from services.reports.classroom.expectations.entrypoints import Expectations
from services.reports.classroom.goals.entrypoints import Goals
from services.reports.classroom.homework.entrypoints import Homework
from services.reports.classroom.methods.entrypoints import Methods
from services.reports.classroom.timetables.entrypoints import Timetables


class Classroom(Homework, Diary, Timetables, Expectations, Goals, Methods):
    """A part of the service reports."""
