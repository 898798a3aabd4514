#!/usr/bin/env bash
# json-p3 2.3.1, JSON paths (RFC 9535): `query(path, value)` throws "Maximum call stack size exceeded" if a path selects many values of
# one list, and `$..name` throws "recursion limit reached" in documents that are nested more than 50 deep, which JSON documents may be.
# `lazyQuery` finds the same values of the long list, and an environment with another `maxRecursionDepth` those of the deep one. Whoever
# applies paths of one person to documents of another must use both. Needs Node.js 20 or later and npm. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund --save-exact json-p3@2.3.1 >/dev/null

cat >main.js <<'END'
import { JSONPathEnvironment, lazyQuery, query } from 'json-p3';
const count = (find) => {
  try {
    return [...find()].length;
  } catch (error) {
    return error.name;
  }
};
const long = { items: Array.from({ length: 500_000 }, (_, id) => ({ id })) };
console.log('query, a list of 500,000:', count(() => query('$.items[*].id', long)));
console.log('lazyQuery, the same list:', count(() => lazyQuery('$.items[*].id', long)));
let deep = { name: 'ann' };
for (let depth = 0; depth < 60; depth++) deep = { inner: deep };
console.log('lazyQuery, 60 deep:', count(() => lazyQuery('$..name', deep)));
const patient = new JSONPathEnvironment({ maxRecursionDepth: 1_000 });
console.log('with another limit:', count(() => patient.lazyQuery('$..name', deep)));
END
seen=$(node main.js)
echo "$seen"
[ "$seen" = "query, a list of 500,000: RangeError
lazyQuery, the same list: 500000
lazyQuery, 60 deep: JSONPathRecursionLimitError
with another limit: 1" ] || { echo 'This has changed.'; exit 1; }
echo 'So it is: long lists need lazyQuery, and deep documents another limit.'
