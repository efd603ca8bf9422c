"""As in the tests of the engine: over a file, over Postgres, or over both."""

from tests.engine.conftest import pytest_generate_tests, tables

__all__ = ["pytest_generate_tests", "tables"]
