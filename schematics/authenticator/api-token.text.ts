import type { TestRunner } from '../host/host.project';
import type { ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';
import type { AuthenticatorTexts } from './authenticator.texts';

export const API_TOKEN: AuthenticatorTexts = {
  code,
  test,
  registrations: [
    { list: 'imports', element: 'TaskerModule', imports: [{ name: 'TaskerModule', from: 'nestjs-tasker' }] },
  ],
  nextSteps: () => ['Create a token: npx nestjs-tasker token create --name import --user importer --role operator'],
};

function code({ className }: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import { ApiTokenAuthenticator, TaskerAuthenticator } from 'nestjs-tasker';

/** Accepts the tokens of \`npx nestjs-tasker token create\` and of ApiTokenService: \`Authorization: Bearer tsk_…\`. */
@Injectable()
@TaskerAuthenticator()
export class ${className} extends ApiTokenAuthenticator {}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiTokenService, TaskerModule } from 'nestjs-tasker';
import { testDatabase, type TestDatabase } from 'nestjs-tasker/testing';
import { ${className} } from '${importedAs}';

describe('${className}', () => {
  let database: TestDatabase;
  let app: TestingModule;

  beforeAll(async () => {
    database = await testDatabase();
    app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url: database.url }),
        TaskerModule.forRoot({ migrations: 'apply', worker: { enabled: false } }),
      ],
      providers: [${className}],
    }).compile();
    await app.init();
  }, 120_000);

  afterAll(async () => {
    await app?.close();
    await database?.drop();
  });

  it('accepts a token until it is revoked', async () => {
    const tokens = app.get(ApiTokenService);
    const { id, secret } = await tokens.create({ name: 'test', userId: 'robot', roles: ['viewer'] }, 'test');
    const userOf = (token: string) =>
      app.get(${className}).authenticate({ headers: { authorization: \`Bearer \${token}\` } });

    expect(await userOf(secret)).toMatchObject({ id: 'robot', roles: ['viewer'] });
    expect(await userOf(\`\${secret}x\`)).toBeNull();
    await tokens.revoke(id, 'test');
    expect(await userOf(secret)).toBeNull();
  });
});
`;
}
