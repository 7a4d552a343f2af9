"""How rosters come in: imports, class lists, pulls, machine clients."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, SELF, Ask
from tests.access.samples import CLASS_LIST, PULL

_REFUSED = {"import_id": "$refused_import_id"}  # there is nothing to decide about it any more

ASKS = {
    "roster.receive_roster": Ask(SELF, {"source": "matrix"}, b"no ZIP", also=(422,)),
    "roster.list_imports": Ask(SELF),
    "roster.show_import": Ask(SELF),
    "roster.preview_branches": Ask(SELF, {"guarded": "false"}),
    "roster.list_findings": Ask(SELF, {"kind": "problem"}, ids=_REFUSED),
    "roster.download_findings": Ask(SELF, ids=_REFUSED),
    "roster.confirm_import": Ask(SELF, ids=_REFUSED, also=(409,)),
    "roster.cancel_import": Ask(SELF, ids=_REFUSED, also=(409,)),
    "roster.undo_import": Ask(SELF, ids=_REFUSED, also=(409,)),
    "roster.send_class_list": Ask(BRANCH, {"new_classes": "true"}, CLASS_LIST, also=(409,), kind="text/csv"),  # one is open
    "roster.list_class_lists": Ask(BRANCH),
    "roster.download_class_list_template": Ask(BRANCH),
    "roster.show_class_list": Ask(BRANCH, fresh=fresh.class_list),
    "roster.list_class_list_rows": Ask(BRANCH, fresh=fresh.class_list),
    "roster.download_class_list_findings": Ask(BRANCH, fresh=fresh.class_list),
    "roster.cancel_class_list": Ask(BRANCH, fresh=fresh.class_list),
    "roster.confirm_class_list": Ask(BRANCH, fresh=fresh.class_list),
    "roster.undo_class_list": Ask(BRANCH, fresh=fresh.applied_class_list, also=(409,)),  # another is open
    "roster.put_pull": Ask(SELF, body=PULL),
    "roster.list_pulls": Ask(SELF),
    "roster.show_pull": Ask(SELF),
    "roster.run_pull": Ask(SELF, {"anew": "true"}),
    "roster.remove_pull": Ask(SELF, fresh=fresh.pull),
    "roster.make_machine_client": Ask(
        SELF,
        body={
            "name": "Library",
            "branches": ["$branch_id"],
            "scopes": ["https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly"],
        },
    ),
    "roster.list_machine_clients": Ask(SELF),
    "roster.renew_machine_secret": Ask(SELF, fresh=fresh.machine),
    "roster.remove_machine_client": Ask(SELF, fresh=fresh.machine),
}
