"""How is the SQLite file kept unreadable without a key that is elsewhere? SQLCipher, as an engine of Django.

Source: docs/decisions/0006-database-encrypted-at-rest.md. Named in settings by PALERMO_DATABASE_KEY_FILE.
"""
