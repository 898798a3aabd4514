import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';

/** Injection token of the mount path, without slashes around it. */
export const MOUNT_PATH = Symbol('TASKER_MOUNT_PATH');

/** Where our routes lie, below the global prefix of the host. */
@Injectable()
export class MountPath {
  constructor(
    @Inject(MOUNT_PATH) private readonly path: string,
    private readonly config: ApplicationConfig,
  ) {}

  /** Whether a path is ours. */
  isAbove(path: string): boolean {
    return this.roots().some((root) => `${path}/`.startsWith(`${root}/`));
  }

  /** Whether a path is that of the dashboard, whose files people open in a browser. */
  isAboveDashboard(path: string): boolean {
    return this.roots().some((root) => `${path}/`.startsWith(`${root}/dashboard/`));
  }

  /** With the global prefix, and without it where the host may have excluded us from it. */
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
