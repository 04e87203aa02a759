"""How the built site is served: one policy of headers, and one writer for each kind of server. A writer returns files by path and touches no disk."""
