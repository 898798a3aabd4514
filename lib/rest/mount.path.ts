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
    return `${path}/`.startsWith(`/${this.joined()}/`);
  }

  /** Whether a path is that of the dashboard, whose files people open in a browser. */
  isAboveDashboard(path: string): boolean {
    return `${path}/`.startsWith(`/${this.joined()}/dashboard/`);
  }

  private joined(): string {
    return [this.config.getGlobalPrefix(), this.path].map(trimSlashes).filter(Boolean).join('/');
  }
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
