import { describe, expect, it } from '@jest/globals';
import { targetFault } from '../../../lib/webhooks/target.check.js';

describe('the URL of a webhook', () => {
  it.each([
    ['http://127.0.0.1:8080/hook', /127\.0\.0\.1/],
    ['http://2130706433/', /127\.0\.0\.1/],
    ['http://0x7f.1/', /127\.0\.0\.1/],
    ['http://017700000001/', /127\.0\.0\.1/],
    ['https://[::1]/', /::1/],
    ['https://[::ffff:10.0.0.1]/', /::ffff:a00:1/],
    ['http://169.254.169.254/latest/meta-data', /public/],
  ])('is not %s, which leads into a private network', (url, message) => {
    expect(targetFault(url, false)).toMatch(message);
    expect(targetFault(url, true)).toBeNull();
  });

  it.each([
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:1',
    'example.com',
    '',
    'https://ann:secret@example.com',
    'https://ann@example.com',
    'https://:secret@example.com',
  ])('is never %s', (url) => {
    expect(targetFault(url, true)).toMatch(/^must /);
  });

  it.each(['https://example.com/hook?x=1', 'http://8.8.8.8:99', 'https://[2606:4700::1]/', 'http://localhost:1'])(
    'may be %s',
    (url) => {
      expect(targetFault(url, false)).toBeNull();
    },
  );
});
