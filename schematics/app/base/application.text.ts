import type { NewFile } from '../../writing/write.files';
import type { AppChoice } from '../app.options';
import { byName } from '../workflow';

export function mainFile({ apiBaseUrl, observability }: AppChoice): NewFile {
  const hasStub = apiBaseUrl === null;
  return {
    path: 'src/main.ts',
    text: `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
${observability ? `import { serveMetrics } from './observability/metrics.exporter.js';\n` : ''}${hasStub ? `import { startStubApi } from './stub/stub.api.js';\n` : ''}
async function bootstrap() {
${hasStub ? STUB : ''}${observability ? '  await serveMetrics();\n' : ''}  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
}
await bootstrap();
`,
  };
}

const STUB = `  // Without an API of yours, a stub with made-up carts, products and users.
  process.env.API_BASE_URL ||= (await startStubApi()).url;
`;

export function settingsModule({ apiBaseUrl }: AppChoice): NewFile {
  const url = apiBaseUrl === null ? `required('API_BASE_URL')` : `process.env.API_BASE_URL || '${apiBaseUrl}'`;
  return {
    path: 'src/settings.module.ts',
    text: `import { Global, Injectable, Module } from '@nestjs/common';

/** The settings of the modules, from the environment. */
@Injectable()
export class Settings {
  readonly databaseUrl = required('DATABASE_URL');
  readonly apiBaseUrl = ${url};
  /** Whether this process runs steps, or only accepts requests. */
  readonly runsSteps = process.env.RUNS_STEPS !== 'false';
}

@Global()
@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(\`The environment variable \${name} is not set.\`);
}
`,
  };
}

export function appModule({ workflows, graphql, observability }: AppChoice): NewFile {
  const ours = [...workflows, ...(observability ? [{ name: 'observability', module: 'ObservabilityModule' }] : [])];
  const imports = byName(ours).map(({ name, module }) => `import { ${module} } from './${name}/${name}.module.js';\n`);
  return {
    path: 'src/app.module.ts',
    text: `${graphql ? `import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';\n` : ''}import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule } from 'nestjs-tasker';
${graphql ? `import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';\n` : ''}${imports.join('')}import { Settings, SettingsModule } from './settings.module.js';

@Module({
  imports: [
    SettingsModule,
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ databaseUrl }: Settings) => ({
        type: 'postgres',
        url: databaseUrl,
        autoLoadEntities: true,
      }),
    }),
    TaskerModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ apiBaseUrl, runsSteps }: Settings) => ({
        migrations: 'apply',
        templates: {
          sources: ['config/tasker/tasks'],
          variables: { API_BASE_URL: apiBaseUrl },
        },
        worker: { enabled: runsSteps },
        auth: 'none', // anyone who can reach the API may do anything; see docs/authorization.md of nestjs-tasker
      }),
    }),
${graphql ? GRAPHQL : ''}${ours.map(({ module }) => `    ${module},\n`).join('')}  ],
})
export class AppModule {}
`,
  };
}

const GRAPHQL = `    TaskerGraphqlModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver }),
`;
