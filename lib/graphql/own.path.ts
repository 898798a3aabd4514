import type { ApplicationConfig } from '@nestjs/core';

/** Where our own API lies, as the host says. */
export interface OwnPath {
  readonly path: string;
  /** Whether the path comes after the global prefix of the host. */
  readonly useGlobalPrefix: boolean;
}

/** Injection token; there is none if our operations are part of the API of a host. */
export const OWN_PATH = Symbol('TASKER_GRAPHQL_PATH');

/** The whole path, with one slash before each part. */
export function wholePath({ path, useGlobalPrefix }: OwnPath, config: ApplicationConfig): string {
  const parts = [useGlobalPrefix ? config.getGlobalPrefix() : '', path].flatMap((part) => part.split('/'));
  return `/${parts.filter(Boolean).join('/')}`;
}
