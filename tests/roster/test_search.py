"""People are found by name in both scripts, however it is spelt, and the best fit comes first."""

from collections import defaultdict
from itertools import combinations

import pytest

from demo import names
from services.roster.search.entries import beginnings, entries, fit
from services.roster.search.words import keys_of, words_of
from tests.roster.chain import Chain
from tests.roster.sets import RosterSet

SAME = """
Muhammad Mohammad Mohammed Muhammed Mohamad Mohd. M. Md محمد محمّد
Ahmed Ahmad احمد أحمد
Ali Aly Alee علی علي
Fatima Fatimah Faatima فاطمہ فاطمة فاطمه
Ayesha Aisha Ayeshah عائشہ عايشه
Hussain Husain Hussein Husayn حسین حسين
Hassan Hasan Hassaan حسن
Usman Usmaan Osman عثمان
Umar Omar Umer Omer عمر
Yousaf Yusuf Yousuf Yusaf یوسف يوسف
Qureshi Kureshi Quraishi قریشی
Khan Khaan خان
Sheikh Shaikh Shaykh Sh. شیخ
Chaudhry Chaudhary Choudhry Chowdhury Ch. چوہدری چودھری
Syed Sayed Sayyid سید
Saeed Sayeed سعید
Javed Javaid Jawaid جاوید
Parveen Perveen Parvin پروین
Pervaiz Parvez Pervez پرویز
Zainab Zaynab Zeinab زینب
Maryam Mariam Meryem مریم
Khadija Khadijah Khadeeja خدیجہ
Rehman Rahman Rehmaan رحمان رحمٰن
Abdullah Abdulla عبداللہ عبد‌اللہ
Ibrahim Ibraheem Ebrahim ابراہیم
Imran Emran عمران
Tariq Tarik Taariq طارق
Nadeem Nadim ندیم
Saleem Salim سلیم
Waseem Wasim Vaseem وسیم
Naveed Navid Nawid نوید
Faisal Faysal Feisal فیصل
Iftikhar Iftekhar افتخار
Zulfiqar Zulfikar ذوالفقار
Mustafa Mustapha Moustafa مصطفیٰ مصطفى
Musa Moosa Mousa موسیٰ
Bushra Bushrah بشریٰ
Uzma Ozma عظمیٰ عظمی
Fouzia Fauzia Fawzia Fozia فوزیہ
Shazia Shaziya شازیہ
Nasreen Nasrin نسرین
Rubina Rubeena Robina روبینہ
Samina Sameena ثمینہ
Yasmeen Yasmin یاسمین
Kausar Kawsar Kosar کوثر
Nighat Nigat نگہت
Sumaira Sumera Sumeira سمیرا
Tahira Taahirah طاہرہ
Zahid Zaahid زاہد
Zubair Zubayr Zubeir زبیر
Bilal Bilaal بلال
Talha Talhah طلحہ
Haris Harris Haaris حارث
Moiz Moeez Muiz معیز
Waleed Walid ولید
Rizwan Rezwan رضوان
Siddiqui Siddiqi Siddiqee صدیقی
Farooqi Faruqi Farooqui فاروقی
Bhatti Bhati بھٹی 
Bukhari Bokhari بخاری
Gilani Geelani گیلانی
Mughal Moghal مغل
Baloch Baluch بلوچ
Soomro Sumro سومرو
Butt But بٹ
Mehmood Mahmood Mahmud محمود
Ameer امیر امير
Tayyaba Tayaba Tayyibah طیبہ
Shahzad Shehzad Shahzaad شہزاد
Jameel Jamil جمیل
"""
APART = """
Ali/Alia Hamza/Hamid Hussain/Hassan Muhammad/Mehmood Syed/Saeed Zahid/Zahida Khalid/Khalida Umar/Ammar
Umar/Umair Amir/Umar Nadeem/Nadia Sana/Saad Noor/Nadir Khan/Kanwal Shah/Sahi Tahir/Tahira Bilal/Bilqis Rabia/Rubina
"""
EVERY_NAME = [*names.GIRLS, *names.BOYS, *names.WOMEN, *names.MEN, *names.FAMILIES, *names.MOTHERS_OWN]


def _keys(text: str) -> set[str]:
    return {key for word in words_of(text) for key in keys_of(word)}


@pytest.mark.parametrize("row", SAME.strip().splitlines())
def test_spellings_of_a_name_have_one_key(row):
    first, *others = row.split()
    for other in others:
        assert _keys(first) & _keys(other), f"{first} {_keys(first)}, {other} {_keys(other)}"


@pytest.mark.parametrize("pair", APART.split())
def test_different_names_have_different_keys(pair):
    one, other = pair.split("/")
    assert not _keys(one) & _keys(other), f"both {_keys(one)}"


@pytest.mark.parametrize("name", EVERY_NAME, ids=lambda name: name.latin)
def test_every_name_meets_itself_in_the_other_script(name):
    assert _finds(name.latin, entries("", name.urdu))
    assert _finds(name.urdu, entries(name.latin, ""))
    assert _finds(f"{name.latin} Khan", entries("", f"{name.urdu} خان"))


def test_no_two_names_share_a_key():
    """Of all the names of the demo chain, which are common ones, no two are one to the search."""
    spelt = defaultdict(set)
    for name in EVERY_NAME:
        for word in words_of(name.latin):
            for key in keys_of(word):
                spelt[key].add(word)
    shared = [pair for those in spelt.values() for pair in combinations(sorted(those), 2)]
    assert shared == []


