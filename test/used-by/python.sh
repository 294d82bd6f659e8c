#!/usr/bin/env bash
# Builds the Python wheel, installs it in an empty virtual environment outside the tree, renders the how-to cluster from
# a Python program and compares the files with the pinned ones, byte for byte: the same cluster from another language.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
app=$(mktemp -d)
trap 'rm -rf "$app"' EXIT

npx jsii-pacmak --target python --outdir "$app/dist"
cp test/used-by/python/main.py "$app"

cd "$app"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dist/python/*.whl
CDK8S_OUTDIR=rendered venv/bin/python main.py

diff -r "$root/examples/how-to/dist" rendered
echo "The Python package renders the pinned files."
