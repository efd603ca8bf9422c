"""Plain text and subtitles, read into blocks."""
