import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

describe('the dashboard', () => {
  let host: HttpHost;
  let http: Server;
  let page: request.Response;
  beforeAll(async () => {
    host = await startHttpHost();
    http = host.app.getHttpServer();
    page = await request(http).get('/tasker/dashboard').expect(200);
  });
  afterAll(() => host.close());

  it('is one page under a policy that allows its own files and nothing else', () => {
    expect(page.type).toBe('text/html');
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  it('holds nothing that its own policy forbids', () => {
    expect(page.text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|https?:\/\//);
    expect(page.text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="dashboard/dashboard.js">']);
  });

  it('finds its files where the page says, with their types', async () => {
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files).toHaveLength(2);
    for (const file of files) {
      const { pathname } = new URL(file, 'http://host/tasker/dashboard');
      const { type, headers } = await request(http).get(pathname).expect(200);
      expect(type).toBe(file.endsWith('.css') ? 'text/css' : 'text/javascript');
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' });
    }
  });

  it('finds what its script imports', async () => {
    const { text } = await request(http).get('/tasker/dashboard/dashboard.js');
    const imported = [...text.matchAll(/from '(.*?)'/g)].map(([, file]) => file!);
    expect(imported).toEqual(['./answer.js', './login.js', './token.js']);
    for (const file of imported) {
      const { pathname } = new URL(file, 'http://host/tasker/dashboard/dashboard.js');
      const { type } = await request(http).get(pathname).expect(200);
      expect(type).toBe('text/javascript');
    }
  });

  it('asks the REST API beside it', async () => {
    const { text } = await request(http).get('/tasker/dashboard/dashboard.js');
    const [, address] = /new URL\(`(.*?)\$\{/.exec(text)!;
    const { pathname } = new URL(`${address!}999999`, 'http://host/tasker/dashboard/dashboard.js');
    const { body } = await request(http).get(pathname).expect(404);
    expect(body).toMatchObject({ code: 'TASKER_UNKNOWN_TASK', detail: 'There is no task "999999".' });
  });

  it('leads an address with a slash at its end to the one without, from which its files are found', async () => {
    for (const query of ['', '?from=mail']) {
      const { headers } = await request(http).get(`/tasker/dashboard/${query}`).expect(308);
      expect(new URL(headers.location!, 'http://host/tasker/dashboard/').pathname).toBe('/tasker/dashboard');
    }
  });
});
