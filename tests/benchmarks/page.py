"""What a human waits for on the page, in Chromium: `python -m tests.benchmarks.page [NAME…]`.

Each figure is in milliseconds and as a multiple of the median click on a bare Streamlit button, which is clicked in
between: on a machine with other work both take longer. *Painted* is the animation frame after the DOM has changed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from hitl.engine import Run, open_engine
from hitl.settings import Settings
from hitl.ui.send_answer import TOO_SOON
from tests.benchmarks.sessions import Session
from tests.browser.conftest import CHROMIUM_FLAGS, PATIENCE, Server, chromium_path, serving
from tests.browser.pictures import TOPIC
from tests.conftest import until
from tests.fake_openai import FakeOpenAI, Request, Says
from tests.llm.asking import KEY
from tests.scholar import scholar, task_of

ROUNDS = 15
"""Measurements of each figure; the first, `WARMING`, are not counted."""
WARMING = 2
TICKS = 80
SESSIONS = 20
WAITING = 20.0
"""Seconds in which the work of the server for waiting pages is measured."""
RESTED = 0.15
"""Seconds between two clicks on the bare button: a click right after another takes it 40 ms more, since Streamlit's
server sends nothing before a browser has acknowledged what came before. See `hitl.asgi.WithoutDelay`."""
FLOWS = "tests.benchmarks.page_flows"
BARE = "tests/benchmarks/bare_button.py"

# what the page shows, in the terms of its contract: keys of widgets and labels; Streamlit makes a class of a key

SEEN = """
window.button = key => document.querySelector(`[class~="st-key-${key}"] button`)
window.usable = key => { const found = button(key); return found && !found.disabled && found.offsetParent }
window.shown = () => document.querySelector('[data-testid="stMain"]')?.innerText
window.said = text => shown()?.includes(text)
window.heading = text => [...document.querySelectorAll('h1, h2, h3, h4')].some(each => each.textContent.trim() === text)
window.bar = () => [...document.querySelectorAll('p, span')].find(each => /\\d+ of .*\\bkept\\b/.test(each.textContent))
window.kept = () => bar()?.textContent.match(/(\\d+) of/)[1]
window.keeps = at => document.querySelectorAll('[aria-label^="Finding "]')[at - 1].querySelector('button')
window.next = () => [...document.querySelectorAll('button')].find(each => each.innerText.startsWith('Next'))
window.headings = () => [...document.querySelectorAll('h1, h2, h3, h4')].map(each => each.textContent).join()
window.painted = (act, done) => new Promise((resolve, reject) => {
  const began = performance.now()
  const look = () => {
    if (!done()) return
    observer.disconnect()
    requestAnimationFrame(() => resolve(performance.now() - began))
  }
  const observer = new MutationObserver(look)
  observer.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true})
  setTimeout(() => { observer.disconnect(); reject(new Error(`not painted: ${done}`)) }, 30000)
  act()
})
window.ticks = last => new Promise((resolve, reject) => {
  const known = new Set(), seen = new Map()  // without those that were there when the page began to follow the run
  let first = true
  const look = () => {
    const text = document.querySelector('[data-testid="stMain"]').textContent
    const found = [...text.matchAll(/tick (\\d+) at ([\\d.]+) ms/g)].filter(each => !known.has(each[1]))
    for (const [, number, at] of found) {
      known.add(number)
      if (first) continue
      requestAnimationFrame(() => {
        seen.set(number, performance.timeOrigin + performance.now() - Number(at))
        if (Number(number) === last) { observer.disconnect(); resolve([...seen.values()]) }
      })
    }
    first &&= !found.length
  }
  const observer = new MutationObserver(look)
  observer.observe(document.body, {subtree: true, childList: true, characterData: true})
  setTimeout(() => { observer.disconnect(); reject(new Error(`${seen.size} ticks`)) }, 60000)
})
"""


@dataclass(frozen=True)
class Limit:
    """What a figure may come to."""

    middle: float
    high: float | None = None
    """For the 95th percentile."""
    unit: str = "x"


@dataclass
class Measured:
    """The milliseconds of one figure, and those of the bare button in between."""

    name: str
    limit: Limit | None = None
    times: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return statistics.median(self.times)

    @property
    def high(self) -> float:
        """The 95th percentile."""
        ordered = sorted(self.times)
        return ordered[min(round(0.95 * len(ordered)), len(ordered) - 1)]

    def __str__(self) -> str:
        unit = statistics.median(self.bare)
        middle, high = self.middle / unit, self.high / unit
        line = f"{self.name}: {self.middle:,.0f} ms, {middle:.1f} x; p95 {self.high:,.0f} ms, {high:.1f} x"
        line += f"  (bare {unit:.0f} ms, {len(self.times)} times)"
        if not self.limit:
            return line
        found = (middle, high) if self.limit.unit == "x" else (self.middle, self.high)
        is_kept = found[0] <= self.limit.middle and (self.limit.high is None or found[1] <= self.limit.high)
        limits = [f"{each:g} {self.limit.unit}" for each in (self.limit.middle, self.limit.high) if each is not None]
        return f"{line}  limit {' / '.join(limits)}  {'kept' if is_kept else 'MISSED'}"


def told(name: str, value: float, unit: str, limit: float) -> None:
    """Print a figure that is no multiple of the bare button."""
    print(f"{name}: {value:,.2f} {unit}  limit {limit:g} {unit}  {'kept' if value <= limit else 'MISSED'}", flush=True)


@dataclass
class Bench:
    """A browser with a tab of the bare button."""

    browser: Browser
    bare: Page
    rounds: int

    def tab(self, address: str) -> Page:
        """A tab of its own, as of another visitor."""
        context = self.browser.new_context(viewport={"width": 1400, "height": 900}, timezone_id="Europe/Berlin")
        context.add_init_script(SEEN)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.goto(address, wait_until="commit")
        return page

    def click_bare(self) -> float:
        self.bare.wait_for_timeout(RESTED * 1000)
        return painted(self.bare, click("count_on"), changed("shown()"))

    def measure(self, into: Measured, page: Page, act: str, done: str) -> None:
        """Measure one figure once, between two clicks on the bare button."""
        into.bare.append(self.click_bare())
        page.wait_for_timeout(RESTED * 1000)  # the bare page is still at work after it has painted
        into.times.append(painted(page, act, done))
        into.bare.append(self.click_bare())


def click(key: str) -> str:
    return f"button({json.dumps(key)}).click()"


def changed(what: str) -> str:
    """That an expression has another value than at the click."""
    return f"(window.before ??= {what}) !== {what}"


def painted(page: Page, act: str, done: str) -> float:
    """Milliseconds from an act to the frame in which it is done, both in JavaScript."""
    return float(page.evaluate(f"(window.before = undefined, ({done}), painted(() => {{ {act} }}, () => {done}))"))


def wait_to_decide(page: Page) -> None:
    page.wait_for_timeout(TOO_SOON * 1000 + 200)


def fill_topic(page: Page, topic: str) -> None:
    page.get_by_label("Topic", exact=True).fill(topic)


def start(page: Page, topic: str) -> None:
    """Start research and wait for the review."""
    fill_topic(page, topic)
    page.get_by_role("button", name="Start research").click()
    expect(page.locator(".st-key-approve button")).to_be_enabled()
    wait_to_decide(page)


def start_anew(page: Page) -> None:
    page.locator(".st-key-new_run button").click()
    expect(page.get_by_role("button", name="Start research")).to_be_enabled()
    expect(page.locator(".st-key-approve")).to_have_count(0)
    page.wait_for_timeout(400)


@contextmanager
def served(**settings: str) -> Iterator[Server]:
    """The page, with its own folder, and the workflows of this benchmark beside the report."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        workflows = f"report=hitl.report:ReportWorkflow, many={FLOWS}:ManyFindings, ticks={FLOWS}:Ticks"
        variables = {"HITL_WORKFLOWS": workflows, **settings}
        with serving(home, port=None, script="app.py", **variables) as server:
            yield server


