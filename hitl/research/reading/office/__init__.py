"""Excel and PowerPoint files, read into blocks."""
