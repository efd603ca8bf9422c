"""A workflow's steps as a flowchart: nodes and edges, as Mermaid source and in words.

Names come from the author's code, and a log may hold those of another version: in the source only their letters, digits
and spaces stand, so that no name can say anything to Mermaid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hitl.engine import Answer, EventRecord
from hitl.engine.records import Move, Traversal
from hitl.engine.workflows.steps import WorkflowSteps
from hitl.text import count, cut, humanize

Kind = Literal["start", "step", "human", "signal", "end"]

MOST_EDGES = 400
"""Maximum number of edges that are drawn; Mermaid refuses more than 500."""
LABEL_LENGTH = 48
"""Maximum characters of a label."""
SHAPES: Mapping[Kind, tuple[str, str]] = {
    "start": ("([", "])"), "step": ("[", "]"), "human": ("{{", "}}"), "signal": ("{{", "}}"), "end": ("([", "])"),
}  # fmt: skip
LOOKS = (
    "classDef been stroke:#3d9c83,stroke-width:2px",
    "classDef now fill:#1f6f5c,stroke:#7fd6bd,stroke-width:3px,color:#ffffff",
    "classDef failed fill:#9b2c34,stroke:#e59aa0,stroke-width:3px,color:#ffffff",
)
"""Each can be read on a light page and on a dark one."""
CLOSE = '%%{init: {"flowchart": {"nodeSpacing": 24, "rankSpacing": 24, "padding": 8}}}%%'
"""Less space than Mermaid leaves, which makes a diagram of thirty steps half as tall."""
OTHER_SIGN = "·"
"""Stands in the source for any sign of a name that is neither a letter, a digit nor a space."""


@dataclass(frozen=True)
class Node:
    """A place in the flowchart."""

    kind: Kind
    name: str = ""
    """Name of the step, or class name of the question or the signal."""

    @property
    def words(self) -> str:
        return f"{self._before}{self._named}"

    @property
    def label(self) -> str:
        """The words, without anything of a name that could say something to Mermaid."""
        return f"{self._before}{_plain(self._named)}"

    @property
    def _before(self) -> str:
        return "A human: " if self.kind in ("human", "signal") else ""

    @property
    def _named(self) -> str:
        match self.kind:
            case "start":
                return "Start"
            case "end":
                return "End"
            case "step":
                return humanize(self.name)
            case "human" | "signal":
                return humanize(self.name, inside=True)


@dataclass
class Edge:
    """A way from one node to another."""

    source: Node
    target: Node
    labels: dict[str, None] = field(default_factory=dict)
    """What is given on this way, in words; empty where there is nothing to tell apart."""
    times: int = 0
    """How often the run has gone this way."""


@dataclass(frozen=True)
class Whereabouts:
    """Where a run is in its workflow, and where it has been."""

    traversal: Traversal
    answers: Mapping[tuple[str, str], int]
    """Number of answers, by the class names of the question and of the answer."""
    asked: Mapping[str, int]
    """Number of questions, by class name."""
    now: frozenset[Node]
    failed: Node | None = None

    @classmethod
    def of(
        cls,
        traversal: Traversal,
        log: Sequence[EventRecord],
        answers: Sequence[Answer],
        open_questions: Sequence[str],
        is_active: bool,
        has_ended: bool,
        failed_step: str | None,
    ) -> Whereabouts:
        """Where a run is.

        Args:
            traversal: What it has been through.
            log: Its events so far.
            answers: Its answers, oldest first.
            open_questions: Class names of its open questions.
            is_active: Whether a step may be at work.
            has_ended: Whether it has come to its result.
            failed_step: Name of the step that has failed, if one has.
        """
        types = [event.type for event in log if event.kind == "answer"]  # in the order of the answers
        now = {Node("human", name) for name in open_questions}
        now |= {Node("step", name) for name in traversal.at_work if is_active}
        return cls(
            traversal,
            Counter((answer.question_type, kind) for answer, kind in zip(answers, types, strict=False)),
            Counter(event.type for event in log if event.kind == "question"),
            frozenset({*now, Node("end")} if has_ended else now),
            Node("step", failed_step) if failed_step else None,
        )


@dataclass(frozen=True)
class Flowchart:
    """A workflow as nodes and edges."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    been: frozenset[Node]
    now: frozenset[Node]
    failed: Node | None

    @property
    def is_drawable(self) -> bool:
        return len(self.edges) <= MOST_EDGES

    @property
    def source(self) -> str:
        """The flowchart for Mermaid."""
        ids = {node: f"n{number}" for number, node in enumerate(self.nodes)}
        lines = [CLOSE, "flowchart TD", *LOOKS]
        for node, name in ids.items():
            opening, closing = SHAPES[node.kind]
            lines.append(f'{name}{opening}"{node.label}"{closing}')
        ways_from = Counter(edge.source for edge in self.edges)
        for edge in self.edges:
            arrow = "-.->" if edge.source.kind == "signal" else "-->"
            words = _label(edge, is_only=ways_from[edge.source] == 1)
            label = f'|"{words}"|' if words else ""
            lines.append(f"{ids[edge.source]} {arrow}{label} {ids[edge.target]}")
        looks = dict.fromkeys(self.been, "been") | dict.fromkeys(self.now, "now")
        if self.failed:
            looks[self.failed] = "failed"
        lines += [f"class {ids[node]} {look}" for node, look in looks.items() if node in ids]
        if gone := [str(number) for number, edge in enumerate(self.edges) if edge.times]:
            lines.append(f"linkStyle {','.join(gone)} stroke:#3d9c83,stroke-width:2px")
        return "\n".join(lines)

    @property
    def where(self) -> str:
        """Where the run is, in a sentence; empty if it is nowhere."""
        if self.failed:
            return f"It failed in “{self.failed.words}”."
        if self.now == {Node("end")}:
            return "It has come to its end."
        asked = [humanize(node.name, inside=True) for node in self.nodes if node in self.now and node.kind == "human"]
        steps = [f"“{node.words}”" for node in self.nodes if node in self.now and node.kind == "step"]
        waits = f"It waits for a human: {_listed(asked)}." if asked else ""
        works = f"{_listed(steps)} {'is' if len(steps) == 1 else 'are'} at work." if steps else ""
        return f"{works} {waits}".strip()

    @property
    def words(self) -> str:
        """The flowchart in words: where each node leads to, and how often."""
        sentences = []
        for node in self.nodes:
            ways = [self._way(edge) for edge in self.edges if edge.source == node]
            if ways:
                sentences.append(f"{node.words}: leads to {_listed(ways)}.")
        return " ".join(filter(None, [*sentences, self.where]))

    def _way(self, edge: Edge) -> str:
        label, times = " or ".join(edge.labels), f"{count(edge.times, 'time')}" if edge.times else ""
        more = ", ".join(filter(None, [f"with {label}" if label else "", times]))
        return edge.target.words + (f" ({more})" if more else "")


