import type { TestRunner } from '../host/host.project';

/** The line that imports what a test uses; Jest of a CommonJS application knows the names globally, with its types. */
export function testImports(runner: TestRunner, ...names: readonly string[]): string {
  return runner === 'vitest' ? `import { ${names.join(', ')} } from 'vitest';\n` : '';
}
