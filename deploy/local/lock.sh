#!/bin/sh
# Locks what pyproject.toml asks for, per process, with hashes; for every Python that it allows and every platform.
set -eu
cd "$(dirname "$0")/../.."
[ -x .run/uv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check --target .run/uv uv

lock() { .run/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate "$@"; }

lock --extra dev pyproject.toml -o requirements/dev.txt
for part in roster meetings reports notifications gateway; do  # an image holds the versions that are tested
    lock --extra "$part" pyproject.toml -c requirements/dev.txt -o "requirements/$part.txt"
done
lock requirements/mongod.in -o requirements/mongod.txt
lock requirements/scan.in -o requirements/scan.txt
