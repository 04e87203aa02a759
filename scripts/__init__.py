"""Prevent Pathways: YAML in, a static site out. Run `python -m scripts help` for the commands."""
