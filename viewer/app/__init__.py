"""The composition root: joins everything; command line, settings, paths, logs, crash handling."""
