"""Every operation that names a child leaves an entry in the audit trail: who, by which right, in which branch."""

from dataclasses import replace

from schoolbus.rights import RIGHTS
from tests.access.asks import ASKS, engagement, gradebook, oneroster, pta
from tests.access.asks.ask import BRANCH, CHILD, CLASS, THING, filled
from tests.access.test_matrix import Operation, asked, fits
from tests.access.world import OWN, PLACES, World
from tests.support.platform import Client
from tests.support.waiting import eventually

# Operations below a branch, or about a thing, that say and do nothing about a child
NO_CHILD = {
    *("roster.show_branch", "roster.change_branch", "roster.close_branch"),
    *(f"roster.{verb}_{what}" for verb in ("add", "change", "end") for what in ("term", "holiday", "subject")),
    *("roster.list_terms", "roster.list_holidays", "roster.list_subjects", "roster.list_classes"),
    "roster.list_other_branches",
    *("roster.add_class", "roster.change_class", "roster.end_class"),  # it has no students
    *("roster.grant_roles", "roster.set_password", "roster.reset_factor", "roster.end_session"),
    *(name for name in ASKS if name.rpartition("_")[2] in ("subscription", "subscriptions")),
    *("roster.subscribe", "roster.show_usage"),
    *("roster.merge_guardians", "roster.part_guardians", "roster.list_matches"),  # theirs are none
    *(f"roster.{verb}" for verb in ("send_class_list", "list_class_lists", "show_class_list", "cancel_class_list")),  # counts
    *("roster.download_class_list_template", "roster.download_class_list_findings"),  # titles; lines that name nobody
    *("roster.answer_proposal", "roster.show_export", "roster.download_export"),  # a guardian's, of themselves
    *("roster.preview_promotion", "roster.list_contacts_to_repair"),  # of a class without students; of guardians
    *(
        name for name in ASKS if name.startswith(("roster.get", "roster.getAll"))
    ),  # by machines: tests/roster/test_provider_audit
    *oneroster.OF_GRADEBOOK,  # the same: tests/reports/test_oneroster_reach
    *(f"reports.{name}" for name in ("missing_registers", "school_week", "put_school_week")),  # classes; days of the week
    *(name for name in ASKS if name.startswith("reports.") and "behaviour_aspect" in name),
    *("meetings.meeting_prompts", "meetings.call_wishes", "meetings.run_late"),  # nobody has missed a meeting, none is near
    *(*gradebook.OF_SCHEMES, "reports.term_locks"),
    *(*engagement.OF_BRANCH, *engagement.UNCOUNTED),
    *pta.ASKS,  # it is about guardians and teachers
    *("meetings.open_day", "meetings.preview_day", "meetings.meeting_days", "meetings.meeting_day", "meetings.slots"),
    *("meetings.change_day", "meetings.add_teacher", "meetings.change_ways", "meetings.add_date"),
    *("meetings.teacher_is_away", "meetings.cancel_day", "meetings.priorities"),  # nobody is booked, or marked
    *("meetings.waiting_lists", "meetings.branch_calendar", "meetings.participation"),  # nobody waits; what there is; counts
    *(name for name in ASKS if name.startswith("meetings.") and "availabilit" in name),
    *(f"meetings.{name}" for name in ("remind_of_wishes", "ask_for_timetable", "timetables", "timetable")),  # counts
    *("meetings.stop_timetable", "meetings.publish_timetable"),
    *("roster.people_waiting", "reports.reports_waiting", "notifications.messages_waiting"),  # counts
    # arranged, and seen by staff without a child of their own
    *(f"meetings.{verb}_{what}" for verb in ("draft", "change", "publish") for what in ("activity", "slip")),
    *("meetings.remove_activity", "meetings.cancel_activity", "meetings.share_materials", "meetings.close_slip"),
    *("meetings.activities", "meetings.activity", "meetings.activity_calendar", "meetings.activity_feedback"),
    "meetings.ask_unanswered",  # counts
    *("meetings.permission_slips", "meetings.permission_slip", "meetings.want_volunteers"),
    *(name for name in ASKS if name.endswith(("volunteer_task", "volunteer_tasks"))),
    *(name for name in ASKS if "webhook" in name or "deliver" in name),
    *(name for name in ASKS if name.endswith(("card_template", "card_templates", "card_logo", "_remark", "remark_bank"))),
    "reports.report_card_runs",  # counts
    "reports.preview_card",  # of a child that is nobody's
    *("reports.home_note_choices", "reports.home_note_prompts", "reports.set_home_note_prompts"),  # words; a guardian's own
    "notifications.messages_summary",  # counts
    "notifications.send_all_again",  # it has reached everybody
    "notifications.sent_again",  # counts
    "notifications.letters_waiting",  # counts, class by class
    *("notifications.i_read", "notifications.my_calendar_file", "notifications.my_audio_note"),  # own ones, as in the feed
    *("notifications.remove_device", "notifications.come_back"),  # of a guardian
    *(name for name in ASKS if name.endswith(("_suggestion", "_suggestions", ".suggestion"))),  # nobody is to know who wrote
    *(name for name in ASKS if name.endswith(("desk", "my_hours"))),
    *(name for name in ASKS if "announcement" in name and "recipients" not in name),  # to classes, the branch, the chain
    "notifications.show_preview",  # counts
    *(name for name in ASKS if name.endswith(("_audience", "_audiences"))),
    *(name for name in ASKS if name.startswith("notifications.") and name.endswith(("_rule", "_rules"))),
    *("notifications.what_is_translated", "notifications.translate", "notifications.confirm_translation"),
    *(name for name in ASKS if "guide" in name or name.endswith(("_pack", "_packs"))),  # who is in one: tests/notifications
}
CHAINS = ("roster.search_people",)  # the operator's
OF_A_CHILD = {
    "roster.show_person": {"person_id": "$student_id"},
    "roster.show_history": {"person_id": "$student_id"},
    "roster.export_person": {"person_id": "$student_id"},
    "roster.list_merges": {"person_id": "$guardian_id"},
}  # what the matrix asks of somebody else
OF_ALL = {"notifications.list_conversations": {"whose": "branch"}}  # a head has none of their own


