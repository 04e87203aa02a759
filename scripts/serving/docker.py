"""A container on unprivileged nginx: port 8080, no root, a file system that cannot be written to."""

from __future__ import annotations

from dataclasses import replace

from scripts.serving.nginx import HEADERS, headers, server
from scripts.serving.policy import Place, Policy

IMAGE = "nginxinc/nginx-unprivileged:stable-alpine"
ROOT = "/usr/share/nginx/html"
PORT = 8080

DOCKERFILE = f"""\
# Built from the folder above, which holds the site: docker build -f docker/Dockerfile -t prevent-pathways .
FROM {IMAGE}
COPY docker/default.conf /etc/nginx/conf.d/default.conf
COPY docker/{HEADERS} /etc/nginx/{HEADERS}
COPY site {ROOT}
USER 101
EXPOSE {PORT}
"""
COMPOSE = f"""\
# docker compose -f docker/compose.yaml up
services:
  prevent-pathways:
    build:
      context: ..
      dockerfile: docker/Dockerfile
    ports: ["127.0.0.1:{PORT}:{PORT}"]
    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    restart: unless-stopped
"""


def docker(policy: Policy, place: Place) -> dict[str, str]:
    """The Dockerfile, how to run it, and nginx's settings in it. TLS is for whatever stands before the container."""
    inside = replace(policy, tls=False)
    return {
        "Dockerfile": DOCKERFILE,
        "compose.yaml": COMPOSE,
        "default.conf": server(inside, replace(place, root=ROOT, http_port=PORT)),
        HEADERS: headers(inside),
    }
