import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import ts from 'typescript';
import { mutated, ROOT } from './mutant.lists.js';
import type { ListedMutant } from './mutant.js';

const MIGRATIONS = 'sql/migrations/';

/** Says why a mutant cannot be loaded at all, or nothing: a mistake that a compiler notices needs no test. */
export class CompileCheck {
  private readonly texts = new Map<string, string>();
  private versions = 0;
  private readonly services = typescriptServices(this.texts, () => this.versions);

  constructor(private readonly databaseUrl: string) {}

  async problemOf(mutant: ListedMutant): Promise<string | undefined> {
    return mutant.file.endsWith('.sql') ? this.problemOfSql(mutant) : this.problemOfTypeScript(mutant);
  }

  private problemOfTypeScript(mutant: ListedMutant): string | undefined {
    const file = join(ROOT, mutant.file);
    this.texts.set(file, mutated(mutant));
    this.versions += 1;
    const problems = [...this.services.getSyntacticDiagnostics(file), ...this.services.getSemanticDiagnostics(file)];
    this.texts.delete(file);
    this.versions += 1;
    const [first] = problems;
    return first && ts.flattenDiagnosticMessageText(first.messageText, ' ');
  }

  private async problemOfSql(mutant: ListedMutant): Promise<string | undefined> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      await client.query('begin');
      for (const text of [...textsBefore(mutant.file), mutated(mutant)]) {
        await client.query(text.replaceAll('__schema__', 'tasker'));
      }
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await client.end();
    }
  }
}

/** What has to be there before a migration: the schema as the ones before have left it. Functions replace those that are there. */
function textsBefore(file: string): readonly string[] {
  if (!file.startsWith(MIGRATIONS)) return [];
  const earlier = readdirSync(join(ROOT, MIGRATIONS)).filter((name) => MIGRATIONS + name < file);
  const texts = earlier.toSorted().map((name) => readFileSync(join(ROOT, MIGRATIONS, name), 'utf8'));
  return ['drop schema __schema__ cascade', 'create schema __schema__', ...texts];
}

function typescriptServices(texts: ReadonlyMap<string, string>, version: () => number): ts.LanguageService {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config as {
    include: string[];
  };
  const { options, fileNames } = ts.parseJsonConfigFileContent({ ...config, include: ['lib'] }, ts.sys, ROOT);
  return ts.createLanguageService({
    // Whoever makes a mistake removes what it leaves unused.
    getCompilationSettings: () => ({ ...options, noUnusedLocals: false, noUnusedParameters: false }),
    getScriptFileNames: () => fileNames,
    getScriptVersion: (file) => (texts.has(file) ? `mutant ${version()}` : 'as it is'),
    getScriptSnapshot: (file) => {
      const text = texts.get(file) ?? ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => dirname(join(ROOT, 'tsconfig.json')),
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    readDirectory: (...args) => ts.sys.readDirectory(...args),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
  });
}
