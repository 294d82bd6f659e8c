#!/usr/bin/env bash
# Packs the compiled library, installs it in an empty cdk8s app outside the tree, renders the how-to example there and compares the
# files with the pinned ones. Finds what tests on the source cannot: files missing from the package, dependencies that
# are not bundled, peers newer than those of development, types that do not compile at the user's, declarations of what the index
# does not list.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
app=$(mktemp -d)
trap 'rm -rf "$app"' EXIT

tarball=$(npm pack --silent --pack-destination "$app")
cp test/used-by/npm/* examples/how-to/main.ts examples/how-to/cdk8s.yaml "$app"

cd "$app"
npm install --no-audit --no-fund --no-package-lock "./$tarball"
npx tsc
npx tsx declared.ts
npx cdk8s synth --check-upgrade false

diff -r "$root/examples/how-to/dist" dist
echo "The npm package renders the pinned files."
