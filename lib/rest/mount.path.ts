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
    const prefix = [this.config.getGlobalPrefix(), this.path].map(trimSlashes).filter(Boolean).join('/');
    return `${path}/`.startsWith(`/${prefix}/`);
  }
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
