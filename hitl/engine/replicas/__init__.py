"""The engine of many processes, over Postgres and DBOS; the calls are those of the engine over a file."""
