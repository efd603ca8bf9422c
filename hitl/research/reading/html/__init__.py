"""HTML, read into blocks."""
