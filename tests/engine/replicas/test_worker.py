from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from hitl.engine import open_engine
from tests.conftest import until
from tests.engine.crashes import settings_of

psycopg = pytest.importorskip("psycopg")
pytest.importorskip("dbos")

REFUSE = """
CREATE FUNCTION dbos.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
CREATE TRIGGER refuse BEFORE DELETE ON dbos.workflow_status FOR EACH ROW EXECUTE FUNCTION dbos.refuse()
"""
ALLOW = "DROP FUNCTION dbos.refuse() CASCADE"


def test_what_dbos_cannot_delete_holds_nobody_up_and_is_deleted_later(home: Path, database_url: str):
    settings = settings_of(home, database_url)
    with psycopg.connect(database_url, autocommit=True) as db, closing(open_engine(settings)) as engine:
        run = engine.start("fails")
        until(lambda: run.status == "failed")
        left = engine.store.over_in_dbos  # type: ignore[attr-defined]
        until(lambda: left(10) == [run.id])
        db.execute(REFUSE)

    engine = open_engine(settings)
    closer = threading.Thread(target=engine.close, daemon=True)
    closer.start()
    closer.join(60)
    assert not closer.is_alive()

    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(ALLOW)
    with closing(open_engine(settings)) as engine:
        left = engine.store.over_in_dbos  # type: ignore[attr-defined]
        until(lambda: left(10) == [])
