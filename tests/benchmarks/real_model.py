"""What a real model makes of the bundled library: topics, each from its start to a published report.

`python -m tests.benchmarks.real_model --base http://127.0.0.1:8099/v1` asks the server of `shared/real_model`. The run
goes through the engine, as anybody's would; a script approves all findings and publishes the text as it was written.
With `--lines FILE` each topic adds a line of JSON to a file, and `--resume` leaves out the topics that have one.

Beside the seconds of each step stand those that the server's process has computed, halved, for two processors: about
what the step would take if the machine had nothing else to do. It is an estimate, and rather too high: threads of
llama.cpp wait for one another by computing, and do so for longer on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from hitl.engine import Engine, open_engine
from hitl.llm import Call
from hitl.report import Report, ReviewFindings, ReviewReport
from hitl.settings import load_settings

TOPICS = (
    "Why antibiotics lose their effect, and what slows the spread of resistance",
    "How carbon moves between air, land and sea, and how we know that people cause the rise of carbon dioxide",
    "Why corals bleach, whether reefs recover, and what else threatens them",
    "How the web came about, and why it won over other systems",
    "What made it possible to wipe out smallpox?",
    "Which machine deserves to be called the first computer?",
    "Does a heat pump pay off in an existing house with radiators?",
    "How vaccines protect people, and how their safety is watched",
    "What should be insulated first, and how to keep an airtight house from getting mouldy",
    "Why are there two tides a day, and what the Moon's pull does to the Earth in the long run",
    "The planets of the solar system: how the rocky ones differ from the giants",
    "What drives ocean currents, and could the Gulf Stream stop?",
    "How printing with movable type spread in Europe, and what it changed",
    "How public keys let strangers talk in secret, and what quantum computers would change",
    "How fast does the sea rise, why, and how much by the end of the century?",
    "Solar panels on a private roof: yield, lifetime and what happens in a blackout",
    "When does washing hands prevent infections, and is soap better than disinfectant?",
    "What is known of water on Mars, past and present",
    "Why Pluto is no longer called a planet, and what critics say of the definition",
    "How a household can lower its energy bills: insulation, heat pump, LED light or solar power",
)
"""As an analyst would put them; each document of the library answers one, the last takes several."""

FEWEST_REPORTS = 0.9
"""Share of the topics that are to end in a report."""
MOST_NO_SOURCE = 0.15
"""Share of the sentences that may have no source."""
ROUND_SECONDS = 100.0
"""Seconds that a round of research may take on two quiet processors."""
PROCESSORS = 2
"""Threads of the server of `shared/real_model`."""
PLANNED = "Looking for: "
"""How the message begins that a plan is made."""
UNLESS_SET = {
    "HITL_MODEL": "qwen",
    "HITL_MODEL_WINDOW": "8000",
    "HITL_MODEL_OUTPUT_TOKENS": "1500",
    "HITL_MODEL_SILENCE_SECONDS": "1800",  # other work on the machine can make it read slowly
}
LISTENING = "0A"
"""The state of such a socket in /proc/net/tcp (`TCP_LISTEN` in the kernel's net/tcp_states.h)."""
STEPS = ("planning", "reading", "writing")

ServerProcess: TypeAlias = int | None
"""Its id; None if it runs elsewhere, or cannot be told."""


class StepFigures(BaseModel):
    """What a step took."""

    model_config = ConfigDict(frozen=True)

    seconds: float = 0.0
    cpu_seconds: float | None = None
    """Seconds of computing by the server's process, on all processors together; None if they cannot be told."""
    input: int = 0
    """Tokens."""
    cached: int = 0
    """The part of `input` that the server had read before."""
    output: int = 0
    """Tokens."""


class Outcome(BaseModel):
    """What became of a topic."""

    model_config = ConfigDict(frozen=True)

    topic: str
    problem: str = ""
    """Why there is no report, in a sentence; empty if there is one."""
    note: str = ""
    """What the review of the text said of it: what was left out or cut; empty for nothing."""
    unfinished: str = ""
    """Why the text is incomplete, in a sentence."""
    findings: int = 0
    documents: int = 0
    """Documents that the findings are from."""
    verbatim: int = 0
    """Sentences, without headings, as `reworded` and `no_source`."""
    reworded: int = 0
    no_source: list[str] = Field(default_factory=list)
    headings: int = 0
    """Headings that have a source."""
    bare_headings: list[str] = Field(default_factory=list)
    """Headings without one."""
    steps: dict[str, StepFigures] = Field(default_factory=dict)
    seconds: float = 0.0

    @property
    def sentences(self) -> int:
        return self.verbatim + self.reworded + len(self.no_source)

    @property
    def research_seconds(self) -> float:
        return sum(self.step(name).seconds for name in ("planning", "reading"))

    @property
    def quiet_research_seconds(self) -> float | None:
        """What the round would take on a quiet machine, estimated."""
        computed = [self.step(name).cpu_seconds for name in ("planning", "reading")]
        known = [seconds for seconds in computed if seconds is not None]
        return sum(known) / PROCESSORS if len(known) == len(computed) else None

    def step(self, name: str) -> StepFigures:
        return self.steps.get(name, StepFigures())

    def __str__(self) -> str:
        lines = [self.topic, f"  {self.problem or self.unfinished or 'report'}"]
        if self.note:
            lines.append(f"  note: {self.note}")
        lines.append(
            f"  {self.findings} findings of {self.documents} documents; sentences: {self.verbatim} verbatim, "
            f"{self.reworded} reworded, {len(self.no_source)} no source; headings without a source: "
            f"{len(self.bare_headings)} of {self.headings + len(self.bare_headings)}"
        )
        lines += [f"    no source: {text}" for text in self.no_source]
        lines += [f"  {name}: {_in_words(figures)}" for name, figures in self.steps.items()]
        return "\n".join([*lines, f"  in all: {self.seconds:,.0f} s"])


class _Script:
    """Answers the questions of one run, and takes the time of its steps.

    Args:
        engine: Runs the report.
        topic: Its topic.
        process: The server's process, whose time is taken.
    """

    def __init__(self, engine: Engine, topic: str, process: ServerProcess) -> None:
        self._topic = topic
        self._process = process
        self._steps: dict[str, StepFigures] = {}
        self._problem = self._note = ""
        self._findings = 0
        self._documents = 0
        self._calls: list[Call] = []
        self._began, self._began_cpu = time.perf_counter(), cpu_seconds(process)
        self._run = engine.start("report", topic=topic)

    def follow(self, longest: float) -> Outcome:
        """Follow the run to its end, and say what became of it.

        Args:
            longest: Seconds after which it is cancelled.
        """
        began, after = self._began, 0
        while self._run.status in ("running", "waiting"):
            for event in self._run.wait(after, timeout=1.0):
                after = event.seq
                if event.kind == "progress" and str(event.body.get("message", "")).startswith(PLANNED):
                    self._end("planning")
                elif event.type == ReviewFindings.__name__:
                    self._review_findings(ReviewFindings(**event.body))
                elif event.type == ReviewReport.__name__:
                    self._review_report(ReviewReport(**event.body))
            if time.perf_counter() - began > longest:
                self._give_up(f"It took more than {longest:,.0f} seconds.")
        return self._outcome(time.perf_counter() - began)

    def _review_findings(self, asked: ReviewFindings) -> None:
        self._end("writing" if asked.failed == "writing" else "reading")
        self._calls = asked.calls
        self._findings = len(asked.findings)
        self._documents = len({finding.document for finding in asked.findings})
        if asked.failed or not asked.findings:
            self._give_up(asked.note or "The round has failed.")
        else:
            self._answer({"approved": True})

    def _review_report(self, asked: ReviewReport) -> None:
        self._end("writing")
        self._calls, self._note = asked.calls, asked.note
        self._answer({"action": "publish"})

    def _answer(self, body: dict[str, bool | str]) -> None:
        question = self._run.question
        assert question is not None
        self._run.answer(question.id, body, by="a script")

    def _give_up(self, problem: str) -> None:
        self._problem = problem
        self._run.cancel()

    def _end(self, step: str) -> None:
        at, cpu = time.perf_counter(), cpu_seconds(self._process)
        computed = None if cpu is None or self._began_cpu is None else cpu - self._began_cpu
        self._steps[step] = StepFigures(seconds=at - self._began, cpu_seconds=computed)
        self._began, self._began_cpu = at, cpu

    def _outcome(self, seconds: float) -> Outcome:
        run, problem = self._run, self._problem
        if run.status != "completed":
            problem = problem or (run.error.message if run.error else f"The run is {run.status}.")
        report = Report(**run.result) if run.result and not problem else None
        claims = report.claims if report else []
        sentences = [claim for claim in claims if not claim.is_heading]
        headings = [claim for claim in claims if claim.is_heading]
        return Outcome(
            topic=self._topic,
            problem=problem,
            note=self._note,
            unfinished=report.unfinished if report else "",
            findings=self._findings,
            documents=self._documents,
            verbatim=sum(claim.verdict == "verbatim" for claim in sentences),
            reworded=sum(claim.verdict == "reworded" for claim in sentences),
            no_source=[claim.text for claim in sentences if claim.verdict == "no source"],
            headings=sum(claim.verdict != "no source" for claim in headings),
            bare_headings=[claim.text for claim in headings if claim.verdict == "no source"],
            steps=_with_tokens(self._steps, self._calls),
            seconds=seconds,
        )


def _with_tokens(steps: dict[str, StepFigures], calls: Iterable[Call]) -> dict[str, StepFigures]:
    """The steps with the tokens of the calls that were made in them."""
    counted = dict(steps)
    for call in calls:
        step, usage = counted.get(call.step, StepFigures()), call.usage
        tokens = {
            "input": step.input + usage.input,
            "cached": step.cached + usage.cached,
            "output": step.output + usage.output,
        }
        counted[call.step] = step.model_copy(update=tokens)
    return counted


def research_and_write(engine: Engine, topic: str, process: ServerProcess = None, longest: float = 7_200) -> Outcome:
    """Start a report, approve all its findings, publish its text, and say what became of it.

    Args:
        engine: Runs the report.
        topic: Its topic.
        process: The server's process, whose time is taken.
        longest: Seconds after which the run is cancelled.
    """
    return _Script(engine, topic, process).follow(longest)


def listening_process(address: str) -> ServerProcess:
    """The process of this machine that listens at an address; None if there is none, or /proc does not tell."""
    parts = urlsplit(address)
    if parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        return None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    sockets = {f"socket:[{number}]" for number in _listening_sockets(port)}
    for folder in Path("/proc").glob("[0-9]*/fd"):
        with suppress(OSError):  # somebody else's process, or one that has ended
            if any(_target(file) in sockets for file in folder.iterdir()):
                return int(folder.parent.name)
    return None


def _listening_sockets(port: int) -> Iterator[str]:
    """The inodes of the sockets that listen at a port (see proc_pid_net(5))."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(OSError):
            for row in map(str.split, table.read_text("ascii").splitlines()[1:]):
                if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port:
                    yield row[9]


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed meanwhile
        return ""


def cpu_seconds(process: ServerProcess) -> float | None:
    """Seconds that a process has computed, on all processors together (`utime` and `stime` of proc_pid_stat(5))."""
    if process is None:
        return None
    try:
        after_its_name = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:  # it has ended
        return None
    return (int(after_its_name[11]) + int(after_its_name[12])) / os.sysconf("SC_CLK_TCK")


def _in_words(figures: StepFigures) -> str:
    computed = "" if figures.cpu_seconds is None else f" (computed {figures.cpu_seconds / PROCESSORS:,.0f} s)"
    cached = f", {figures.cached:,} of them cached" if figures.cached else ""
    return f"{figures.seconds:,.0f} s{computed}; tokens: {figures.input:,} in{cached}, {figures.output:,} out"


def summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The figures of all topics together, one a line, with the goals."""
    reports = [outcome for outcome in outcomes if not outcome.problem]
    yield _figure("reports", f"{len(reports)} of {len(outcomes)}", len(reports) >= FEWEST_REPORTS * len(outcomes))
    yield f"of these, incomplete: {sum(bool(outcome.unfinished) for outcome in reports)}"
    sentences = sum(outcome.sentences for outcome in reports)
    bare = sum(len(outcome.no_source) for outcome in reports)
    share = bare / sentences if sentences else 0.0
    yield (
        f"sentences: {sentences}, of these {sum(outcome.verbatim for outcome in reports)} verbatim, "
        f"{sum(outcome.reworded for outcome in reports)} reworded"
    )
    yield _figure("sentences with no source", f"{bare}, {share:.1%}", share <= MOST_NO_SOURCE)
    headings = sum(outcome.headings + len(outcome.bare_headings) for outcome in reports)
    yield f"headings: {headings}, with no source {sum(len(outcome.bare_headings) for outcome in reports)}"
    yield f"findings: {sum(outcome.findings for outcome in outcomes)}"
    median = statistics.median(outcome.research_seconds for outcome in outcomes)
    yield _figure("median round of research", f"{median:,.0f} s", median <= ROUND_SECONDS)
    quiet = [seconds for outcome in outcomes if (seconds := outcome.quiet_research_seconds) is not None]
    if quiet:
        median = statistics.median(quiet)
        yield _figure("as computed, on a quiet machine", f"{median:,.0f} s", median <= ROUND_SECONDS)
    for name in STEPS:
        yield f"{name}, means: {_in_words(_mean([outcome.step(name) for outcome in outcomes]))}"
    yield f"in all: {sum(outcome.seconds for outcome in outcomes):,.0f} s"


def _mean(figures: Sequence[StepFigures]) -> StepFigures:
    computed = [each.cpu_seconds for each in figures if each.cpu_seconds is not None]
    return StepFigures(
        seconds=statistics.fmean(each.seconds for each in figures),
        cpu_seconds=statistics.fmean(computed) if computed else None,
        input=round(statistics.fmean(each.input for each in figures)),
        cached=round(statistics.fmean(each.cached for each in figures)),
        output=round(statistics.fmean(each.output for each in figures)),
    )


def _figure(name: str, value: str, is_kept: bool) -> str:
    return f"{name}: {value}  goal {'kept' if is_kept else 'MISSED'}"


def read_lines(file: Path) -> list[Outcome]:
    """The outcomes in a file of JSON lines; none if there is no file."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [Outcome.model_validate_json(line) for line in lines if line.strip()]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.real_model", description="Reports by a real model, from topic to published."
    )
    parser.add_argument("--base", default=os.environ.get("OPENAI_API_BASE"), help="address of the server's API")
    parser.add_argument("--topics", type=int, default=len(TOPICS), help="how many, from the first on")
    parser.add_argument("--only", type=int, nargs="+", metavar="NUMBER", help="these topics, from 1")
    parser.add_argument("--lines", type=Path, help="JSON lines, one added for each topic")
    parser.add_argument("--resume", action="store_true", help="leave out the topics that have a line")
    parser.add_argument("--home", type=Path, help="folder of the runs, to look at later")
    parser.add_argument("--longest", type=float, default=7_200, help="seconds after which a topic is given up")
    options = parser.parse_args(arguments)
    if not options.base:
        parser.error("give the address of a server: --base, or OPENAI_API_BASE")
    numbers = options.only or range(1, options.topics + 1)
    if not all(1 <= number <= len(TOPICS) for number in numbers):
        parser.error(f"topics have the numbers 1 to {len(TOPICS)}")
    if options.resume and not options.lines:
        parser.error("--resume needs --lines")
    outcomes = read_lines(options.lines) if options.resume else []
    done = {outcome.topic for outcome in outcomes}
    topics = [topic for number in numbers if (topic := TOPICS[number - 1]) not in done]
    with tempfile.TemporaryDirectory() as folder:
        for outcome in outcomes_of(topics, options.base, options.home or Path(folder), options.longest):
            outcomes.append(outcome)
            print(f"{len(outcomes)}. {outcome}\n", flush=True)
            if options.lines:
                with options.lines.open("a", encoding="utf-8") as lines:
                    lines.write(f"{outcome.model_dump_json()}\n")
    if not outcomes:
        sys.exit("There is no topic left.")
    print("\n".join(summary(outcomes)), flush=True)


def outcomes_of(topics: Iterable[str], base: str, home: Path, longest: float) -> Iterator[Outcome]:
    """What becomes of topics, one after the other.

    Args:
        topics: The topics.
        base: Address of the server's API.
        home: Folder of the runs.
        longest: Seconds after which a run is cancelled.
    """
    os.environ |= {"HITL_HOME": str(home), "OPENAI_API_BASE": base}  # the workflow reads its settings itself
    for name, value in UNLESS_SET.items():
        os.environ.setdefault(name, value)
    engine = open_engine(load_settings())
    try:
        for topic in topics:
            yield research_and_write(engine, topic, listening_process(base), longest)
    finally:
        engine.close()


if __name__ == "__main__":
    main()
