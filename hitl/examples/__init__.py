"""Small programs to learn from."""
