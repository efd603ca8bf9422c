"""The store that many processes share: what differs where writers do not queue up behind one lock."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hitl.engine.hooks import Hook
from hitl.engine.records import Ending, EventRecord, NewEvent, Notice, Question, Tick
from hitl.engine.store.database import Transaction
from hitl.engine.store.postgres import CHANNEL, PostgresDatabase
from hitl.engine.store.queries import IS_LIVE, SELECT_QUESTIONS, Conditions
from hitl.engine.store.row_mappers import NOTICE_COLUMNS, dump, load, now_text, question_from, stamp
from hitl.engine.store.search import MOST_LETTERS
from hitl.engine.store.statements import IS_DUE, Store
from hitl.files import NAMED

HELD_FOR = timedelta(minutes=2)
"""How long a call of a hook belongs to the process that has begun it; after that, another one may make it."""
TEXTS_OF_ALL = (
    "SELECT inputs AS text FROM runs UNION ALL SELECT result FROM runs WHERE result IS NOT NULL"
    " UNION ALL SELECT body FROM questions UNION ALL SELECT answer FROM questions WHERE answer IS NOT NULL"
)
"""What runs were given, have asked and gave; see `queries.TEXTS_OF_RUNS`."""
TEXTS_AT_ONCE = 500
"""Runs whose texts are put in order before a search, so that it finds what has just changed."""


@dataclass(frozen=True)
class Signal:
    """A signal that its run has not received."""

    number: int
    """In the order in which signals were sent."""
    name: str
    """Of its class."""
    body: dict[str, Any]
    """Its fields, as JSON values."""


class SharedStore(Store):
    """Writes and reads runs in Postgres.

    Args:
        database: The database.
        worker: Id of this process as one that runs workflows; None if it runs none.
    """

    has_ticks = False

    def __init__(self, database: PostgresDatabase, worker: str | None = None) -> None:
        super().__init__(database)
        self._worker = worker

    # ---- which process runs a run

    def has_workers(self, lease: float) -> bool:
        """True if a process that runs workflows has shown within `lease` seconds that it is alive."""
        return bool(
            self.database.read("SELECT 1 FROM workers WHERE seen_at > now() - ? * interval '1 second' LIMIT 1", lease)
        )

    def is_first(self, lease: float) -> bool:
        """True if this is the first of the living processes that run workflows, by its id."""
        rows = self.database.read("SELECT min(id) FROM workers WHERE seen_at > now() - ? * interval '1 second'", lease)
        return bool(rows[0][0] == self._worker)

    def dead_workers(self, lease: float) -> list[str]:
        """Ids of the processes that have not shown for `lease` seconds that they are alive."""
        rows = self.database.read("SELECT id FROM workers WHERE seen_at < now() - ? * interval '1 second'", lease)
        return [worker for (worker,) in rows]

    def sign_off(self) -> None:
        """Note that this process has ended: others may take over its runs at once."""
        with self.database.transaction() as db:
            db.execute("UPDATE workers SET seen_at='-infinity' WHERE id=?", (self._worker,))

    def release_unknown(self, worker: str) -> None:
        """Have any process begin the runs that a dead one had claimed and DBOS does not know of, or not any more."""
        with self.database.transaction() as db:
            db.execute(
                f"UPDATE runs SET worker=NULL WHERE worker=? AND {IS_LIVE} AND NOT EXISTS(SELECT 1"
                " FROM dbos.workflow_status AS known WHERE known.workflow_uuid=runs.id"
                " AND known.status IN ('PENDING', 'ENQUEUED', 'DELAYED'))",
                (worker,),
            )

    def over_in_dbos(self, limit: int) -> list[str]:
        """Ids of runs of which DBOS still has what nobody needs: those that have ended and can't be resumed."""
        rows = self.database.read(
            "SELECT workflow_uuid FROM dbos.workflow_status AS known"
            " WHERE known.status IN ('SUCCESS', 'ERROR', 'CANCELLED') AND NOT EXISTS(SELECT 1 FROM runs"
            f" WHERE runs.id=known.workflow_uuid AND ({IS_LIVE} OR EXISTS(SELECT 1 FROM questions"
            " WHERE questions.run_id=runs.id AND questions.state='left'))) LIMIT ?",
            limit,
        )
        return [run_id for (run_id,) in rows]

    def forget_turns(self, run_ids: Sequence[str]) -> None:
        """Delete what LlamaIndex' runtime keeps of runs beside DBOS."""
        with self.database.transaction() as db:
            db.execute(
                "DELETE FROM dbos.workflow_journal WHERE run_id IN (SELECT value FROM json_each(?))",
                (dump(list(run_ids)),),
            )

    def forget_worker(self, worker: str) -> None:
        """Forget a process whose runs others have taken over."""
        with self.database.transaction() as db:
            db.execute("DELETE FROM workers WHERE id=?", (worker,))

    def claim(self, limit: int, workflows: Sequence[str]) -> list[str]:
        """Make this process the one that runs some of the live runs which none runs, oldest first.

        Args:
            limit: At most this many.
            workflows: Of the workflows with these names; other processes may have others.

        Returns:
            Their ids.
        """
        unclaimed = (
            f"SELECT id FROM runs WHERE worker IS NULL AND {IS_LIVE}"
            " AND workflow IN (SELECT value FROM json_each(:workflows))"
        )
        values = {"worker": self._worker, "limit": limit, "workflows": dump(list(workflows))}
        if not self.database.read(f"{unclaimed} LIMIT 1", values):
            return []
        with self.database.transaction() as db:
            rows = db.execute(
                f"UPDATE runs SET worker=:worker WHERE id IN ({unclaimed} ORDER BY created_at LIMIT :limit"
                " FOR UPDATE SKIP LOCKED) RETURNING id",
                values,
            ).fetchall()
            return [run_id for (run_id,) in rows]

    def is_unclaimed(self, run_id: str, seconds: float) -> bool:
        """True if for so long no process has taken up a live run."""
        before = stamp(datetime.now(UTC) - timedelta(seconds=seconds))
        return bool(
            self.database.read(
                f"SELECT 1 FROM runs WHERE id=? AND worker IS NULL AND updated_at < ? AND {IS_LIVE}", run_id, before
            )
        )

    def claim_run(self, run_id: str, workflows: Sequence[str]) -> bool:
        """Make this process the one that runs a live run of one of its workflows, if none does."""
        unclaimed = f"id=? AND worker IS NULL AND {IS_LIVE} AND workflow IN (SELECT value FROM json_each(?))"
        names = dump(list(workflows))
        if not self.database.read(f"SELECT 1 FROM runs WHERE {unclaimed}", run_id, names):
            return False
        with self.database.transaction() as db:
            return (
                db.execute(f"UPDATE runs SET worker=? WHERE {unclaimed}", (self._worker, run_id, names)).rowcount == 1
            )

    def paused(self) -> list[str]:
        """Ids of the runs that wait for humans alone, and have got no answer that they have not received."""
        rows = self.database.read(
            "SELECT id FROM runs WHERE status='waiting' AND resting AND NOT EXISTS(SELECT 1 FROM questions"
            " WHERE run_id=runs.id AND state='answered') ORDER BY created_at, id"
        )
        return [run_id for (run_id,) in rows]

    def take_over(self, run_id: str) -> bool:
        """Make this process the one that runs a run, whichever did before; False if it has ended."""
        with self.database.transaction() as db:
            return (
                db.execute(f"UPDATE runs SET worker=? WHERE id=? AND {IS_LIVE}", (self._worker, run_id)).rowcount == 1
            )

    def give_up(self, run_id: str) -> None:
        """Have any process run a run that this one was to run."""
        with self.database.transaction() as db:
            db.execute("UPDATE runs SET worker=NULL WHERE id=? AND worker=?", (run_id, self._worker))

    def runs_of(self, worker: str) -> list[str]:
        """Ids of the live runs that a process runs."""
        rows = self.database.read(f"SELECT id FROM runs WHERE worker=? AND {IS_LIVE}", worker)
        return [run_id for (run_id,) in rows]

    def wanted(self, run_ids: Sequence[str]) -> list[tuple[str, str, bool]]:
        """The id and status of runs, and whether they have answers or signals that the workflow has not received."""
        rows = self.database.read(
            "SELECT id, status, EXISTS(SELECT 1 FROM questions WHERE run_id=runs.id AND state='answered')"
            " OR EXISTS(SELECT 1 FROM signals WHERE run_id=runs.id) FROM runs"
            " WHERE id IN (SELECT value FROM json_each(?))",
            dump(list(run_ids)),
        )
        known = {run_id: (run_id, status, has_some) for run_id, status, has_some in rows}
        return [known.get(run_id, (run_id, "deleted", False)) for run_id in run_ids]

    def with_undelivered(self) -> list[str]:
        """Ids of this process' runs with answers or signals that the workflow has not received."""
        rows = self.database.read(
            "SELECT id FROM runs WHERE worker=? AND id IN (SELECT run_id FROM questions WHERE state='answered'"
            " UNION SELECT run_id FROM signals)",
            self._worker,
        )
        return [run_id for (run_id,) in rows]

    # ---- files, which are in this database as well

    def still_named(self, fingerprints: Collection[str]) -> set[str]:
        """See `Queries.still_named`; the texts are looked through where they are."""
        if not fingerprints:
            return set()
        rows = self.database.read(
            f"SELECT DISTINCT found[1] FROM ({TEXTS_OF_ALL}) AS texts, regexp_matches(text, '[0-9a-f]{{64}}', 'g')"
            " AS found WHERE found[1] IN (SELECT value FROM json_each(?))",
            dump(list(fingerprints)),
        )
        return {fingerprint for (fingerprint,) in rows}

    def _hold_files(self, db: Transaction, body: str) -> None:
        """Have the files that a run is about to name stay until it names them."""
        if named := NAMED.findall(body):
            db.execute(
                "SELECT 1 FROM files WHERE fingerprint IN (SELECT value FROM json_each(?)) FOR KEY SHARE",
                (dump(named),),
            )

    # ---- signals, until the workflow has received them

    def add_signal(self, run_id: str, name: str, body: dict[str, Any]) -> bool:
        """Record a signal for the process that runs a run; False if the run has ended."""
        with self.database.transaction() as db:
            is_live = db.execute(f"SELECT 1 FROM runs WHERE id=? AND {IS_LIVE} FOR UPDATE", (run_id,)).fetchone()
            if is_live:
                db.execute("INSERT INTO signals(run_id, name, body) VALUES(?, ?, ?)", (run_id, name, dump(body)))
                db.execute(f"SELECT pg_notify('{CHANNEL}', ?)", (run_id,))
            return is_live is not None

    def signals(self, run_id: str) -> list[Signal]:
        """The signals that a run has not received, in the order in which they were sent."""
        rows = self.database.read("SELECT id, name, body FROM signals WHERE run_id=? ORDER BY id", run_id)
        return [Signal(number, name, load(body)) for number, name, body in rows]

    def forget_signal(self, number: int) -> None:
        """Note that a workflow has received a signal."""
        with self.database.transaction() as db:
            db.execute("DELETE FROM signals WHERE id=?", (number,))

    # ---- progress of a run

    def commit(self, run_id: str, tick: Tick) -> list[EventRecord] | None:
        """Store everything of one tick of a run, if it is not stored yet.

        Returns:
            The new events; None if nothing was stored, since the run has ended, or another process runs it now.
        """
        with self.database.transaction() as db:
            row = db.execute("SELECT worker, ticks FROM runs WHERE id=? FOR UPDATE", (run_id,)).fetchone()
            if row is None or row[0] != self._worker:
                return None
            if tick.number:
                if tick.number <= row[1]:
                    return []
                db.execute("UPDATE runs SET ticks=? WHERE id=?", (tick.number, run_id))
            records = self._commit(db, run_id, tick)
        self.wake_hooks()
        return records

    def finish(self, run_id: str, tick: Tick, ending: Ending) -> list[EventRecord]:
        """Store the last events of a run and its ending, unless another process runs it now. Returns the new events."""
        with self.database.transaction() as db:
            row = db.execute("SELECT worker FROM runs WHERE id=? FOR UPDATE", (run_id,)).fetchone()
            if row is None or row[0] != self._worker:
                return []
            records = self._finish(db, run_id, tick, ending)
        self.wake_hooks()
        return records

    def resume(self, run_id: str, event: NewEvent) -> list[EventRecord]:
        """See `Store.resume`; any process then runs it."""
        with self.database.transaction() as db:
            db.execute("UPDATE runs SET worker=NULL WHERE id=? AND status='cancelled'", (run_id,))
            db.execute("DELETE FROM signals WHERE run_id=?", (run_id,))
        return super().resume(run_id, event)

    def ticks(self, run_id: str) -> int:
        """How many ticks of a run are stored."""
        rows = self.database.read("SELECT ticks FROM runs WHERE id=?", run_id)
        return int(rows[0][0]) if rows else 0

    def has_begun(self, run_id: str) -> bool:
        return self.ticks(run_id) > 0 or super().has_begun(run_id)

    # ---- runs that were copied from a file, whose journal comes before what DBOS has of them

    def lock_unclaimed(self, db: Transaction, run_id: str) -> bool:
        row = db.execute("SELECT worker FROM runs WHERE id=? FOR UPDATE", (run_id,)).fetchone()
        return row is not None and row[0] is None

    def note_copied(self, db: Transaction, run_id: str) -> None:
        """Note which questions are open now: a run begins with them whenever DBOS replays it."""
        open_now = db.execute(
            "SELECT id FROM questions WHERE run_id=? AND state IN ('open', 'left') ORDER BY seq", (run_id,)
        ).fetchall()
        db.execute("UPDATE runs SET came_with=? WHERE id=?", (dump([each for (each,) in open_now]), run_id))

    def note_name(self, db: Transaction, run_id: str, name: str | None) -> None:
        noted = {"run": run_id, "name": dump([name])}
        db.execute("UPDATE runs SET came_named=:name WHERE id=:run AND came_named IS DISTINCT FROM :name", noted)

    def name_when_copied(self, run_id: str) -> tuple[bool, str | None]:
        rows = self.database.read("SELECT came_named FROM runs WHERE id=? AND came_named IS NOT NULL", run_id)
        return (True, json.loads(rows[0][0])[0]) if rows else (False, None)

    def number_runs(self) -> None:
        """Nothing: the search looks at them by age."""

    def came_with(self, run_id: str) -> list[Question]:
        """The questions that were open when a run was copied; none if it was not."""
        return self.database.records(
            question_from,
            f"{SELECT_QUESTIONS} WHERE q.run_id=:run AND q.id IN (SELECT value FROM json_each("
            "(SELECT coalesce(came_with, '[]') FROM runs WHERE id=:run))) ORDER BY q.asked_at, q.seq",
            {"run": run_id},
        )

    def _lock_run_of(self, db: Transaction, question_id: str) -> None:
        db.execute("SELECT 1 FROM runs WHERE id=(SELECT run_id FROM questions WHERE id=?) FOR UPDATE", (question_id,))

    # ---- calls of hooks

    def keep_hooks(self, hooks: Callable[[], list[Hook]]) -> list[Hook]:
        """Record which hooks there are, beside those of other processes."""
        with self.database.transaction() as db:
            there = hooks()
            db.executemany(
                "INSERT INTO hooks VALUES(?, ?) ON CONFLICT DO NOTHING", [(hook.topic, hook.name) for hook in there]
            )
            return there

    def begin_notice(self, hook: Hook) -> Notice | None:
        """The next call that a hook is to get now, if any; no other process gets it for `HELD_FOR`."""
        due = {"topic": hook.topic, "hook": hook.name, "now": now_text()}
        if not self.database.read(f"SELECT 1 FROM outbox WHERE {IS_DUE} LIMIT 1", due):
            return None
        with self.database.transaction() as db:
            row = db.execute(
                "UPDATE outbox SET attempts=attempts+1, due_at=:until WHERE id=(SELECT id FROM outbox"
                f" WHERE {IS_DUE} ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING {NOTICE_COLUMNS}",
                due | {"until": stamp(datetime.now(UTC) + HELD_FOR)},
            ).fetchone()
            return Notice(*row) if row else None

    # ---- the search, which folds letters as Python does

    def index_texts(self, most: int) -> int:
        """Put the texts of runs that have changed in order for the search; see `Store.index_texts`."""
        rows = self.database.read(
            "SELECT id, number, title, inputs, result FROM runs WHERE NOT is_indexed ORDER BY number LIMIT ?", most
        )
        for run_id, number, title, inputs, result in rows:
            answers = self.database.read(
                "SELECT answer FROM questions WHERE run_id=? AND answer IS NOT NULL ORDER BY seq", run_id
            )
            text = _text_of(title, inputs, [answer for (answer,) in answers], result)
            with self.database.transaction() as db:
                same = {"run": run_id, "title": title, "result": result, "answers": len(answers)}
                is_current = db.execute(
                    "UPDATE runs SET is_indexed=TRUE WHERE id=:run AND title IS NOT DISTINCT FROM :title"
                    " AND result IS NOT DISTINCT FROM :result AND (SELECT count(*) FROM questions WHERE run_id=:run"
                    " AND answer IS NOT NULL)=:answers",
                    same,
                ).rowcount
                if is_current:
                    db.execute(
                        "INSERT INTO texts VALUES(?, ?) ON CONFLICT(number) DO UPDATE SET text=excluded.text",
                        (number, text),
                    )
        return len(rows)

    def _delete(self, db: Transaction, run_id: str, unless_live: bool) -> bool:
        db.execute("DELETE FROM texts WHERE number=(SELECT number FROM runs WHERE id=?)", (run_id,))
        return super()._delete(db, run_id, unless_live)

    def _numbers_with(self, words: Sequence[str], asked: Conditions, most: int, reads_all: bool) -> list[int]:
        self.index_texts(TEXTS_AT_ONCE)
        values = asked.values | {f"word{at}": word for at, word in enumerate(words)} | {"most": most}
        has_words = [f"strpos(texts.text, :word{at}) > 0" for at in range(len(words))]
        rows = self.database.read(
            f"SELECT runs.number FROM runs JOIN texts ON texts.number=runs.number {asked.where(*has_words)}"
            " ORDER BY runs.created_at DESC, runs.number DESC LIMIT :most",  # a copied one has a later number
            values,
        )
        return [number for (number,) in rows]


def _text_of(title: str | None, inputs: str, answers: Sequence[str], result: str | None) -> str:
    """The text in which a run is found, without case: as `search.TEXT_OF_RUN` has it in SQLite."""
    parts = [*_texts_in(json.loads(inputs))]
    for answer in answers:
        parts += _texts_in(json.loads(answer))
    if result:
        parts += _texts_in(json.loads(result))
    return "\n".join([title or "", *parts]).casefold()[:MOST_LETTERS].replace("\0", "\N{REPLACEMENT CHARACTER}")


def _texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            if len(value) < 12 or not set(value) <= set("-0123456789abcdef"):
                yield value
        case dict():
            for inner in value.values():
                yield from _texts_in(inner)
        case list():
            for inner in value:
                yield from _texts_in(inner)
