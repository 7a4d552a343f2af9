"""python -m demo.tour: plays the main job on the platform that `make run` has started, through its public
interface, and says what it sees."""

import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import requests

from demo.reportcard import report_card
from demo.schoolday import school_day
from demo.together import together
from demo.visiting import Person, folder, in_days, keep, say, wait_for
from deploy.local import plan
from deploy.local.commands import FOLDER, PORTS
from deploy.local.demo_chain import SignIns
from deploy.local.processes import CannotStart


@dataclass(frozen=True)
class Tour:
    address: str
    phones: str
    password: str
    signs_in: SignIns

    def play(self) -> None:
        teacher, head = self._staff(self.signs_in.teacher), self._staff(self.signs_in.head)
        homeroom = teacher.ask("GET", "/v1/me")["classes"][0]
        branch = f"/v1/branches/{homeroom['branch']['branch_id']}"
        self._homework(teacher, branch, homeroom)
        mother = self._guardian()
        child = mother.ask("GET", "/v1/me")["children"][0]
        say(f"{self.signs_in.guardian_name} signs in with the code on her phone and finds {child['given_name']}")
        school_day(head, teacher, mother, branch, homeroom, child)
        self._meeting(head, teacher, mother, branch, child)
        together(head, teacher, mother, branch, child)
        report_card(head, teacher, mother, branch, homeroom, child)
        self._home_note(teacher, mother, branch, child)
        self._translation(head, branch)
        self._guides(mother, branch)
        self._newcomer(head, branch, homeroom)
        self._unsubscribed()
        say(f"Look at the phones: {self.phones}/")

    def _homework(self, teacher: Person, branch: str, homeroom: Any) -> None:
        draft = {
            "class_id": homeroom["class_id"],
            "title": "How plants drink",
            "text": "Put a white flower into coloured water and draw it each day.",
            "due_on": in_days(3),
        }
        homework = teacher.ask("POST", f"{branch}/homework", json=draft)
        say(f"A teacher sets homework for {homeroom['title']}: {draft['title']}")
        query = {"about_type": "homework", "about_id": homework["homework_id"], "limit": 500}

        rows = _settled(lambda: teacher.ask("GET", f"{branch}/messages", params=query)["items"])
        counts = Counter((row["channel"] or "no channel", row["language"] or "-", row["state"]) for row in rows)
        for (channel, language, state), count in sorted(counts.items()):
            say(f"  {count:>3} families  {channel:<10} {language}  {state}")
        for row in rows:
            if row["reason"]:
                say(f"      {row['children'][0]['name']}: {row['state']}, {row['reason']}")

    def _meeting(self, head: Person, teacher: Person, mother: Person, branch: str, child: Any) -> None:
        day = {
            "meeting_day_id": f"tour-of-{date.today().isoformat()}",  # a tour of the same day finds it open
            "title": "Parents' evening",
            "held_on": in_days(10),
            "starts": "17:00",
            "ends": "19:00",
            "slot_minutes": 10,
            "teachers": [{"teacher_id": teacher.ask("GET", "/v1/me")["person"]["person_id"], "place": "Room 4"}],
        }
        opened = head.ask("POST", f"{branch}/meeting-days", json=day)
        query = {"free": "true"}
        slots = mother.ask("GET", f"{branch}/meeting-days/{opened['meeting_day_id']}/slots", params=query)["items"]
        path, body = f"{branch}/slots/{slots[0]['slot_id']}/booking", {"student_id": child["person_id"]}
        answer = mother.try_to("POST", path, json=body)
        if answer.status_code == 409:  # an earlier tour holds it
            say(f"A meeting day is open; {answer.json()['title'].lower()}")
            return
        booking = answer.json()
        calendar = mother.try_to("GET", f"{branch}/bookings/{booking['booking_id']}/calendar").text
        keep("meeting.ics", calendar.encode())
        say(f"A meeting day of {len(slots)} slots is open; a guardian books one: calendar file in {folder()}/meeting.ics")

    def _home_note(self, teacher: Person, mother: Person, branch: str, child: Any) -> None:
        draft = {"student_id": child["person_id"], "kind": "strengths", "text": "Reads to her brother each evening."}
        note = mother.ask("POST", f"{branch}/home-notes", json=draft)
        teacher.ask("POST", f"{branch}/home-notes/{note['home_note_id']}/acknowledgement")
        say("A guardian writes a home note, and the teacher acknowledges it")

    def _translation(self, head: Person, branch: str) -> None:
        words = {"subject": "No school", "body": "School is closed tomorrow."}
        draft = head.ask("POST", f"{branch}/announcements", json={"texts": {"en": words}})
        path = f"{branch}/announcements/{draft['announcement_id']}"
        made = head.ask("POST", f"{path}/texts/ur/translation", json={})["texts"]["ur"]
        say(f"A machine drafts an announcement in Urdu, which says so until somebody confirms it: {made['body']}")
        head.try_to("DELETE", path)

    def _guides(self, mother: Person, branch: str) -> None:
        guides = mother.ask("GET", f"{branch}/guides")["items"]
        if not guides:  # a chain of an earlier version
            return
        oldest = guides[-1]
        path = f"{branch}/guides/{oldest['guide_id']}/pdf"
        for language in ("en", "ur"):
            query = {"language": language}
            wait_for(lambda query=query: mother.try_to("GET", path, params=query).ok)  # a worker makes it
            keep(f"guide-{language}.pdf", mother.try_to("GET", path, params=query).content)
        found = f"{len(guides)} guides, such as {oldest['titles']['en']}"
        say(f"{self.signs_in.guardian_name} finds {found}: {folder()}/guide-en.pdf, -ur.pdf")

    def _newcomer(self, head: Person, branch: str, homeroom: Any) -> None:
        """A child is enrolled, and its family gets the first part of the chain's introduction pack."""
        phone = f"+9230955{random.randrange(10**5):05}"
        child = {"given_name": "Hania", "family_name": "Aslam", "given_name_ur": "ہانیہ", "roles": ["student"]}
        made = head.ask("POST", f"{branch}/people", json={"people": [child]})["people"][0]
        mother = {"given_name": "Saima", "family_name": "Aslam", "phone": phone, "language": "ur", "channels": ["sms"]}
        head.ask("POST", f"{branch}/people/{made['person_id']}/guardians", json={"guardian": mother})
        enrolled = [{"class_id": homeroom["class_id"], "person_id": made["person_id"]}]
        head.ask("POST", f"{branch}/enrollments", json={"enrollments": enrolled})
        say(f"{child['given_name']} is enrolled; a moment later her mother reads:")
        say(f"  {wait_for(lambda: self._newest(phone))}")

    def _newest(self, phone: str) -> str | None:
        messages = requests.get(f"{self.phones}/api/phones/{phone}/messages", timeout=10).json()["messages"]
        return " ".join(messages[-1]["text"].split()) if messages else None

    def _unsubscribed(self) -> None:
        operator = self._staff(plan.OPERATOR, _secrets()["OPERATOR_PASSWORD"])
        name = self.signs_in.branch_without_meetings
        branches = operator.ask("GET", "/v1/branches", params={"limit": 500})["items"]
        branch_id = next(branch["branch_id"] for branch in branches if branch["name"] == name)
        refused = operator.try_to("GET", f"/v1/branches/{branch_id}/meeting-days")
        say(f"{name} does not subscribe to meetings: {refused.status_code} {refused.json().get('code')}")

    def _staff(self, username: str, password: str = "") -> Person:
        body = {"username": username, "password": password or self.password}
        return Person(self.address, Person(self.address).ask("POST", "/v1/sign-in/password", json=body)["token"])

    def _guardian(self) -> Person:
        """With the code that comes to the phone. A second one within half a minute is not sent: then the last is read again."""
        phone, nobody = self.signs_in.guardian_phone, Person(self.address)
        nobody.ask("POST", "/v1/sign-in/code", json={"phone": phone})

        def signed_in() -> Person | None:
            code = self._newest_code(phone)
            answer = nobody.try_to("POST", "/v1/sign-in/code/verify", json={"phone": phone, "code": code}) if code else None
            if answer is None or not answer.ok:
                time.sleep(2)
                return None
            return Person(self.address, answer.json()["token"])

        return wait_for(signed_in)

    def _newest_code(self, phone: str) -> str | None:
        messages = requests.get(f"{self.phones}/api/phones/{phone}/messages", timeout=10).json()["messages"]
        codes = [re.search(r"(?<!\d)\d{6}(?!\d)", message["text"]) for message in messages]
        return next((code[0] for code in reversed(codes) if code), None)


def _settled(look: Callable[[], list[Any]]) -> list[Any]:
    """What is seen once it has not changed for a while: carriers report delivery some seconds later."""

    def steady() -> list[Any] | None:
        before = look()
        time.sleep(3)
        after = look()
        moving = before != after or any(row["state"] == "queued" for row in after)
        return None if moving else after

    return list(wait_for(steady))


def _secrets() -> dict[str, str]:
    return dict(json.loads((FOLDER / "secrets.json").read_text()))


def main() -> int:
    try:
        signs_in = SignIns(**json.loads((FOLDER / "demo-chain.json").read_text()))
        where = json.loads((FOLDER / PORTS).read_text())  # those of its run, whatever they are here
        Tour(plan.url(where["GATEWAY_PORT"]), plan.url(where["PHONES_PORT"]), _secrets()["DEMO_PASSWORD"], signs_in).play()
    except (FileNotFoundError, requests.ConnectionError):
        print("tour: the platform is not running: start it with `make run` in another terminal", file=sys.stderr)
        return 1
    except CannotStart as fault:
        print(f"tour: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
