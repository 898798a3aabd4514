import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageVersion } from '../../../lib/options/package.files.js';
import { tasker } from '../../support/command.js';

const GOOD = `
name: process_order
namespace_name: shop
version: 1.2.0
step_templates:
  - name: validate
    handler: shop.validate
    handler_config:
      key: \${SHOP_KEY}
  - name: charge
    depends_on_step: validate
    handler: shop.charge
`;

describe('the tasker command', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasker-cli-'));
    writeFileSync(join(folder, 'good.yaml'), GOOD);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const broken = (): string => {
    const file = join(folder, 'broken.yml');
    writeFileSync(file, GOOD.replace('depends_on_step: validate', 'depends_on_step: valdate'));
    return file;
  };

  it('says what it can do', async () => {
    const { code, out } = await tasker(['--help']);
    expect(code).toBe(0);
    for (const command of ['migrate', 'status', 'validate']) expect(out).toContain(command);
  });

  it('says its version', async () => {
    expect(await tasker(['--version'])).toEqual({ code: 0, out: `${packageVersion()}\n`, err: '' });
  });

  it.each([[['migrat']], [['validate']], [['status', '--nonsense']], [[]]])(
    'ends with 2 and a hint when it is called as %j',
    async (argv) => {
      const { code, out, err } = await tasker(argv);
      expect([code, out]).toEqual([2, '']);
      expect(err).not.toBe('');
    },
  );

  it('finds templates valid, and says which', async () => {
    const { code, out, err } = await tasker(['validate', join(folder, 'good.yaml')]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('shop/process_order@1.2.0\nThe template is valid.\n');
  });

  it('lists the problems of templates with file and line, and ends with 1', async () => {
    const file = broken();
    const { code, out, err } = await tasker(['validate', file]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(new RegExp(`${file}:\\d+:\\d+ .*valdate`));
  });

  it('says so when there is no such file', async () => {
    const { code, err } = await tasker(['validate', join(folder, 'nothing.yaml')]);
    expect(code).toBe(1);
    expect(err).toContain('no such file or folder');
  });

  it('looks for variables only when asked to', async () => {
    const argv = ['validate', '--variables', join(folder, 'good.yaml')];
    const { code, err } = await tasker(argv);
    expect(code).toBe(1);
    expect(err).toContain('SHOP_KEY');
    expect((await tasker(argv, { SHOP_KEY: 'secret' })).code).toBe(0);
  });

  it.each(['migrate', 'status'])('%s asks for a database when it is given none', async (command) => {
    const { code, err } = await tasker([command]);
    expect(code).toBe(2);
    expect(err).toContain('DATABASE_URL');
  });

  it.each(['mysql://somewhere/db', 'not a url with a s3cret'])('refuses the URL %s without showing it', async (url) => {
    const { code, err } = await tasker(['status', '--url', url]);
    expect(code).toBe(2);
    expect(err).toContain('not a connection string');
    expect(err).not.toContain('s3cret');
  });

  it('refuses a schema name that is none', async () => {
    const { code, err } = await tasker(['migrate', '--url', 'postgres://localhost/x', '--schema', 'Robert"; drop']);
    expect(code).toBe(2);
    expect(err).toContain('plain identifier');
  });

  it('says in one sentence which server does not answer, and never the password', async () => {
    const url = 'postgres://somebody:s3cret@127.0.0.1:9/shop'; // the discard port, where nothing listens
    const { code, out, err } = await tasker(['status'], { DATABASE_URL: url });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^Cannot connect to PostgreSQL at 127\.0\.0\.1:9 \(.*ECONNREFUSED.*\)\..*\n$/);
    expect(err).not.toContain('s3cret');
  });
});
