from __future__ import annotations

import pytest

sqlalchemy = pytest.importorskip("sqlalchemy")
dbos_calls = pytest.importorskip("hitl.engine.replicas.dbos_calls")


def test_the_database_frees_what_a_process_that_stands_still_has_locked(database_url: str):
    engine = sqlalchemy.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as before:
        before.execute(sqlalchemy.text("SELECT 1"))

    dbos_calls.free_what_is_locked(engine)

    for _ in range(2):
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SHOW idle_in_transaction_session_timeout")).scalar() == "10s"
            connection.rollback()
            assert connection.execute(sqlalchemy.text("SHOW idle_in_transaction_session_timeout")).scalar() == "10s"
    engine.dispose()
