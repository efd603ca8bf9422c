"""The text of a file of any encoding."""
