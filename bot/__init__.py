"""Greenlight: says whether a person may use an AI tool with their data, and which rule says so."""
