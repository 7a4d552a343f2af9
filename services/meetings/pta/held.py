"""What the parents' association holds of a person. A ballot is nobody's: the urn, the envelopes and the ballots name no one."""

from schoolbus.privacy import Held

HELD = (
    Held("pta_members", "person_id", shows=("role", "active", "spells")),
    Held("pta_officers", "person_id", shows=("office", "starts_on", "ends_on")),
    Held("pta_meetings", "called_by", shows=("title", "starts_at", "place")),
    Held("pta_meetings", "agenda.presenter_id", shows=("title", "starts_at", "agenda")),
    Held("pta_meetings", "present", shows=("title", "starts_at", "place")),
    Held("pta_answers", "person_id", shows=("pta_meeting_id", "coming", "answered_at"), goes=True),
    Held("pta_minutes", "present"),
    Held("pta_minutes", "written_by", shows=("pta_meeting_id", "version", "text", "written_at")),  # the association's words
    Held("pta_decisions", "owner_id", shows=("title", "text", "due_on", "state")),
    Held("pta_decisions", "history.by", shows=("title", "history")),
    Held("pta_candidates", "person_id", shows=("office_key", "statement", "state"), blanks={"statement": ""}),
    Held("pta_candidates", "nominated_by"),
    Held("pta_voters", "guardian_ids", shows=("election_id", "state")),
)
NOBODY = ("pta_offices", "pta_elections", "pta_urns", "pta_envelopes", "pta_ballots")
