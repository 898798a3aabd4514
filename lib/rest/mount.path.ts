import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';

/** The injection token of the mount path, without slashes around it. */
export const MOUNT_PATH = Symbol('TASKER_MOUNT_PATH');

/** The path of the package's routes, below the global prefix of the host. */
@Injectable()
export class MountPath {
  constructor(
    @Inject(MOUNT_PATH) private readonly path: string,
    private readonly config: ApplicationConfig,
  ) {}

  /** Whether a path is below the mount path. */
  isAbove(path: string): boolean {
    return this.roots().some((root) => `${path}/`.startsWith(`${root}/`));
  }

  /** Whether a path is that of the dashboard. */
  isAboveDashboard(path: string): boolean {
    return this.roots().some((root) => `${path}/`.startsWith(`${root}/dashboard/`));
  }

  /** The mount path with the global prefix, and without it, because the host may have excluded it from the prefix. */
  private roots(): readonly string[] {
    const prefixed = [this.config.getGlobalPrefix(), this.path];
    const { exclude = [] } = this.config.getGlobalPrefixOptions();
    return (exclude.length > 0 ? [prefixed, [this.path]] : [prefixed]).map(joined);
  }
}

function joined(parts: readonly string[]): string {
  return parts
    .map(trimSlashes)
    .filter(Boolean)
    .map((part) => `/${part}`)
    .join('');
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
