"""The running: workflows at work, every tick recorded before anyone sees it."""
