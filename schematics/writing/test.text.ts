import type { TestRunner } from '../host/host.project';

/** Statements by which a test keeps what is logged in an array, instead of printing it. */
export function keptLog(array: string): string {
  return `  beforeAll(() => {
    const keep = (line: string) => ${array}.push(line);
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  });
  afterAll(() => {
    Logger.overrideLogger(true);
  });`;
}

/** The line that imports the functions of a test; in a CommonJS application with Jest they are global, with types. */
export function testImports(runner: TestRunner, ...names: readonly string[]): string {
  return runner === 'vitest' ? `import { ${names.join(', ')} } from 'vitest';\n` : '';
}
