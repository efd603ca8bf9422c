"""Runs workflows; every tick is stored before readers see it."""
