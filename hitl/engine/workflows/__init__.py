"""The workflows: their registry and loading, validation of inputs and answers, and serialization of their events."""
