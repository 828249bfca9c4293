"""The layers panel: objects and their parts, each switchable."""
