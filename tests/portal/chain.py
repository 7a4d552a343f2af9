"""The chain as its operator's pages see it, in few words."""

EMPTY = {"items": [], "next": None}
BRANCH = {"branch_id": "b1", "name": "Gulberg", "name_ur": "گلبرگ", "services": ["reports"], "active": True, "version": 3}
FAR = {**BRANCH, "branch_id": "b2", "name": "Model Town", "name_ur": None}
REFUSAL = {"type": "x/not-in-this-state", "title": "It takes no end", "detail": "Look at it again.", "status": 409}
INVALID = {"type": "x/invalid", "title": "The input is not what is wanted", "status": 422}
