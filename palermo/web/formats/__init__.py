"""How does Django itself write and read dates and numbers? Pages use the filters of `web/words.py`."""