@contextmanager
def elsewhere(server: Server, workflow: str, **inputs: object) -> Iterator[Run]:
    """A run of the server that another process has started."""
    variables = Path(f"/proc/{server.process.pid}/environ").read_bytes().decode().split("\0")
    environment = dict(each.split("=", 1) for each in variables if "=" in each)
    workflows = dict(each.strip().split("=", 1) for each in environment["HITL_WORKFLOWS"].split(","))
    engine = open_engine(Settings(home=Path(environment["HITL_HOME"]), workflows=workflows), owner=False)
    try:
        yield engine.start(workflow, **inputs)
    finally:
        engine.close()


# ---- the figures


def report(bench: Bench) -> None:
    """From Start to the review, and from Approve to the report."""
    reviewed = Measured("Start → Approve usable, 8 findings", Limit(5, 8))
    published = Measured("Approve → report without a model", Limit(5, 8))
    with served() as server:
        page = bench.tab(server.url)
        page.locator(".st-key-start button").wait_for()
        for number in range(bench.rounds + WARMING):
            fill_topic(page, TOPIC)
            page.wait_for_timeout(300)
            is_warm = number >= WARMING
            bench.measure(reviewed if is_warm else Measured(""), page, click("start"), "usable('approve')")
            wait_to_decide(page)
            bench.measure(published if is_warm else Measured(""), page, click("approve"), "heading('References')")
            page.wait_for_timeout(500)
            start_anew(page)
        page.context.close()
    print(reviewed, published, sep="\n", flush=True)


