"""What is kept of how far families are reached; `Store` names each."""

from schoolbus.projection import Projection

# As notifications counts it
REACH = Projection("reach", key="reach_id", indexes=["branch_id month guardian_id", "guardian_id"])
# As meetings counts it
PARTICIPATION = Projection("participation", key="participation_id", indexes=["branch_id month person_id", "person_id"])
