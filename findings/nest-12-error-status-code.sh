#!/usr/bin/env bash
# An error that is no HttpException and has a `statusCode`, thrown in a controller: Nest 11.2.10 answers with that status and the error's
# message, as many libraries' errors rely on; Nest 12.5.1 answers 500 "Internal server error" to the same, on Express and Fastify. It
# looks at `statusCode` of an Error only where `status` is the same and `expose` is a boolean, the signature of `http-errors` (the filter
# of `@nestjs/core`, `isHttpError`). Of what is thrown and no Error, such as a plain object, it still looks at `statusCode` alone.
# Needs Node.js 20.19 and npm. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/look.mjs" <<'END'
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const THROWN = {
  plain: () => Object.assign(new Error('no such order'), { statusCode: 404 }),
  signed: () => Object.assign(new Error('no such order'), { statusCode: 404, status: 404, expose: true }),
  object: () => ({ statusCode: 404, message: 'no such order' }),
};
class Orders {}
for (const [name, make] of Object.entries(THROWN)) {
  Orders.prototype[name] = () => {
    throw make();
  };
  Get(name)(Orders.prototype, name, Object.getOwnPropertyDescriptor(Orders.prototype, name));
}
Controller('orders')(Orders);
class Host {}
Module({ controllers: [Orders] })(Host);

const seen = {};
for (const [platform, adapter] of [['express', new ExpressAdapter()], ['fastify', new FastifyAdapter()]]) {
  const app = await NestFactory.create(Host, adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
  for (const name of Object.keys(THROWN)) {
    const answer = await fetch(`http://127.0.0.1:${app.getHttpServer().address().port}/orders/${name}`);
    seen[`${platform} ${name}`] = [answer.status, (await answer.json()).message];
  }
  await app.close();
}
const found = JSON.stringify(seen);
console.log(process.argv[2], found);
const told = [404, 'no such order'];
const plain = process.argv[2].startsWith('11') ? told : [500, 'Internal server error'];
const expected = {};
for (const platform of ['express', 'fastify'])
  Object.assign(expected, { [`${platform} plain`]: plain, [`${platform} signed`]: told, [`${platform} object`]: told });
process.exit(found === JSON.stringify(expected) ? 0 : 1);
END
look() {
  mkdir "$folder/$1"
  cd "$folder/$1"
  echo '{ "private": true, "type": "module" }' >package.json
  npm install --silent --no-audit --no-fund --save-exact "@nestjs/common@$1" "@nestjs/core@$1" "@nestjs/platform-express@$2" \
    "@nestjs/platform-fastify@$3" reflect-metadata@0.2.2 rxjs@7.8.2 >/dev/null
  cp ../look.mjs .
  node look.mjs "$1"
}
look 11.2.10 11.2.10 11.2.8
look 12.5.1 12.5.1 12.5.0
echo 'As described: the status of an Error with a statusCode alone is lost in Nest 12.'
