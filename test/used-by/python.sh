#!/usr/bin/env bash
# Builds the Python wheel of the compiled library, installs it in an empty virtual environment outside the tree, renders
# the examples that have a main.py there and compares the files with the pinned ones, which main.ts has rendered: the
# same bytes from another language.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
app=$(mktemp -d)
trap 'rm -rf "$app"' EXIT

npx jsii-pacmak --target python --outdir "$app/dist"

cd "$app"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dist/python/*.whl

for program in "$root"/examples/*/main.py; do
  example=$(basename "$(dirname "$program")")
  cp "$program" .
  CDK8S_OUTDIR="rendered/$example" venv/bin/python main.py
  diff -r "$root/examples/$example/dist" "rendered/$example"
  echo "$example: the Python package renders the pinned files."
done