def drop(bench: Bench) -> None:
    """Dropping a finding, and going to the next one, in a short list and in a long one."""
    for count in (30, 150):
        first = Measured(f"Start → Approve usable, {count} findings")
        dropped = Measured(f"drop one of {count}", Limit(5))
        gone_on = Measured(f"next of {count}", Limit(4))
        with served(HITL_WORKFLOWS=f"report={FLOWS}:ManyFindings") as server:
            page = bench.tab(server.url)
            page.locator(".st-key-start button").wait_for()
            start(page, f"{count} sentences of the library")
            start_anew(page)
            fill_topic(page, f"{count} sentences of the library")
            page.wait_for_timeout(300)
            bench.measure(first, page, click("start"), "usable('approve')")
            wait_to_decide(page)
            for number in range(bench.rounds + WARMING):
                is_warm = number >= WARMING
                keep = f"keeps({number % 8 + 1}).click()"
                bench.measure(dropped if is_warm else Measured(""), page, keep, changed("kept()"))
                page.wait_for_timeout(300)
                bench.measure(gone_on if is_warm else Measured(""), page, "next().click()", changed("headings()"))
                page.wait_for_timeout(300)
            page.context.close()
        print(first, dropped, gone_on, sep="\n", flush=True)


def events(bench: Bench) -> None:
    """From an event of a step to the page, in a short log and in a long one; and a click on the page of such a run."""
    middles: dict[int, tuple[float, float]] = {}
    for count in (100, 10_000):
        followed = Measured(f"event → painted, after {count:,} events", Limit(2, 5))
        asked = Measured(f"a full rerun with a log of {count:,} events")
        with served() as server, elsewhere(server, "ticks", before=count, ticks=TICKS) as run:
            page = bench.tab(f"{server.url}/?run={run.id}")
            page.locator(".st-key-approve button").wait_for()
            page.evaluate(f"void (window.took = ticks({TICKS - 1}))")
            question = until(lambda: run.question)
            assert question
            run.answer(question.id, {"approved": True}, by="the benchmark")
            followed.bare = [bench.click_bare() for _ in range(TICKS // 4)]
            followed.times = page.evaluate("window.took")
            page.locator(".st-key-approve button").wait_for()
            page.wait_for_timeout(500)
            for number in range(bench.rounds + WARMING):
                into = asked if number >= WARMING else Measured("")
                bench.measure(into, page, click("cancel"), "button('hitl-keep_running')")
                page.wait_for_timeout(200)
                bench.measure(into, page, click("hitl-keep_running"), "!button('hitl-keep_running')")
                page.wait_for_timeout(200)
            page.context.close()
        print(followed, asked, sep="\n", flush=True)
        middles[count] = followed.middle, asked.middle
    short, long = middles.values()
    told("event → painted, a log of 10,000 against one of 100", long[0] / short[0], "times", 1.3)
    told("a full rerun, a log of 10,000 against one of 100", long[1] / short[1], "times", 1.3)


def cancel(bench: Bench) -> None:
    """Cancelling while a model streams."""
    cancelled = Measured("Cancel while a model streams", Limit(250, unit="ms"))
    with FakeOpenAI() as model:
        model.otherwise = slow_writer
        with served(OPENAI_API_KEY=KEY, OPENAI_API_BASE=model.base) as server:
            page = bench.tab(server.url)
            page.locator(".st-key-start button").wait_for()
            for number in range(max(bench.rounds // 2, 1) + 1):
                start(page, TOPIC)
                page.locator(".st-key-approve button").click()
                expect(page.get_by_text("Sentence number 3.").first).to_be_visible()
                page.locator(".st-key-cancel button").click()
                page.locator(".st-key-hitl-confirm_cancel button").wait_for()
                page.wait_for_timeout(300)
                into = cancelled if number else Measured("")
                bench.measure(into, page, click("hitl-confirm_cancel"), "said('This run was cancelled')")
                start_anew(page)
            page.context.close()
    print(cancelled, flush=True)


def slow_writer(request: Request) -> Says:
    """A model that writes for many seconds."""
    reply = scholar(request)
    assert isinstance(reply, Says)
    said = [{"findings": [1], "text": f"Sentence number {number}."} for number in range(300)]
    text = json.dumps({"sections": [{"heading": "", "sentences": said}]})
    return Says(text, pause=0.03) if task_of(request) == "writing" else reply


def visit(bench: Bench) -> None:
    """The very first visit to a server that was just started, and a later one; an empty cache for each."""
    ours, bare = Measured("first visit"), Measured("first visit, bare")
    again, bare_again = Measured("later visit"), Measured("later visit, bare")

    def arrive(url: str, key: str) -> float:
        context = bench.browser.new_context(viewport={"width": 1400, "height": 900})
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.locator(f".st-key-{key} button").wait_for()
        took = (time.perf_counter() - began) * 1000
        context.close()
        return took

    for _ in range(max(bench.rounds // 3, 1)):
        with tempfile.TemporaryDirectory() as folder:
            with serving(Path(folder) / "bare", script=BARE) as server:
                bare.times.append(arrive(server.url, "count_on"))
                bare_again.times.append(arrive(server.url, "count_on"))
            with served() as server:
                time.sleep(1.0)  # a visitor does not come in the first second
                ours.times.append(arrive(server.url, "start"))
                again.times.append(arrive(server.url, "start"))
    for each in (ours, bare, again, bare_again):
        print(f"{each.name}: {each.middle:,.0f} ms; p95 {each.high:,.0f} ms  ({len(each.times)} times)", flush=True)
    told("first visit, beyond a bare page", ours.middle - bare.middle, "ms", 400)
    told("later visit, beyond a bare page", again.middle - bare_again.middle, "ms", 400)


def waiting(bench: Bench) -> None:
    """What a server does for pages that only wait for a human, and what Streamlit's does for a bare page."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "bare", script=BARE) as server:
        page = bench.tab(server.url)
        page.locator(".st-key-count_on button").wait_for()
        print(f"a bare page: {share_of_core(server):.2f} % of a core", flush=True)
        page.context.close()
    with served() as server:
        print(f"no page: {share_of_core(server):.2f} % of a core", flush=True)
        page = bench.tab(server.url)
        page.locator(".st-key-start button").wait_for()
        start(page, TOPIC)
        for count, limit in ((1, 0.5), (10, 2.0)):
            tabs = [bench.tab(page.url) for _ in range(count - 1)]
            for tab in tabs:
                tab.locator(".st-key-approve button").wait_for()
            told(f"{count} waiting", share_of_core(server), "% of a core", limit)
            for tab in tabs:
                tab.context.close()
        page.context.close()


def share_of_core(server: Server) -> float:
    """Per cent of a core that a server needs while nobody clicks."""
    time.sleep(5)
    before = cpu_seconds(server.process.pid)
    time.sleep(WAITING)
    return (cpu_seconds(server.process.pid) - before) / WAITING * 100


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, user and system; Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def crowd(bench: Bench) -> None:
    """Sessions that start at once, without a browser: twenty of them would share the processors with the server."""
    reviewed = Measured(f"Start → Approve sent, {SESSIONS} sessions at once", Limit(25, 25))
    with served() as server:
        with Session(server.url) as first:  # the first of a server imports and indexes
            first.click("Start research", {"Topic": TOPIC}, "Approve")
        for _ in range(3):
            reviewed.bare += [bench.click_bare() for _ in range(10)]
            with ExitStack() as stack, ThreadPoolExecutor(SESSIONS) as pool:
                sessions = [stack.enter_context(Session(server.url)) for _ in range(SESSIONS)]
                clicks = [pool.submit(each.click, "Start research", {"Topic": TOPIC}, "Approve") for each in sessions]
                reviewed.times += [click.result() * 1000 for click in clicks]
    print(reviewed, flush=True)


FIGURES: dict[str, Callable[[Bench], None]] = {
    figure.__name__: figure for figure in (report, drop, events, cancel, visit, waiting, crowd)
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser("python -m tests.benchmarks.page", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FIGURES), default=list(FIGURES))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="measurements of each figure")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(FIGURES):
        parser.error(f"there is no {', '.join(sorted(unknown))}: there are {', '.join(FIGURES)}")
    path = chromium_path(as_visitors_have_it=True)
    assert path, "no Chromium found"
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        serving(Path(folder) / "bare", script=BARE) as server,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        bench = Bench(browser, browser.new_page(), given.rounds)
        bench.bare.add_init_script(SEEN)
        bench.bare.goto(server.url)
        bench.bare.locator(".st-key-count_on button").wait_for()
        for _ in range(5):
            bench.click_bare()
        for name in given.names:
            FIGURES[name](bench)
        browser.close()


if __name__ == "__main__":
    main()
