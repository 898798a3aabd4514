import type { Tree } from '@angular-devkit/schematics';
import { hostTypeScript } from '../host/host.packages';
import { sourceFiles } from '../host/source.files';
import { moduleCalls, type ModuleCall } from '../source/module.calls';
import type { Registration } from '../source/module.registration';
import { textsIn } from '../source/object.literals';
import { parse } from '../source/source.text';
import { TEMPLATES } from '../task-handler/workflow';
import { Refusal } from '../writing/refusal';
import type { NestAddOptions } from './nest-add.options';

/** The modules that the choices need, without those that the application already has. */
export function neededModules(tree: Tree, sourceRoot: string, options: NestAddOptions): readonly Registration[] {
  const calls = callsBelow(tree, sourceRoot);
  const has = (module: string): boolean => calls.some((call) => call.module === module);
  const typeorm = calls.filter(({ module }) => module === 'TypeOrmModule');
  if (typeorm.length > 0) requirePostgres(typeorm, options.dataSource);

  const wanted: readonly (Registration | false)[] = [
    typeorm.length === 0 && TYPEORM,
    !has('TaskerModule') && tasker(options),
    options.graphql === true && !has('TaskerGraphqlModule') && (has('GraphQLModule') ? JOINED_GRAPHQL : OWN_GRAPHQL),
  ];
  return wanted.filter((each) => each !== false);
}

/** Whether the package is in the application already. */
export function hasTasker(tree: Tree, sourceRoot: string): boolean {
  return callsBelow(tree, sourceRoot).some(({ module }) => module === 'TaskerModule');
}

const TYPEORM: Registration = {
  list: 'imports',
  element: `TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      autoLoadEntities: true,
    })`,
  imports: [{ name: 'TypeOrmModule', from: '@nestjs/typeorm' }],
};

const JOINED_GRAPHQL: Registration = {
  list: 'imports',
  element: 'TaskerGraphqlModule',
  imports: [{ name: 'TaskerGraphqlModule', from: 'nestjs-tasker/graphql' }],
};

const OWN_GRAPHQL: Registration = {
  list: 'imports',
  element: 'TaskerGraphqlModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver })',
  imports: [
    { name: 'ApolloDriver', from: '@nestjs/apollo' },
    { name: 'type ApolloDriverConfig', from: '@nestjs/apollo' },
    { name: 'TaskerGraphqlModule', from: 'nestjs-tasker/graphql' },
  ],
};

function tasker({
  schema = 'tasker',
  migrations = 'apply',
  rest = true,
  dataSource = '',
}: NestAddOptions): Registration {
  const database = [
    ...(schema === 'tasker' ? [] : [`schema: '${schema}'`]),
    ...(dataSource === '' ? [] : [`dataSource: '${dataSource}'`]),
  ];
  const options = [
    `templates: ['${TEMPLATES}']`,
    `migrations: '${migrations}'`,
    ...(database.length === 0 ? [] : [`database: { ${database.join(', ')} }`]),
    ...(rest ? [] : ['http: { enabled: false }']),
  ];
  return {
    list: 'imports',
    element: `TaskerModule.forRoot({
      ${options.join(',\n      ')},
    })`,
    imports: [{ name: 'TaskerModule', from: 'nestjs-tasker' }],
  };
}

/** @throws Refusal if the data source is known not to be PostgreSQL */
function requirePostgres(calls: readonly ModuleCall[], dataSource = 'default'): void {
  const dataSources = calls.map(({ argument }) => textsIn(hostTypeScript(), argument));
  const type = dataSources.find(({ name = 'default' }) => name === dataSource)?.type;
  if (type === undefined || ['postgres', 'aurora-postgres'].includes(type)) return;
  throw new Refusal(
    `The data source "${dataSource}" of this application is ${type}, and nestjs-tasker needs PostgreSQL: ` +
      'add a data source of type postgres with a name, and give the name as --data-source.',
  );
}

function callsBelow(tree: Tree, folder: string): readonly ModuleCall[] {
  const typescript = hostTypeScript();
  const files = sourceFiles(tree, folder).filter(({ text }) => text.includes('.forRoot'));
  return files.flatMap(({ text }) => moduleCalls(typescript, parse(typescript, text)));
}