def test_what_names_a_child_is_noted(world: World, operations: dict[str, Operation]) -> None:
    world.subscribe(OWN)
    asked_for = {}
    for name, ask in ASKS.items():
        if name in CHAINS or (ask.about in (BRANCH, CHILD, CLASS, THING) and name not in NO_CHILD):
            right = operations[name][2]["x-right"]
            client = _somebody(world, name, right)
            ids = world.ids(ask, OWN)
            wider = replace(ask, query=ask.query | OF_ALL.get(name, {}))
            answer = asked(client, operations[name], wider, ids | filled(OF_A_CHILD.get(name, {}), ids))
            world.used(ask, OWN)
            assert fits(answer, True, ask), f"{name}: {answer.status_code} {answer.text}"
            asked_for[name] = (client.person_id, right)
    eventually(lambda: _all_noted(world, asked_for))


def test_operations_without_a_child_are_known() -> None:
    assert set(ASKS) >= NO_CHILD


def _somebody(world: World, name: str, right: str) -> Client:
    """A head or an operator of whom nothing is noted yet; a teacher or guardian where neither may."""
    reach = RIGHTS[right].reach
    branch_id = PLACES[OWN].ids["branch_id"]
    if "head" in reach:
        return world.at(branch_id, f"head-{name.replace('.', '-')}", "head")
    if set(reach) == {"operator"}:
        return world.operator_as(f"operator-{name.replace('.', '-')}")
    if "class_teacher" in reach and "teacher" not in reach:
        return world.client("t1", "teacher", "class_teacher")
    return world.client("t1", "teacher") if "teacher" in reach else world.client("g1", "guardian")


def _all_noted(world: World, asked_for: dict[str, tuple[str, str]]) -> bool:
    missing = [name for name, (person_id, right) in asked_for.items() if not _noted(world, person_id, right)]
    assert missing == [], missing
    return True


def _noted(world: World, person_id: str, right: str) -> bool:
    path = f"/v1/branches/{PLACES[OWN].ids['branch_id']}/audit"
    entries = world.operator.all(path, person_id=person_id)  # somebody of whom other tests have asked much has several pages
    return any(entry["right"] == right and entry["children"] for entry in entries)
