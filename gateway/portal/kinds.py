"""What a word of the API is called where words of its kind are called otherwise than in general: words.py."""

from collections.abc import Mapping

WHY_AWAY: Mapping[str, str] = {
    "ill": "Ill",
    "family": "A family matter",
    "travel": "Travelling",
    "religious": "A religious day",
    "other": "Another reason",
}
OF_KIND: Mapping[str, Mapping[str, str]] = {
    "way": {
        "visit": "At school",
        "telephone": "By telephone",
        "video": "By video",
    },
    "note": {
        "learning": "Learning",
        "routines": "Daily life",
        "strengths": "What goes well",
        "challenges": "What is hard",
    },
    "own channel": {
        "sms": "SMS",
        "whatsapp": "WhatsApp",
        "email": "E-mail",
        "app": "These pages",
        "push": "Notices on the phone",
        "voice": "Calls",
    },
    "activity": {
        "event": "Event",
        "workshop": "Workshop",
        "training": "Training",
    },
    "adjustment": {
        "add": "points more",
        "scale": "times a factor",
        "floor": "no less than",
    },
    "signed in by": {
        "code": "by a code to the phone",
        "password": "by password",
        "oidc": "through the school's own account",
    },
    "role": {
        "guardian": "parent or guardian",
        "teacher": "teacher",
        "office": "office",
        "head": "head",
        "student": "student",
        "pta_officer": "officer of the parents' association",
    },
    "service": {
        "roster": "People and classes",
        "meetings": "Meetings",
        "reports": "School work",
        "notifications": "Messages",
    },
    "used": {
        "messages": "Messages",
        "app_messages": "Messages in the app",
        "report_cards": "Report cards",
        "storage_bytes": "Storage, MB",
    },
    "same": {
        "national_id": "CNIC",
        "phone": "phone",
        "name": "name",
    },
    "channel": {
        "email": "E-mail",
        "voice": "Call",
        "push": "Push",
        "app": "App",
        "paper": "Paper",
        "digest": "the day's digest",
        "own": "the family's own channels",
        "none": "no channel",
        "shared_phone": "told already by the same phone",
    },
    "message": {
        "queued": "queued",
        "skipped": "skipped",
    },
    # why a child was away; why a message was not sent
    "reason": {
        **WHY_AWAY,
        "no_channel": "no way to reach them",
        "no_guardian": "the child has no guardian here",
        "no_guardian_any_more": "no longer the child's guardian",
        "shared_phone": "told already by the same phone",
        "over_limit": "over the branch's limit",
        "opted_out": "does not want such messages",
        "no_receipt": "no receipt came",
        "outcome_unknown": "nobody knows whether it arrived",
        "carrier_out_of_order": "the carrier does not answer",
        "too_late": "too late to tell",
        "left": "has left the school",
        "canceled": "taken back",
        "unknown": "unknown",
    },
    "guide kind": {
        "guide": "Guide",
        "introduction": "Introduction for new families",
    },
    "term kind": {
        "schoolYear": "School year",
        "semester": "Semester",
        "term": "Term",
        "gradingPeriod": "Grading period",
    },
    "measure": {
        "delivered": "Something arrived",
        "read": "Read something",
        "answered": "Answered or wrote",
        "met": "Had a meeting",
        "unreached": "Not reached",
        "home_notes": "Wrote a home note",
        "signed": "Signed homework",
        "acknowledged": "Acknowledged a report card",
        "activities": "Came to an activity",
        "pta": "Came to the parents' association",
        "attendance": "Days attended",
        "homework_done": "Homework done",
        "marks": "Marks",
    },
    "urgency": {
        "urgent": "urgent, at any hour",
        "prompt": "at once, in waking hours",
        "normal": "when it fits",
    },
    "version": {
        "in_force": "in force",
        "retired": "retired",
    },
}
