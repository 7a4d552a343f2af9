"""What the API's own words are called on a page, where the word itself would tell a reader nothing: by what they are words of.

`state|called("subscription")` in a template. A word that is not here is shown as it comes.
"""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "signed in by": {"code": "by a code to the phone", "password": "by password", "oidc": "through the school's own account"},
    "role": {
        "guardian": "parent or guardian",
        "teacher": "teacher",
        "office": "office",
        "head": "head",
        "student": "student",
        "pta_officer": "officer of the parents' association",
    },
    "service": {"roster": "People and classes", "meetings": "Meetings", "reports": "School work", "notifications": "Messages"},
    "health": {"answers": "works", "behind": "is behind", "down": "does not answer"},
    "used": {
        "messages": "Messages",
        "sms_parts": "SMS parts",
        "app_messages": "Messages in the app",
        "report_cards": "Report cards",
        "storage_bytes": "Storage, MB",
    },
    "subscription": {
        "requested": "asked for",
        "rejected": "rejected",
        "withdrawn": "taken back",
        "approved": "approved, not begun",
        "trial": "on trial",
        "active": "active",
        "suspended": "suspended",
        "ended": "ended",
    },
    "same": {"national_id": "CNIC", "phone": "phone", "name": "name"},
    "channel": {
        "sms": "SMS",
        "whatsapp": "WhatsApp",
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
        "sent": "sent",
        "delivered": "delivered",
        "read": "read",
        "failed": "failed",
        "skipped": "skipped",
    },
    "reason": {
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
    "announcement": {
        "draft": "draft",
        "scheduled": "scheduled",
        "sending": "being sent",
        "sent": "sent",
        "paused": "resting",
        "canceled": "stopped",
    },
    "guide": {"draft": "draft", "published": "published", "retired": "retired"},
    "guide kind": {"guide": "Guide", "introduction": "Introduction for new families"},
    "pack": {"draft": "draft", "running": "running", "paused": "resting", "ended": "ended"},
    "term kind": {"schoolYear": "School year", "semester": "Semester", "term": "Term", "gradingPeriod": "Grading period"},
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
    "urgency": {"urgent": "urgent, at any hour", "prompt": "at once, in waking hours", "normal": "when it fits"},
    "pull": {"waiting": "well, waits for its time", "pulling": "fetching", "importing": "importing", "failed": "failed"},
    "version": {"draft": "draft", "in_force": "in force", "retired": "retired"},
}


def english(word: str, of: str) -> str:
    return WORDS[of].get(word, word.replace("_", " "))
