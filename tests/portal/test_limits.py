"""What a page asks of services is counted, too: one that asks without an end is stopped."""

from itertools import count

import pytest

from tests.gateway.support import Platform
from tests.portal.support import Stage


def test_a_page_asks_no_more_than_its_reader_may(tmp_path_factory: pytest.TempPathFactory) -> None:
    platform = Platform(tmp_path_factory.mktemp("limits"), SERVICE_TIMEOUT="3", REQUESTS_PER_MINUTE="2")
    try:
        stage, pages = Stage(platform.start()), count()
        path = "/v1/branches/b1/audit"
        stage.says("roster", path, lambda _: ({"items": [], "next": str(next(pages))}, 200))
        answer = stage.signed_in(roles={"b1": ["head"]}).get("/branches/b1/audit.csv")
        assert answer.status_code == 429
        assert 2 < len(stage.of(path)) <= 21, (
            "ten for each page that the reader may open in a minute, and what came back by then"
        )
    finally:
        platform.stop()
