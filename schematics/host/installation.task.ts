import type { TaskConfigurationGenerator } from '@angular-devkit/schematics';

export interface InstallationOptions {
  /** @default that of the command */
  readonly workingDirectory?: string;
  /** @default the one of the Nest CLI */
  readonly packageManager?: string | undefined;
}

/** The devkit's task `node-package`, which installs the packages of the package.json. */
export function installation(options: InstallationOptions = {}): TaskConfigurationGenerator<object> {
  const configuration = { command: 'install', quiet: true, hideOutput: true, ...options };
  return { toConfiguration: () => ({ name: 'node-package', options: configuration }) };
}
