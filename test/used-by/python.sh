#!/usr/bin/env bash
# Builds the Python wheel of the compiled library, installs it in an empty virtual environment outside the tree, renders
# the examples that have a main.py there and compares the files with the pinned ones, which main.ts has rendered: the
# same bytes from another language. Then it gives the library parts of another version of cdk8s-plus.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
app=$(mktemp -d)
trap 'rm -rf "$app"' EXIT

npx jsii-pacmak --target python --outdir "$app/dist"

cd "$app"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dist/python/*.whl cdk8s-plus-33

for program in "$root"/examples/*/main.py; do
  example=$(basename "$(dirname "$program")")
  cp "$program" .
  CDK8S_OUTDIR="rendered/$example" venv/bin/python main.py
  diff -r "$root/examples/$example/dist" "rendered/$example"
  echo "$example: the Python package renders the pinned files."
done

for version in 27 33; do
  sed "s/cdk8s_plus_27/cdk8s_plus_$version/" "$root/test/used-by/python/plus.py" > plus.py
  CDK8S_OUTDIR="with-$version" venv/bin/python plus.py
done
diff with-27/orders.k8s.yaml with-33/orders.k8s.yaml
echo 'Parts of cdk8s-plus-27 and -33 make the same cluster.'
