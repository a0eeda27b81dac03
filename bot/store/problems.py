"""What can be wrong with the database, said to the person who runs Greenlight."""


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""
