"""`make k8s-check`: all overlays build, are valid, agree with the code and pass its scan."""

from deploy.security.step import Finding, NotDone, end_of, log_of, run


def look() -> list[Finding]:
    code, told = run("manifests", ["make", "k8s-check"])
    if code == 0:
        return []
    lines = [
        line for line in told.splitlines() if ": " in line and not line.startswith("make") and "as it should be" not in line
    ]
    if not lines or any(line.startswith("k8s-check: ") for line in lines):
        raise NotDone(f"make k8s-check did not come to its end: {end_of(told)[:300]}")
    return [Finding(line.partition(": ")[2], line.partition(": ")[0], f"{log_of('manifests')} has all of it") for line in lines]
