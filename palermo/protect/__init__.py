"""May this be shared, with whom, for what? And how does it rest, so that nobody else can read it?

Pure functions: keys and values in, values out; no clock, no network, no files. Sealing stands on the library
`cryptography` alone: HPKE (RFC 9180), AES-256-GCM, Argon2id (RFC 9106), Ed25519.
"""
