#!/usr/bin/env bash
# @nestjs/cli 12.0.8 (and 11.0.24): `nest generate` exits with 0 when the schematic threw, when there is no such schematic, and when the
# collection cannot be found. The error is printed, and the exit code of the program that ran the schematic is lost on the way. `nest
# generate … && git commit`, and tests that look at exit codes, go on as if all were well; only the missing files show the failure.
# Needs Node.js 20 and npm. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' >package.json
echo '{ "sourceRoot": "src" }' >nest-cli.json
npm install --silent --no-audit --no-fund --save-exact @nestjs/cli@12.0.8 >/dev/null
mkdir -p node_modules/refusing
cat >node_modules/refusing/package.json <<'END'
{ "name": "refusing", "version": "1.0.0", "schematics": "./collection.json" }
END
cat >node_modules/refusing/collection.json <<'END'
{ "schematics": { "anything": { "description": "Refuses.", "factory": "./factory.js#refuse" } } }
END
echo "exports.refuse = () => { throw new Error('This schematic refuses.'); };" >node_modules/refusing/factory.js

wrong=0
expect() { # what is printed, then the arguments of `nest generate`
  local wanted=$1 said code=0
  shift
  said=$(npx nest generate "$@" </dev/null 2>&1) || code=$?
  echo "nest generate $*: exit code $code, having said: $(grep -m 1 -E "$wanted" <<<"$said" || echo "$said")"
  if [ "$code" != 0 ] || ! grep -q -E "$wanted" <<<"$said"; then wrong=1; fi
}
expect 'This schematic refuses' -c refusing anything x
expect 'Invalid schematic' -c @nestjs/schematics no-such-schematic x
expect 'cannot be resolved' -c no-such-collection service x
exit $wrong
