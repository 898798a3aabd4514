import type { NewFile } from '../../writing/write.files';

const VITEST: NewFile = {
  path: 'vitest.config.ts',
  text: `import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globals: true,
    root: './',
    include: ['{src,test}/**/*.spec.ts'],
    globalSetup: './test/database.setup.ts',
    testTimeout: 30_000,
  },
});
`,
};

const DATABASE_SETUP: NewFile = {
  path: 'test/database.setup.ts',
  text: `import { startEmbeddedServer } from 'nestjs-tasker/testing';

/** Starts one PostgreSQL for all test files, unless TEST_DATABASE_URL names one. */
export default async function setup() {
  if (process.env.TEST_DATABASE_URL) return undefined;
  const server = await startEmbeddedServer();
  process.env.TEST_DATABASE_URL = server.url;
  return () => server.stop();
}
`,
};

const TEST_APP: NewFile = {
  path: 'test/test.app.ts',
  text: `import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TaskService, type StartedTask } from 'nestjs-tasker';
import { TaskerTestKit, testDatabase } from 'nestjs-tasker/testing';
import { AppModule } from '../src/app.module.js';
import { Settings } from '../src/settings.module.js';
import { startStubApi } from '../src/stub/stub.api.js';

/** The application with its own database and the stub of the API; a test runs the steps itself. */
export async function openTestApp() {
  const database = await testDatabase();
  const api = await startStubApi();
  const settings: Settings = {
    databaseUrl: database.url,
    apiBaseUrl: api.url,
    runsSteps: false,
  };
  const app = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Settings)
    .useValue(settings)
    .compile();
  await app.init();

  return {
    get: <T>(type: Type<T>): T => app.get(type, { strict: false }),

    tasks: app.get(TaskService, { strict: false }),

    /** Runs a task to its end, retries included, and adds the results of its steps by name. */
    async run({ id }: StartedTask) {
      const task = await TaskerTestKit.of(app).runToEnd(id);
      const results = Object.fromEntries(
        task.steps.map((step) => [step.name, step.results]),
      );
      return { task, results };
    },

    async close() {
      await app.close();
      await api.stop();
      await database.drop();
    },
  };
}
`,
};

export const TEST_FILES: readonly NewFile[] = [VITEST, DATABASE_SETUP, TEST_APP];
