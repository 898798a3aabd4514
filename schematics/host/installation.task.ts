import type { TaskConfigurationGenerator } from '@angular-devkit/schematics';

export interface InstallationOptions {
  /** @default that of the command */
  readonly workingDirectory?: string;
  /** @default the one of the Nest CLI */
  readonly packageManager?: string | undefined;
}

/** The task that the devkit calls `node-package`; it installs whatever the package.json asks for. */
export function installation(options: InstallationOptions = {}): TaskConfigurationGenerator<object> {
  const configuration = { command: 'install', quiet: true, hideOutput: true, ...options };
  return { toConfiguration: () => ({ name: 'node-package', options: configuration }) };
}
