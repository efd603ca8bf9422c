"""Writing the report: from a model's text, or from the sentences of the findings themselves."""
