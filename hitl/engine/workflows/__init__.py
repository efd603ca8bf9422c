"""What is run: which workflows there are, how they are loaded, what they take, and their events as they are stored."""
