"""The study browser: patients, studies, series with thumbnails, and what hangs under them."""
