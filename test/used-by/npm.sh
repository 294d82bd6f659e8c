#!/usr/bin/env bash
# Packs the compiled library, installs it in an empty cdk8s app outside the tree, and lets users' programs render there what is
# pinned: as CommonJS, as ES module, as a bundle, and beside each version of cdk8s-plus. Finds what tests on the source cannot:
# files missing from the package, dependencies that are not declared, peers newer than those of development, types that do not
# compile at the user's, names that cannot be imported, declarations of what the index does not list.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
app=$(mktemp -d)
trap 'rm -rf "$app"' EXIT

tarball=$(npm pack --silent --pack-destination "$app")
cp -r test/used-by/npm/* examples/how-to/main.ts examples/how-to/cdk8s.yaml "$app"
cp examples/how-to/main.ts "$app/module"

cd "$app"
npm install --no-audit --no-fund --no-package-lock "./$tarball"

# Whatever renders the how-to renders what is pinned.
same() {
  diff -r "$root/examples/how-to/dist" "$1"
  echo "$2 renders the pinned files."
}

for version in 33 34; do sed "s/cdk8s-plus-27/cdk8s-plus-$version/" plus.ts > "plus-$version.ts"; done
mv plus.ts plus-27.ts
npx tsc
npx tsx declared.ts
npx tsx loaded.ts

npx cdk8s synth --check-upgrade false > report
same dist 'The npm package'

npx tsc -p module
node module/compiled/names.js
CDK8S_OUTDIR=module/by-node node module/compiled/main.js > report
same module/by-node 'An ES module'
CDK8S_OUTDIR=module/by-tsx npx tsx module/main.ts > report
same module/by-tsx 'An ES module, run by tsx,'

bundled=$(mktemp -d -p "$app/..")
trap 'rm -rf "$app" "$bundled"' EXIT
npx esbuild main.ts --bundle --platform=node --log-level=warning --outfile="$bundled/main.js"
(cd "$bundled" && node main.js > report)
same "$bundled/dist" 'A bundle without the package'

for version in 27 33 34; do CDK8S_OUTDIR="with-$version" npx tsx "plus-$version.ts"; done
diff with-27/orders.k8s.yaml with-33/orders.k8s.yaml
diff with-27/orders.k8s.yaml with-34/orders.k8s.yaml
echo 'Parts of cdk8s-plus-27, -33 and -34 make the same cluster.'
