"""hitl: an agent researches, a human decides, and only then is a report written."""
