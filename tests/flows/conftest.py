from tests.engine.conftest import pytest_generate_tests, tables

__all__ = ["pytest_generate_tests", "tables"]
