"""Requests of the tests: over connections that are kept, as the gateway keeps its own. There are tens of thousands.

`requests.get` and its like make a session, read the environment and open a connection each time: several times what the
request itself costs, on both sides.
"""

from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter

AT_ONCE = 100  # connections to one address that are kept


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy, no .netrc
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # one session for many people: it keeps nobody's
    for start in ("http://", "https://"):
        session.mount(start, HTTPAdapter(pool_connections=AT_ONCE, pool_maxsize=AT_ONCE))
    return session


http = _session()
