"""Pages of teachers."""

from gateway.portal.pages import Pages
from gateway.portal.teacher import (
    assessments,
    availability,
    behaviour,
    classes,
    conversation,
    diary,
    expecting,
    goals,
    homework,
    inbox,
    marks,
    meeting,
    meeting_day,
    papers,
    patterns,
    register,
    remarks,
    unreached,
    written,
)

_OF_A_CLASS = (
    *(classes, register, patterns, papers, homework, diary, goals, expecting, marks, assessments, behaviour, remarks),
    unreached,
)
_OF_FAMILIES = (inbox, conversation, meeting_day, meeting, availability, written)
PAGES: tuple[Pages, ...] = tuple(each.pages for each in (*_OF_A_CLASS, *_OF_FAMILIES))
