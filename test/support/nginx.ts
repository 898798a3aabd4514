import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nginxPlace } from '../../scripts/nginx.mjs';
import { eventually } from './eventually.js';
import { freePort } from './free.port.js';

/** An nginx of one's own. */
export interface Proxy {
  /** Where it shows what lies at the root of the server behind it. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Shows a server below `/public/v2/`, a prefix that the server does not hear of, and compresses and buffers its answers.
 *
 * @throws where nginx is not installed, saying how to install it
 */
export async function startNginx(origin: string): Promise<Proxy> {
  const program = nginxPlace();
  if (!program) throw new Error('This needs nginx. Install it: apt-get install nginx, or brew install nginx.');
  const home = await mkdtemp(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  for (const name of kept) await mkdir(join(home, name));
  await writeFile(
    join(home, 'nginx.conf'),
    `daemon off;
master_process off;
pid ${home}/nginx.pid;
error_log ${home}/error.log;
events {}
http {
  access_log off;
  ${kept.map((name) => `${name}_temp_path ${home}/${name};`).join('\n  ')}
  gzip on;
  gzip_min_length 1;
  gzip_proxied any;
  gzip_types application/json application/problem+json text/css text/javascript text/event-stream;
  server {
    listen 127.0.0.1:${port};
    location /public/v2/ {
      proxy_pass ${origin}/;
      proxy_http_version 1.1;
      proxy_buffering on;
    }
  }
}
`,
  );
  const nginx = spawn(program, ['-p', home, '-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')], {
    stdio: 'ignore',
  });
  const end = (): unknown => nginx.kill('SIGKILL');
  process.once('exit', end);
  const url = `http://127.0.0.1:${port}/public/v2`;
  await eventually(async () => {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}.`);
    await fetch(url);
  });
  return {
    url,
    stop: async () => {
      process.removeListener('exit', end);
      if (nginx.exitCode === null && nginx.kill('SIGKILL')) await once(nginx, 'exit');
      await rm(home, { recursive: true, force: true });
    },
  };
}
