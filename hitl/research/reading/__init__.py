"""Reading: files become documents whose text can be quoted."""
