"""For the chain's operator."""

from schoolbus.service import api
from services.notifications.deliveries import counting, schemas


class DeliveriesOfChain:
    @api("GET", "/v1/deliveries", query=schemas.DayQuery, gives=schemas.Deliveries, may="follow deliveries of the chain")
    def deliveries(self, caller, query):
        """A day of the chain: messages by channel and state, why some reached nobody, carriers, what waits, the cost"""
        return counting.of_day(self.store, query["day"])
