"""Forms: a schema becomes neutral fields, what was typed becomes values; for the page and the command line alike."""
