"""What keeps the data right: commands that edit it, watch it and ask the outside world. Each module is a command: `arguments` and `run`."""
