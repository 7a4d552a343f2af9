"""What branches use: told by the services that count it, shown to the branch, exported by the chain."""

import csv
import io
from typing import Any

import pytest

from schoolbus import sheets
from schoolbus.contracts import notifications, reports
from tests.roster.chain import Chain
from tests.roster.hand import HandKept
from tests.roster.sets import RosterSet
from tests.support.people import operator
from tests.support.services import Service
from tests.support.waiting import eventually

MONTH = "2026-11"


def metered(chain: Chain, sequence: int, month: str = MONTH, **used: int) -> None:
    subject = f"{chain.branch()}:{month}"
    said = notifications.UsageMetered(branch_id=chain.branch(), subject=subject, month=month, used=used)
    chain.roster.say(said, sequence=sequence)


def shown(chain: Chain, month: str = MONTH) -> dict[str, int]:
    answer = chain.call("GET", "/v1/branches/{b1}/usage", chain.caller("h1", "head"), params={"month": month})
    assert answer.status_code == 200, answer.text
    return {line["metric"]: line["value"] for line in answer.json()["usage"]}


def rows(chain: Chain, month: str = MONTH) -> dict[str, dict[str, Any]]:
    answer = chain.call("GET", "/v1/usage.csv", chain.operator, params={"month": month})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbfbranch_id,branch,month,")
    return {row["branch_id"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}


def test_the_newest_numbers_count_however_they_come(chain: Chain) -> None:
    chain.imports()
    metered(chain, 2, messages=20, sms_parts=31, unheard_of=7)
    eventually(lambda: shown(chain)["messages"] == 20)
    metered(chain, 1, messages=10, sms_parts=11)
    metered(chain, 2, messages=20, sms_parts=31)
    metered(chain, 3, messages=21, sms_parts=33)
    eventually(lambda: shown(chain)["messages"] == 21)
    assert shown(chain) == {"messages": 21, "sms_parts": 33, "app_messages": 0, "report_cards": 0, "storage_bytes": 0}
    assert shown(chain, "2026-10")["messages"] == 0


def test_storage_stays_until_it_is_counted_anew(chain: Chain) -> None:
    chain.imports()
    said = reports.UsageMetered(
        branch_id=chain.branch(), subject="s", month="2026-09", used={"storage_bytes": 9000, "report_cards": 3}
    )
    chain.roster.say(said)
    eventually(lambda: shown(chain)["storage_bytes"] == 9000)
    assert shown(chain)["report_cards"] == 0, "cards of September"
    assert shown(chain, "2026-08")["storage_bytes"] == 0
    assert rows(chain)[chain.branch()]["storage_bytes"] == "9000"


def test_the_chain_exports_a_row_a_branch_and_no_formula(chain: Chain) -> None:
    formula = '=HYPERLINK("http://evil.example","Gulberg")'
    chain.imports(RosterSet().change("orgs", "b1", name=formula))
    metered(chain, 1, messages=5)
    row = eventually(lambda: (found := rows(chain)[chain.branch()]) and found["messages"] == "5" and found)
    assert row["branch"] == f"'{formula}"
    assert chain.branch("b2") in rows(chain), "a branch that used nothing has its row"
    for caller in (chain.caller("h1", "head"), chain.caller("o1", "office")):
        assert chain.call("GET", "/v1/usage.csv", caller).status_code == 403
    assert chain.call("GET", "/v1/branches/{b1}/usage", chain.caller("t1", "teacher")).status_code == 403
    assert chain.call("GET", "/v1/branches/{b1}/usage", chain.caller("x", "head", branch="b2")).status_code == 403
    for month in ("2026-13", "2026-1", "x", "2026-11-01", "", "$gt"):
        assert chain.call("GET", "/v1/usage.csv", chain.operator, params={"month": month}).status_code == 422


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n+", "\ufeff@", "＝"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(start: str) -> None:
    (_, (written,)) = csv.reader(io.StringIO(sheets.csv(["x"], [[f"{start}1+1"]]).decode("utf-8-sig"), newline=""))
    assert written == f"'{start}1+1"


def test_other_cells_stay_as_they_are() -> None:
    body = sheets.csv(["a", "b"], [['Gulberg, "A"', -5], ["گلبرگ", 3]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body))) == [["a", "b"], ['Gulberg, "A"', "-5"], ["گلبرگ", "3"]]


def test_a_branch_that_closed_stays_in_the_months_that_it_used(roster: Service) -> None:
    closed = HandKept(roster)
    said = notifications.UsageMetered(branch_id=closed.id, subject="u", month=MONTH, used={"messages": 77})
    roster.say(said)
    used = {"month": MONTH}
    eventually(lambda: closed.does("GET", "/usage", closed.head, params=used)["usage"][0]["value"] == 77)
    assert roster.call("DELETE", f"/v1/branches/{closed.id}", operator()).status_code == 200
    listed = rows(Chain(roster, "closed"))
    assert listed[closed.id]["messages"] == "77"
    assert closed.id not in rows(Chain(roster, "closed"), "2026-10")
