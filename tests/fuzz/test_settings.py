"""Whatever a variable of the environment holds, a process starts with it or says which it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings import Settings as Gateway
from schoolbus.settings import ServiceProcess, SettingsFault, load
from services.meetings.settings import Settings as Meetings
from services.notifications.settings import Receiving, Sending
from services.reports.settings import Settings as Reports
from services.roster.settings import Settings as Roster
from tests.fuzz.anything import texts

ALL = (Gateway, ServiceProcess, Meetings, Receiving, Sending, Reports, Roster)
WRITTEN = texts() | st.sampled_from(
    ["amqp://", "mongodb://h/?x", "https://[", "smpp://u@h:99999", "-----BEGIN PRIVATE KEY-----", "1,,2", "25:00"]
)


@pytest.mark.parametrize("wanted", ALL)
@given(data=st.data())
def test_any_words_are_a_setting_or_a_fault_that_names_it(wanted: type, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(field.upper() for field in wanted.__dataclass_fields__))
    environment = data.draw(st.dictionaries(names, WRITTEN, max_size=6))
    try:
        load(wanted, environment)
    except SettingsFault as fault:
        said = str(fault)
        assert "\n" not in said
        shown = [text for text in environment.values() if len(text) > 12 and text in said]
        assert not shown, "values are never shown"
