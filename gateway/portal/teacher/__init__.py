"""Pages of teachers."""

from gateway.portal.pages import Pages
from gateway.portal.teacher import assessments, classes, diary, expecting, goals, homework, marks, register

PAGES: tuple[Pages, ...] = (
    classes.pages,
    register.pages,
    homework.pages,
    diary.pages,
    goals.pages,
    expecting.pages,
    marks.pages,
    assessments.pages,
)
