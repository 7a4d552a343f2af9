"""A step with a place's family, noted by a head who is none of the callers."""

from tests.access.fresh import Ids, World


def step(world: World, ids: Ids) -> Ids:
    head = world.at(ids["branch_id"], "another-head", "head")
    tried = {"family_id": ids["student_id"], "strategy": "call"}
    return {"step_id": head.post(f"/v1/branches/{ids['branch_id']}/engagement/steps", tried)["step_id"]}
