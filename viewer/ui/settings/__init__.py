"""Settings dialog and shortcuts sheet, made from the typed settings model and the action registry."""
