import type { TestRunner } from '../host/host.project';

/** The line that imports the functions of a test; in a CommonJS application with Jest they are global, with types. */
export function testImports(runner: TestRunner, ...names: readonly string[]): string {
  return runner === 'vitest' ? `import { ${names.join(', ')} } from 'vitest';\n` : '';
}
