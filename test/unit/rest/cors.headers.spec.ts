import { describe, expect, it } from '@jest/globals';
import { isPreflight, originHeaders, preflightHeaders, variedBy } from '../../../lib/rest/cors.headers.js';
import { read } from '../docs/pages.js';

const cors = (changes: object = {}) => ({
  origins: ['https://app.example.com'],
  credentials: false,
  maxAgeSeconds: 600,
  ...changes,
});

describe('the headers of CORS', () => {
  it('permit only exactly the origins that are listed', () => {
    const permitted = (origin: unknown): unknown =>
      originHeaders({ origin }, cors())?.['Access-Control-Allow-Origin'] ?? null;
    expect(permitted('https://app.example.com')).toBe('https://app.example.com');
    for (const other of [
      'http://app.example.com',
      'https://app.example.com.evil.org',
      'https://APP.example.com',
      'null',
      '',
      undefined,
      ['https://app.example.com'],
    ])
      expect(permitted(other)).toBeNull();
  });

  it('permit credentials only if the options do', () => {
    const headers = { origin: 'https://app.example.com' };
    expect(originHeaders(headers, cors())).not.toHaveProperty('Access-Control-Allow-Credentials');
    expect(originHeaders(headers, cors({ credentials: true }))).toHaveProperty(
      'Access-Control-Allow-Credentials',
      'true',
    );
  });

  it('let scripts read every header that the description of the API names', () => {
    const { components } = JSON.parse(read('docs/openapi.json')) as { components: { headers: object } };
    const exposed = originHeaders({ origin: 'https://app.example.com' }, cors())!['Access-Control-Expose-Headers']!;
    const words = exposed.toLowerCase().replaceAll('-', '').replace('xcorr', 'corr').split(', ');
    for (const name of Object.keys(components.headers)) expect(words).toContain(name.toLowerCase());
  });

  it('permit no header that is not asked for', () => {
    expect(preflightHeaders({}, cors())).toEqual({
      'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'Access-Control-Max-Age': '600',
    });
  });

  it('tell a preflight from another request with the method OPTIONS', () => {
    expect(isPreflight('OPTIONS', { 'access-control-request-method': 'GET' })).toBe(true);
    expect(isPreflight('OPTIONS', {})).toBe(false);
    expect(isPreflight('GET', { 'access-control-request-method': 'GET' })).toBe(false);
  });

  it.each([
    [undefined, 'Origin'],
    ['Accept-Encoding', 'Accept-Encoding, Origin'],
    ['accept-encoding, origin', 'accept-encoding, origin'],
    [['Accept', 'Cookie'], 'Accept, Cookie, Origin'],
    ['*', '*'],
  ])('add to a Vary of %j', (before, after) => {
    expect(variedBy(before, 'Origin')).toBe(after);
  });
});
