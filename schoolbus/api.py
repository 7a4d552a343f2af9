"""HTTP entrypoints: marshmallow in and out, problems out, one line per entrypoint in a service.

    @api("POST", "/v1/branches/{branch_id}/homework", takes=HomeworkDraft, gives=Homework, status=201, may="set homework")
    def set_homework(self, caller, branch_id, draft): ...

The method gets the caller, the path's parameters in order, the query (when `query=` or `paged=`) and the body (when
`takes=`).
"""

import functools
from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from schoolbus import audit
from schoolbus.answers import Thread
from schoolbus.body import Upload
from schoolbus.caller import Caller
from schoolbus.rights import right
from schoolbus.route import Gives, Route, Takes
from schoolbus.store import run_again_while_busy
from schoolbus.web import ApiEntrypoint

Method = Callable[..., Any]


def api(
    method: str,
    path: str,
    *,
    takes: Takes = None,
    query: type[Schema] | None = None,
    gives: Gives = None,
    status: int = 200,
    may: str | None = None,
    public: bool = False,
    paged: bool = False,
    body_limit: int = 1_000_000,
    address: bool = False,
    keyed: bool = False,
) -> Callable[[Method], Method]:
    """`may`: the right, by its name in `schoolbus.rights`, that the caller needs in the path's branch.

    `public`: instead of a right, nobody need be signed in. `body_limit`: bytes of JSON.
    `address`: the method gets the address that people see us at, after all else; for links in what it answers.
    `keyed`: it gets last an id of this very request, from the header Idempotency-Key; a new one where there is none. What
    it makes has its id from there: sent again, it is there already.
    """
    if public == (may is not None):
        raise TypeError(f"{method} {path} names a right, or is public")

    held = right(may) if may else None

    def decorate(function: Method) -> Method:
        summary = (function.__doc__ or function.__name__.replace("_", " ")).strip().split("\n")[0]
        route = Route(
            method,
            path,
            summary,
            operation=function.__name__,
            takes=takes,
            query=query,
            gives=gives,
            status=status,
            may=held,
            paged=paged,
            body_limit=body_limit,
            address=address,
            keyed=keyed,
        )

        @functools.wraps(function)
        def endpoint(service: Any, caller: Caller, arguments: list[Any], thread: Thread) -> Any:
            def run() -> Any:
                if isinstance(takes, Upload):
                    arguments[-1 - address - keyed].seek(0)  # the run before may have read it
                return function(service, caller, *arguments)

            with thread.goes_on(), audit.request(method):
                return run_again_while_busy(run)

        ApiEntrypoint.decorator(route)(endpoint)
        return endpoint

    return decorate
