"""What is on disk: the SQLite file, its tables, everything that is changed in it and asked of it, and who owns it."""
