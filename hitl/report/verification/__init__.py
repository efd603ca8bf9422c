"""Verification: checks a report's sentences against the quotes that they cite."""
