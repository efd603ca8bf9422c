"""Pages and clients from outside: what they may frame, see and be sent to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hitl.engine import open_engine
from hitl.settings import load_settings
from tests.browser.conftest import Server, serving
from tests.browser.outside import ForeignSite, foreign_site, runs_listed


def framing(site: ForeignSite, server: Server, run_id: str) -> None:
    site.page = f'<h1>Win a prize</h1><iframe width="1000" height="1500" src="{server.url}/?run={run_id}"></iframe>'


def waiting_run(home: Path) -> str:
    """A report that waits for a human, made before the server starts."""
    home.mkdir(parents=True)
    with closing(open_engine(load_settings())) as engine:
        run = engine.start("report", topic="Why is Pluto no longer a planet")
        events = run.subscribe()
        while events.get(timeout=30).kind != "question":
            pass
        return run.id


@pytest.fixture
def fresh_page(browser: Browser) -> Iterator[Page]:
    """A page that shows nothing yet."""
    context = browser.new_context(viewport={"width": 1180, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def server_with_a_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that others share: each client looks at it for itself."""
    home = tmp_path_factory.mktemp("shared") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HITL_HOME", str(home))
        waiting_run(home)
    with serving(home) as server:
        yield server


def test_a_page_of_others_cannot_show_the_review_in_a_frame(home: Path, fresh_page: Page):
    run_id = waiting_run(home)
    with serving(home) as server, foreign_site() as site:
        framing(site, server, run_id)
        refused: list[str] = []
        fresh_page.on("console", lambda message: refused.append(message.text))
        fresh_page.goto(site.url)
        expect(fresh_page.get_by_role("heading", name="Win a prize")).to_be_visible()
        fresh_page.wait_for_function("() => document.querySelector('iframe').contentDocument === null")

        assert fresh_page.frames[-1].get_by_role("button", name="Approve").count() == 0
        assert any("frame-ancestors" in words for words in refused), refused

        fresh_page.goto(f"{server.url}/?run={run_id}")  # the address itself works as ever
        expect(fresh_page.get_by_role("button", name="Approve")).to_be_visible()


def test_a_page_that_a_setting_names_can(home: Path, fresh_page: Page):
    run_id = waiting_run(home)
    with foreign_site() as site, serving(home, HITL_FRAME_ANCESTORS=f"'self' {site.url}") as server:
        framing(site, server, run_id)
        fresh_page.goto(site.url)
        expect(fresh_page.frame_locator("iframe").get_by_role("button", name="Approve")).to_be_visible()


def test_a_picture_or_a_diagram_in_a_result_fetches_nothing(home: Path, fresh_page: Page):
    home.mkdir(parents=True)
    with (
        foreign_site() as site,
        serving(home, HITL_WORKFLOWS="draws=tests.browser.flows:Draws", OUTSIDE=site.url) as server,
    ):
        fresh_page.goto(server.url)
        fresh_page.get_by_role("button", name="Start").click()
        expect(fresh_page.get_by_role("heading", name="Done", exact=True)).to_be_visible()
        expect(fresh_page.locator("[data-testid=stMain] pre code", has_text="graph TD")).to_have_count(2)
        fresh_page.wait_for_load_state("networkidle")

        assert site.requests == []
        assert fresh_page.locator("[data-testid=stMain] svg[id^=mermaid]").count() == 0


HERE = "127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("headers", "address", "is_local"),
    [
        ({"Host": HERE, "Origin": f"http://{HERE}"}, f"http://{HERE}/", True),
        ({"Host": HERE, "Origin": f"http://{HERE}"}, "http://hitl.example/", True),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, "http://localhost:8501/", False),
        ({"Host": HERE, "Origin": f"http://{HERE}", "X-Forwarded-For": "127.0.0.1"}, "http://localhost/", False),
        ({"Host": HERE, "Origin": f"http://{HERE}", "Forwarded": "for=127.0.0.1"}, "http://localhost/", False),
        ({"Host": "hitl.example", "Origin": "http://hitl.example", "X-Real-IP": "127.0.0.1"}, "", False),
    ],
)
def test_only_who_connects_from_the_machine_by_its_own_name_sees_all_runs(
    server_with_a_run: Server, headers: dict[str, str], address: str, is_local: bool
):
    port = int(server_with_a_run.url.rpartition(":")[2])
    own = {name: value.format(port=port) for name, value in headers.items()}

    listed = runs_listed(port, own, address.format(port=port))

    assert bool(listed) == is_local, listed
