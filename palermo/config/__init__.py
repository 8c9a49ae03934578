"""How is an installation put together? Settings from the environment, addresses, the server's entry."""