def flowchart(steps: WorkflowSteps, whereabouts: Whereabouts | None = None) -> Flowchart:
    """The flowchart of a workflow.

    Args:
        steps: Its steps.
        whereabouts: Where a run of it is; None for the workflow alone.
    """
    been = whereabouts or Whereabouts(Traversal(), {}, {}, frozenset())
    edges: dict[tuple[Node, Node], Edge] = {}
    for source, target, label, times in _ways(steps, been):
        edge = edges.setdefault((source, target), Edge(source, target))
        edge.times += times
        if label:
            edge.labels[label] = None
    listed = tuple(edges.values())
    nodes = dict.fromkeys([Node("start"), *(Node("step", step.name) for step in steps.steps)])
    nodes |= dict.fromkeys(node for edge in listed for node in (edge.source, edge.target) if node != Node("end"))
    nodes |= dict.fromkeys([*sorted(been.now - {Node("end")}, key=repr), Node("end")])
    gone = {node for edge in listed if edge.times for node in (edge.source, edge.target)}
    gone |= {Node("step", move.step) for move in been.traversal.moves}
    return Flowchart(tuple(nodes), listed, frozenset(gone & nodes.keys()), been.now, been.failed)


def _ways(steps: WorkflowSteps, been: Whereabouts) -> Iterator[tuple[Node, Node, str, int]]:
    """Every way: from where, to where, its label, and how often the run has gone it."""
    moves = been.traversal.moves
    taking = {
        event: [Node("step", step.name) for step in steps.steps if event in step.takes]
        for event in dict.fromkeys(event for step in steps.steps for event in step.takes)
    }
    for target in taking.get(steps.start, []):
        has_begun = Move(target.name, steps.start, gives=False) in moves or target.name in been.traversal.at_work
        yield Node("start"), target, "", int(has_begun)
    waiting: dict[str, list[Node]] = {}  # the steps that wait for the answer to each question, and not in another step
    given: dict[str, None] = {}  # the questions that are answered in another step
    for step in steps.steps:
        source = Node("step", step.name)
        seen = [move.event for move in moves if move.step == step.name and move.gives]
        for event in dict.fromkeys([*step.gives, *step.waits, *seen]):
            times = moves.get(Move(step.name, event, gives=True), 0)
            if event in steps.ends:
                yield source, Node("end"), "", times
            elif event in steps.answers or event in step.waits or event in been.asked:
                if event in step.gives:
                    given[event] = None
                else:
                    waiting.setdefault(event, []).append(source)
                yield source, Node("human", event), "", times
            else:
                for target in taking.get(event, []):
                    yield source, target, humanize(event, inside=True), times
    for question, sources in waiting.items():
        times = sum(times for (asked, _), times in been.answers.items() if asked == question)
        for source in sources:
            yield Node("human", question), source, "", times if len(sources) == 1 and question not in given else 0
    for question in given:
        kinds = steps.answers.get(question, ())
        for kind in kinds:
            for target in taking.get(kind, []):
                label = humanize(kind, inside=True) if len(kinds) > 1 else ""
                yield Node("human", question), target, label, been.answers.get((question, kind), 0)
    for signal in sorted(steps.signals):
        for target in taking.get(signal, []):
            yield Node("signal", signal), target, "", moves.get(Move(target.name, signal, gives=False), 0)


def _label(edge: Edge, is_only: bool) -> str:
    """What stands at an edge: what is given, unless there is only one way to go, and how often."""
    labels = "" if is_only else " / ".join(_plain(label) for label in edge.labels)
    return " · ".join(filter(None, [labels, f"{edge.times}×" if edge.times > 1 else ""]))


def _plain(words: str) -> str:
    """A text that says nothing to Mermaid."""
    return "".join(sign if sign.isalnum() or sign == " " else OTHER_SIGN for sign in cut(words, LABEL_LENGTH))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
