import type { TaskConfigurationGenerator } from '@angular-devkit/schematics';

/** The task that the devkit calls `node-package`; it installs whatever the package.json asks for. */
export const INSTALLATION: TaskConfigurationGenerator<object> = {
  toConfiguration: () => ({ name: 'node-package', options: { command: 'install', quiet: true, hideOutput: true } }),
};
