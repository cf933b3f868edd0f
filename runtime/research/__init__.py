"""The built-in biomedical graph: a question in, an answer with its evidence out."""
