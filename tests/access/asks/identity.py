"""Sessions, passwords, second factors."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, SELF, THING, Ask
from tests.access.samples import PASSWORD

ASKS = {
    "roster.list_sessions": Ask(SELF),
    "roster.end_session": Ask(THING, owner="guardian", fresh=fresh.session),
    "roster.end_all_sessions": Ask(SELF),
    # Nobody here has a password or an app: 409 says so, 401 and 422 that what was typed is wrong
    "roster.change_password": Ask(
        SELF, body={"current": PASSWORD, "new": f"{PASSWORD} too"}, also=(401, 409, 422), as_staff=True
    ),
    "roster.show_factor": Ask(SELF, as_staff=True),
    "roster.begin_factor": Ask(SELF, also=(409,), as_staff=True),
    "roster.confirm_factor": Ask(SELF, body={"code": "123456"}, also=(401, 409, 422), as_staff=True),
    "roster.remove_factor": Ask(SELF, body={"code": "123456"}, also=(401, 409, 422), as_staff=True),
    "roster.set_password": Ask(BRANCH, body={"password": PASSWORD}, fresh=fresh.teacher),
    "roster.reset_factor": Ask(BRANCH, fresh=fresh.second_factor),
}