@pytest.mark.parametrize(
    "question",
    [
        "Muhammad",
        "Khan",
        "Muhammad Khan",
        "Khan Muhammad",
        "Ali Khan",
        "Muhammad Ali Khan",
        "M. Kh",
        "muham",
        "محمد خان",
        "علی",
        "moh",
        "Mohd Ali K",
    ],
)
def test_any_words_of_a_name_find_it(question):
    assert _finds(question, entries("Muhammad Ali Khan", "محمد علی خان"))
    assert _finds(question, entries("Mohammed Aly Khaan", ""))
    assert _finds(question, entries("", "محمد علی خان"))


@pytest.mark.parametrize("question", ["Hamid", "Muhammad Hamid", "Khan Alia", "کاشف", "Muhammad Ali Khan Butt", "Khat"])
def test_another_name_does_not(question):
    assert not _finds(question, entries("Muhammad Ali Khan", "محمد علی خان"))


@pytest.mark.parametrize(
    "question", ["", "...", "'", "۔", "\u200c", "$gt", "a" * 100, "م" * 100, "و" * 100, "1", "日本", "^.*", "_" * 50]
)
def test_whatever_is_asked_is_a_question(question):
    assert all(len(group) <= 32 for group in beginnings(question))


def test_a_name_has_few_entries():
    """An index that an import has to keep: 16 entries at most, and hardly ever more than eight."""
    assert len(entries("Wajood Noor Javed Anwar Mowlood Tawoos", "وجود نور جاوید انور مولود طاووس")) <= 16
    usual = [len(entries(f"{one.latin} {two.latin}", f"{one.urdu} {two.urdu}")) for one in names.BOYS for two in names.FAMILIES]
    assert sum(usual) / len(usual) < 5


def test_spelling_counts_before_sound():
    assert fit(["omer"], "Omer Khan", "") < fit(["ome"], "Omer Khan", "") < fit(["omer"], "Umar Khan", "")


# At the edge


def test_a_branch_finds_its_own_and_the_chain_all(chain: Chain):
    """By either script; the spelling that was asked for first; and never somebody of another branch."""
    people = RosterSet()
    for id, given, family, urdu in (
        ("n1", "Mohammad", "Zubayr", "محمد زبیر"),
        ("n2", "Muhammad", "Zubair", ""),
        ("n3", "Muhammad", "Zubaida", ""),
    ):
        people = people.add(
            "users", sourcedId=id, enabledUser="true", username=id, givenName=given, familyName=family, metadata__nameUrdu=urdu
        )
        people = people.add("roles", sourcedId=id, userSourcedId=id, roleType="primary", role="student", orgSourcedId="b1")
    people = people.add("users", sourcedId="n4", enabledUser="true", username="n4", givenName="Mohd", familyName="Zubair")
    people = people.add("roles", sourcedId="n4", userSourcedId="n4", roleType="primary", role="student", orgSourcedId="b2")
    chain.imports(people)
    office = chain.caller("o1", "office")

    def found(name: str, **more: str) -> list[str]:
        answer = chain.call("GET", "/v1/branches/{b1}/people", office, params={"name": name, **more})
        assert answer.status_code == 200, answer.text
        return [person["family_name"] for person in answer.json()["items"]]

    assert found("Muhammad Zubair") == ["Zubair", "Zubayr"]
    assert found("Mohammad Zubayr") == ["Zubayr", "Zubair"]
    assert sorted(found("محمد زبیر")) == ["Zubair", "Zubayr"]
    assert found("muhammad zuba")[:2] == ["Zubaida", "Zubair"], "as far as it is typed, by name"
    assert found("Zubair Muhammad", role="student") == found("Muhammad Zubair", role="student")
    assert found("Zubair", role="guardian") == []
    assert found("Muhammad Zafar") == found("...") == []
    everywhere = chain.call("GET", "/v1/people", chain.operator, params={"name": "Muhammad Zubair", "limit": "500"}).json()
    ours = [person for person in everywhere["items"] if person["person_id"] in {chain.person(id) for id in ("n1", "n2", "n4")}]
    assert len(ours) == 3
    assert [branch["name"] for branch in ours[-1]["branches"]], "with the branches they are in"
    assert chain.call("GET", "/v1/people", office, params={"name": "Zubair"}).status_code == 403
    assert chain.call("GET", "/v1/people", chain.operator).status_code == 422


def test_results_come_in_pages(school: Chain):
    office = school.caller("o1", "office")
    whole = school.call("GET", "/v1/branches/{b1}/people", office, params={"name": "khan"}).json()
    seen, after = [], {}
    while True:
        page = school.call("GET", "/v1/branches/{b1}/people", office, params={"name": "khan", "limit": "1", **after}).json()
        seen += [person["person_id"] for person in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [person["person_id"] for person in whole["items"]]
    assert len(set(seen)) == len(seen) == 3
    for place in ("x", "-1", "99999", "²"):
        answer = school.call("GET", "/v1/branches/{b1}/people", office, params={"name": "khan", "after": place})
        assert answer.status_code == 422, place


def _finds(question: str, entered: list[str]) -> bool:
    return any(entry.startswith(beginning) for group in beginnings(question) for beginning in group for entry in entered)
