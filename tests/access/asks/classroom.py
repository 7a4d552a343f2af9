"""Reports, meetings and notifications."""

from tests.access import attending, fresh
from tests.access.asks.ask import BRANCH, CHILD, CLASS, SELF, THING, Ask
from tests.access.samples import BLOCK, DESK, DEVICE, HOMEWORK, HOOK, HOURS, LETTER, MARKED, MEETING_DAY, PLANNED, PROMISE, WEEK

WHOSE = {"student_id": "$student_id", "guardian_id": "$guardian_id", "teacher_id": "$teacher_id"}
PRINT_RUN = {"run_id": "$print_run_id"}
ASKS = {
    # reports
    "reports.set_homework": Ask(CLASS, body=HOMEWORK | {"class_id": "$class_id"}),
    "reports.homework": Ask(CLASS, {"class_id": "$class_id"}),
    "reports.today": Ask(CHILD),
    "reports.put_marks": Ask(
        CLASS, body=MARKED | {"class_id": "$class_id", "marks": [{"student_id": "$student_id", "score": "7", "out_of": "10"}]}
    ),
    "reports.marks": Ask(CLASS, {"class_id": "$class_id", "term": "First term"}),
    "reports.ask_for_report_cards": Ask(
        CLASS, body={"class_id": "$class_id", "term": "First term", "student_ids": ["$student_id"]}
    ),
    "reports.report_card_run": Ask(THING),
    "reports.report_cards": Ask(CHILD, {"student_id": "$student_id"}),
    "reports.one_homework": Ask(THING),
    "reports.report_card": Ask(THING),
    "reports.home_note": Ask(THING),
    "reports.report_card_pdf": Ask(THING),
    "reports.write_home_note": Ask(CHILD, body={"student_id": "$student_id", "kind": "strengths", "text": "Sings."}),
    "reports.home_notes": Ask(BRANCH),
    "reports.acknowledge_home_note": Ask(THING),
    "reports.take_register": Ask(
        CLASS, {"lesson": "2"}, {"entries": [], "others": "present"}, also=(409,)
    ),  # it is changed since
    "reports.register": Ask(CLASS),
    "reports.change_entry": Ask(CLASS, body={"status": "late", "minutes": 5, "reason": "Seen at the gate"}),
    "reports.register_changes": Ask(CLASS),
    "reports.registers": Ask(CLASS, {"class_id": "$class_id"}),
    "reports.missing_registers": Ask(BRANCH),
    "reports.absences": Ask(CHILD, {"student_id": "$student_id"}),
    "reports.absence": Ask(THING),
    "reports.give_reason": Ask(THING, body={"kind": "ill"}, also=(409,)),  # it is accepted by now
    "reports.accept_reason": Ask(THING, body={"accepted": True}),
    "reports.plan_absence": Ask(CHILD, body=PLANNED | {"student_id": "$student_id"}),
    "reports.planned_absences": Ask(CHILD, {"student_id": "$student_id"}),
    "reports.withdraw_planned_absence": Ask(THING, fresh=attending.planned_absence),
    "reports.student_attendance": Ask(CHILD),
    "reports.class_attendance": Ask(CLASS),
    "reports.school_week": Ask(BRANCH),
    "reports.put_school_week": Ask(BRANCH, body=WEEK),
    "reports.note_behaviour": Ask(
        CLASS, body={"class_id": "$class_id", "student_ids": ["$student_id"], "aspect_id": "listening", "tone": "praise"}
    ),
    "reports.behaviour_notes": Ask(CHILD, {"student_id": "$student_id"}),
    "reports.behaviour_note": Ask(THING),
    "reports.change_behaviour_note": Ask(THING, body={"tone": "praise", "edition": 0}, fresh=attending.behaviour_note),
    "reports.withdraw_behaviour_note": Ask(THING, fresh=attending.behaviour_note),
    "reports.behaviour_course": Ask(CHILD, {"student_id": "$student_id"}),
    "reports.behaviour_aspects": Ask(BRANCH),
    "reports.add_behaviour_aspect": Ask(BRANCH, body={"title": "Helping others"}, also=(409,)),  # enough of them
    "reports.change_behaviour_aspect": Ask(THING, body={"active": True}),
    # meetings
    "meetings.book": Ask(CHILD, body={"student_id": "$student_id", "guardian_id": "$guardian_id"}, also=(409,)),
    "meetings.move": Ask(THING, body={"slot_id": "$slot_id"}),
    "meetings.cancel": Ask(THING, fresh=fresh.booking),
    "meetings.my_bookings": Ask(BRANCH),
    "meetings.booking": Ask(THING),
    "meetings.calendar": Ask(THING),
    "meetings.branch_calendar": Ask(BRANCH),
    "meetings.participation": Ask(BRANCH),
    "meetings.participating_families": Ask(BRANCH),
    "meetings.my_calendar": Ask(SELF, also=(404,)),
    "meetings.renew_calendar": Ask(SELF),
    "meetings.revoke_calendar": Ask(SELF),
    "meetings.meeting_prompts": Ask(BRANCH),
    "meetings.preparation": Ask(THING),
    "meetings.prepare": Ask(THING, body={"companion": "Her grandmother"}),
    "meetings.day_list": Ask(THING, {"teacher_id": "$teacher_id"}),
    "meetings.run_late": Ask(THING, body={"minutes": 0}),
    "meetings.check_in": Ask(THING, also=(409,)),  # it is days ahead, here and below
    "meetings.note_attendance": Ask(THING, body={"state": "attended"}, also=(409,)),
    "meetings.meeting_notes": Ask(THING),
    "meetings.write_notes": Ask(THING, body={"shared": "Reads well.", "private": ""}),
    "meetings.call_wishes": Ask(BRANCH),
    "meetings.wish_for_call": Ask(THING, body={"wants": True}, also=(409,)),
    "meetings.arrange_call": Ask(THING, body={"starts_at": f"{MEETING_DAY['held_on']}T10:00:00Z"}, also=(409,)),
    "meetings.called": Ask(THING, also=(409,)),
    "meetings.open_written_meeting": Ask(CHILD, body=WHOSE, also=(409,)),  # one a term
    "meetings.written_meetings": Ask(BRANCH),
    "meetings.written_meeting": Ask(THING),
    "meetings.answer_written_meeting": Ask(THING, body={"answers": {"worries": "None."}}, also=(409, 422)),  # a guardian's
    "meetings.make_commitment": Ask(CHILD, body=PROMISE | WHOSE),
    "meetings.commitments": Ask(CHILD, {"student_id": "$student_id"}),
    "meetings.commitment": Ask(THING),
    "meetings.change_commitment": Ask(THING, body={"text": "Read together"}, also=(409,)),  # it is settled already
    "meetings.settle_commitment": Ask(THING, body={"state": "done"}),
    # notifications
    "notifications.messages_about": Ask(BRANCH, {"about_type": "homework", "about_id": "$homework_id"}),
    "notifications.messages_summary": Ask(BRANCH, {"about_type": "homework", "about_id": "$homework_id"}),
    "notifications.messages_file": Ask(BRANCH, {"about_type": "homework", "about_id": "$homework_id"}),
    "notifications.send_all_again": Ask(BRANCH, {"about_type": "homework", "about_id": "$homework_id"}),
    "notifications.sent_again": Ask(BRANCH, {"about_type": "homework", "about_id": "$homework_id"}, also=(404,)),
    "notifications.message": Ask(THING),
    "notifications.send_again": Ask(THING),  # it has reached them: it stays what it is
    "notifications.my_feed": Ask(SELF),
    "notifications.i_read": Ask(THING, owner="guardian"),
    "notifications.my_calendar_file": Ask(THING, owner="guardian"),
    "notifications.my_devices": Ask(SELF),
    "notifications.push_key": Ask(SELF),
    "notifications.register_device": Ask(SELF, body=DEVICE),
    "notifications.remove_device": Ask(THING, owner="guardian", fresh=fresh.device),
    "notifications.my_opt_outs": Ask(SELF),
    "notifications.leave_channel": Ask(SELF, body={"channel": "email"}),
    "notifications.come_back": Ask(THING, owner="guardian", fresh=fresh.opt_out),
    "notifications.start_conversation": Ask(
        CHILD, body=LETTER | {"student_id": "$student_id", "teacher_id": "$teacher_id", "guardian_id": "$guardian_id"}
    ),
    "notifications.list_conversations": Ask(BRANCH),
    "notifications.conversation": Ask(THING),
    "notifications.conversation_messages": Ask(THING),
    "notifications.write_message": Ask(THING, body=LETTER),
    "notifications.read_conversation": Ask(THING, body={"number": 1}),
    "notifications.attach": Ask(THING, {"conversation_id": "$conversation_id", "client_id": "1"}, also=(415,)),
    "notifications.attachment": Ask(THING),
    "notifications.drop_suggestion": Ask(BRANCH, body={"text": "More shade in the yard."}, also=(429,)),
    "notifications.list_suggestions": Ask(BRANCH),
    "notifications.suggestion": Ask(THING),
    "notifications.see_suggestion": Ask(THING),
    "notifications.answer_suggestion": Ask(THING, body={"text": "We will plant trees."}),
    "notifications.hand_over_conversation": Ask(THING, body={"to": "class_teacher"}, also=(409,)),
    "notifications.close_conversation": Ask(THING),
    "notifications.reopen_conversation": Ask(THING),
    "notifications.desk": Ask(BRANCH),
    "notifications.keep_desk": Ask(BRANCH, body=DESK),
    "notifications.my_hours": Ask(BRANCH),
    "notifications.keep_my_hours": Ask(BRANCH, body=HOURS),
    "notifications.drop_my_hours": Ask(BRANCH),
    "notifications.report_message": Ask(THING, body={"reason": "Rude"}),
    "notifications.list_abuse_reports": Ask(BRANCH),
    "notifications.abuse_report": Ask(THING),
    "notifications.settle_abuse_report": Ask(THING, body={"outcome": "talked"}),
    "notifications.block_writing": Ask(BRANCH, body=BLOCK | {"person_id": "$blocked_id"}),
    "notifications.list_writing_blocks": Ask(BRANCH),
    "notifications.lift_block": Ask(THING),
    "notifications.blocked_answers": Ask(THING),
    "notifications.list_unclear_answers": Ask(BRANCH),
    "notifications.unclear_answer": Ask(THING, owner="head"),
    "notifications.sort_answer": Ask(
        THING, body={"student_id": "$student_id", "guardian_id": "$guardian_id"}, owner="head", fresh=fresh.unclear_answer
    ),
    "notifications.set_answer_aside": Ask(THING, owner="head", fresh=fresh.unclear_answer),
    "notifications.list_unknown_answers": Ask(SELF),
    "notifications.pass_answer_on": Ask(SELF, body={"branch_id": "$branch_id"}, fresh=fresh.unknown_answer),
    "notifications.letters_waiting": Ask(BRANCH),
    "notifications.ask_for_print_run": Ask(CLASS, body={"class_id": "$class_id"}, also=(409,)),  # nothing waits
    "notifications.print_runs": Ask(CLASS, {"class_id": "$class_id"}),
    "notifications.print_run": Ask(THING, ids=PRINT_RUN),
    "notifications.print_run_pdf": Ask(THING, ids=PRINT_RUN, also=(404,)),  # it is made again just now
    "notifications.print_again": Ask(THING, ids=PRINT_RUN),
    "notifications.letters_handed_out": Ask(THING, ids=PRINT_RUN, body={}),
    "notifications.seating": Ask(CLASS),
    "notifications.put_seating": Ask(CLASS, body={"student_ids": ["$student_id"]}),
    "notifications.my_audio_note": Ask(THING, owner="guardian", also=(404,)),  # of who reads there is none
    "notifications.list_webhooks": Ask(BRANCH),
    "notifications.make_webhook": Ask(BRANCH, body=HOOK, also=(409,)),  # a branch has only so many
    "notifications.show_webhook": Ask(BRANCH),
    "notifications.change_webhook": Ask(BRANCH, body={"description": "Of another system"}),
    "notifications.remove_webhook": Ask(BRANCH, fresh=fresh.webhook),
    "notifications.rotate_webhook_secret": Ask(BRANCH),
    "notifications.test_webhook": Ask(BRANCH),
    "notifications.list_deliveries": Ask(BRANCH, {"state": "waiting"}),
    "notifications.retry_delivery": Ask(BRANCH),
}
