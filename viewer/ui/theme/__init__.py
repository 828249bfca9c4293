"""The theme: tokens, the one style sheet made from them, fonts, icons, shared row painting."""
