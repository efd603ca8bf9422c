"""Forms: a JSON schema becomes fields, and input becomes values; shared by the page and the command line."""
