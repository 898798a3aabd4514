import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { manifest } from '../../../scripts/packed-host.mjs';

/**
 * A registry that has the packed package under its name and redirects requests for others to the real one. With it, `nest add
 * nestjs-tasker` and `npx nestjs-tasker` are run as a user runs them, which a path of a tarball does not allow: the Nest CLI
 * installs only `<name>@<tag>`. Redirected, package managers find in their caches what they have of the real registry.
 */
export class PackageRegistry {
  private constructor(
    private readonly server: Server,
    private readonly tarball: Buffer,
  ) {}

  static async start(tarball: string): Promise<PackageRegistry> {
    const server = createServer();
    const registry = new PackageRegistry(server, readFileSync(tarball));
    server.on('request', (request, response) => registry.answer(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
    const { name, version } = manifest;
    const file = `${name}/-/${name}-${version}.tgz`;
    if (url === `/${file}`) {
      response.end(this.tarball);
    } else if (url === `/${name}`) {
      const integrity = `sha512-${createHash('sha512').update(this.tarball).digest('base64')}`;
      const { scripts: _ours, devDependencies: _none, ...published } = manifest;
      const versions = { [version]: { ...published, dist: { integrity, tarball: `${this.url}${file}` } } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
    } else {
      response.writeHead(307, { location: new URL(url, REAL_REGISTRY).href }).end();
    }
  }
}

const REAL_REGISTRY = process.env.npm_config_registry ?? 'https://registry.npmjs.org/';
