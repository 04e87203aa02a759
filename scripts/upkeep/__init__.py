"""What keeps the data right: commands that edit it, watch it and ask the outside world.

A module with `arguments` and `run` is the command of its name (scripts/__main__.py lists them); the others serve those.
"""
