"""relay.events_per_s: from committed outboxes to published and confirmed, in quorum queues; one relay process."""

import time
from datetime import timedelta
from pathlib import Path

from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure
from schoolbus import layout, outbox
from schoolbus.clock import now
from schoolbus.contracts.meetings import SlotBooked
from schoolbus.events import Event
from schoolbus.ids import new_id
from schoolbus.store import connect
from services.meetings.store import Store
from tests.support.services import Service

EVENTS = 60_000
BATCH = 5_000


def booked(branch_id: str) -> Event:
    """A real event of usual size, 1.1 kB."""
    slot_id, start = new_id(), now()
    return SlotBooked(
        branch_id=branch_id,
        subject=slot_id,
        booking_id=new_id(),
        slot_id=slot_id,
        meeting_day_id=new_id(),
        student_id=new_id(),
        guardian_id=new_id(),
        teacher_id=new_id(),
        starts_at=start,
        ends_at=start + timedelta(minutes=10),
        place="Room 12",
        calendar="BEGIN:VCALENDAR\r\n" + "X-FILL:0123456789012345678901234567890123456789\r\n" * 8 + "END:VCALENDAR\r\n",
    )


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    service = Service("meetings", infrastructure, folder, {})
    client = connect(infrastructure.mongodb_uri, "bench")
    store = Store(client[service.database])
    layout.prepare(store)  # else what is there would be an older release's
    bookings = store.bookings.collection
    for _ in range(EVENTS // BATCH):
        events = [booked("b1") for _ in range(BATCH)]
        last = events[-1].time
        bookings.insert_many([outbox.saying_with({"_id": event.id, "branch_id": "b1"}, [event]) for event in events])
    relay = service.processes["relay"].start()
    while service.waiting_for("notifications", SlotBooked) == 0:
        assert relay.running(), relay.tail()
        time.sleep(0.01)
    began = time.perf_counter()
    there = service.waiting_for("notifications", SlotBooked)
    while bookings.find_one({outbox.PENDING: {"$gte": last}}, {"_id": 1}):
        time.sleep(0.1)
    rate = (EVENTS - there) / (time.perf_counter() - began)
    assert service.waiting_for("notifications", SlotBooked) == EVENTS, "not every event is in its queue, once"
    relay.stop()
    service.stop()
    client.close()
    return [Figure("relay.events_per_s", rate, "events/s", 5_000)]
