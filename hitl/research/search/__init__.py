"""Search: splits documents into passages and ranks them by a query."""
