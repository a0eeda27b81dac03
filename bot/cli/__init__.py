"""The command line, one file a command; loaded only when its command is run."""
