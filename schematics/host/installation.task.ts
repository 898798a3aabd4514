import type { TaskConfigurationGenerator } from '@angular-devkit/schematics';

/** The devkit's task `node-package`, which installs the packages of the package.json. */
export const INSTALLATION: TaskConfigurationGenerator<object> = {
  toConfiguration: () => ({ name: 'node-package', options: { command: 'install', quiet: true, hideOutput: true } }),
};
