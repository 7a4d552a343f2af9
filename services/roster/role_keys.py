"""How people are found by their roles: one index serves a role in the chain, and a role in a branch."""


def role_keys(roles: dict[str, list[str]]) -> list[str]:
    """A person's roles as they are looked up: each by itself, and with its branch."""
    return sorted({key for branch_id, held in roles.items() for role in held for key in (role, role_key(branch_id, role))})


def role_key(branch_id: str, role: str) -> str:
    return f"{branch_id} {role}"
