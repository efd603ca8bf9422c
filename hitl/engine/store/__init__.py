"""What is on disk: the SQLite database, its schema, reads and writes, and the ownership of the folder."""
