"""What the gateway itself refuses, each with a way out."""

from schoolbus.problems import NotAllowed, NotFound, Problem, Sentence

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def _with(problem: Problem, **headers: str) -> Problem:
    problem.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return problem


def unknown_path() -> Problem:
    return NotFound("This address", detail="The API is described at /docs.")


def wrong_method(allowed: tuple[str, ...] = METHODS) -> Problem:
    names = ", ".join(allowed)
    problem = Problem("method-not-allowed", "Not with this method", Sentence("Allowed: %(names)s.", names=names), status=405)
    return _with(problem, Allow=names)


def body_not_wanted() -> Problem:
    return Problem("body-not-wanted", "A GET takes no body", "Put it into the query, or use another method.")


class BadToken(Problem):
    """A token that was never ours: a guess, or a fault of the client. One that was good once is no bad token."""

    status = 401


def bad_token(why: str) -> Problem:
    return _with(
        BadToken("sign-in-needed", "Please sign in", why), WWW_Authenticate='Bearer realm="rabta", error="invalid_token"'
    )


def sign_in_needed(why: str) -> Problem:
    problem = Problem("sign-in-needed", "Please sign in", why, status=401)
    challenge = 'Bearer realm="rabta"' if why.startswith("No ") else 'Bearer realm="rabta", error="invalid_token"'
    return _with(problem, WWW_Authenticate=challenge)


def not_your_branch() -> Problem:
    return NotAllowed("not-your-branch", "You have no role in this branch", "Ask the branch's office for one.")


def unknown_branch() -> Problem:
    return NotFound("This branch")


def not_subscribed(service: str) -> Problem:
    return NotAllowed(
        "subscription_required",
        Sentence("This branch does not subscribe to %(service)s", service=service),
        "The chain's operator can add it to the branch's subscriptions.",
        code="subscription_required",
        service=service,
    )


def suspended(service: str) -> Problem:
    return NotAllowed(
        "subscription_required",
        Sentence("This branch's subscription to %(service)s is suspended", service=service),
        "Nothing is lost: all is there again once the chain's operator resumes it. Ask them.",
        code="subscription_required",
        service=service,
        suspended=True,
    )


def too_large(limit: int) -> Problem:
    return Problem(
        "too-large", "The body is too large", Sentence("At most %(limit)s bytes are taken here.", limit=limit), status=413
    )


def too_slow() -> Problem:
    return Problem("body-too-slow", "The body stopped coming", "Send it again.", status=408)


def too_many(seconds: int, left: dict[str, str]) -> Problem:
    problem = Problem(
        "too-many-requests", "That was too often", Sentence("Try again in %(seconds)s s.", seconds=seconds), status=429
    )
    problem.headers.update(left)
    return _with(problem, Retry_After=str(seconds))


def unreadable() -> Problem:
    detail = "Check the request line, the headers and the body's framing."
    return Problem("unreadable-request", "This is not HTTP as we read it", detail)


def starting() -> Problem:
    problem = Problem("service-unavailable", "The gateway is just starting", "Try again in a moment.", status=503)
    return _with(problem, Retry_After="2")


def service_down(service: str, *, perhaps_done: bool = False) -> Problem:
    detail = "Look whether your change is there before you try again." if perhaps_done else "Try again in a moment."
    problem = Problem(
        "service-unavailable",
        Sentence("%(service)s can't be reached just now", service=service),
        detail,
        status=503,
        service=service,
    )
    return _with(problem, Retry_After="2")


def service_silent(service: str) -> Problem:
    detail = "Look whether your change is there before you try again."
    return Problem(
        "service-timeout", Sentence("%(service)s took too long to answer", service=service), detail, status=504, service=service
    )


def bad_answer(service: str) -> Problem:
    return Problem(
        "bad-answer",
        Sentence("%(service)s gave an answer that can't be read", service=service),
        "Try again.",
        status=502,
        service=service,
    )


def fault() -> Problem:
    detail = "The fault is ours. Try again; if it stays, tell us the correlation id."
    return Problem("fault", "Something went wrong", detail, status=500)
