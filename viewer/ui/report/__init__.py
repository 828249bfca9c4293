"""The report panel: structured reports as a tree and as a page."""
