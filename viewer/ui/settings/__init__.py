"""The settings dialog, made from the typed settings model.

Decided
    Every field of the model with a title is in the dialog, in the model's order, and is in force at once.
    The dialog knows no setting by name, only the words of choices: a new setting is one field in ``app.settings``.
"""
