/** `docs/reference.md`: every exported name with the first sentence of its doc comment. `npm run schemas` writes it. */
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { ROOT } from './script.mjs';
import { programOfSources } from './sources.mjs';

export const REFERENCE = join(ROOT, 'docs/reference.md');

const ENTRIES = {
  'nestjs-tasker': 'index.ts',
  'nestjs-tasker/graphql': 'graphql/index.ts',
  'nestjs-tasker/passport': 'passport/index.ts',
  'nestjs-tasker/testing': 'testing/index.ts',
};

/** What hosts implement and the package calls. */
const CONTRACTS = [
  'Authenticator',
  'AuthorizationCoordinator',
  'IdentityStrategyContract',
  'StepHandlerContract',
  'TaskHandlerContract',
];

/** The sections of the main entry, and the folders of `lib` whose names they have. */
const SECTIONS = {
  'Module and options': ['.', 'options'],
  'Starting and operating tasks': ['engine'],
  Templates: ['templates'],
  'Step and task handlers': ['handlers'],
  Events: ['events'],
  'Reading tasks and the system': ['insight'],
  'Following changes': ['live'],
  Webhooks: ['webhooks'],
  Access: ['auth'],
  'HTTP controllers': ['rest'],
  Database: ['persistence'],
  'Values and rules': ['workflow'],
};

/** The text of the page, as it should be. */
export async function referencePage() {
  const program = programOfEntries();
  const [main, graphql, passport, testing] = Object.values(ENTRIES).map((file) => exportsOf(program, file));
  const text = [
    '# Reference',
    'Every name that the package exports. The doc comments, which your editor shows, say more. Made by `npm run schemas`.',
    '## `nestjs-tasker`',
    ...Object.entries(SECTIONS).flatMap(([title, rooms]) => [
      `### ${title}`,
      tableOf(main.filter(({ room, isError }) => rooms.includes(room) && !isError)),
    ]),
    '### Errors',
    'Your code can catch these errors. [Errors](errors.md) lists the codes of all errors; compare the `code` of those whose class is not exported.',
    tableOf(main.filter(({ isError }) => isError)),
    '## `nestjs-tasker/graphql`',
    tableOf(graphql),
    '## `nestjs-tasker/passport`',
    tableOf(passport),
    '## `nestjs-tasker/testing`',
    tableOf(testing),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(REFERENCE)), filepath: REFERENCE });
}

/**
 * Types that public methods and functions answer, or give to a contract that hosts implement, but that no entry point exports. A host
 * with the compiler's option `declaration`, which Nest sets, cannot return them without writing their type, which it cannot name.
 */
export function unnamedAnswers() {
  const program = programOfEntries();
  const checker = program.getTypeChecker();
  const named = Object.values(ENTRIES).flatMap((file) =>
    exportsIn(program, file).map((exported) => symbolOf(checker, exported)),
  );
  const isOurs = (symbol) => {
    const file = symbol?.declarations?.[0].getSourceFile().fileName;
    return file?.startsWith(join(ROOT, 'lib')) && !(symbol.flags & ts.SymbolFlags.TypeParameter);
  };
  return named.flatMap((symbol) => {
    const given = answersOf(symbol.declarations[0]).flatMap(referencesIn);
    return given
      .map((reference) => symbolOf(checker, checker.getSymbolAtLocation(reference)))
      .filter((type) => isOurs(type) && !named.includes(type))
      .map((type) => `${symbol.name}: ${type.name}`);
  });
}

/** The types that callers get from a function or from the methods of a class, and implementations from their callers. */
function answersOf(declaration) {
  if (ts.isFunctionDeclaration(declaration)) return [declaration.type];
  if (ts.isInterfaceDeclaration(declaration) && CONTRACTS.includes(declaration.name.text)) {
    return declaration.members.flatMap(({ parameters = [] }) => parameters.map(({ type }) => type));
  }
  if (!ts.isClassDeclaration(declaration)) return [];
  const isHidden = (member) =>
    ts.getCombinedModifierFlags(member) & ts.ModifierFlags.NonPublicAccessibilityModifier ||
    ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
  return declaration.members
    .filter((member) => ts.isMethodDeclaration(member) && !isHidden(member))
    .map(({ type }) => type);
}

function referencesIn(type) {
  if (!type || ts.isFunctionTypeNode(type)) return [];
  const inner = [];
  ts.forEachChild(type, (child) => void inner.push(...referencesIn(child)));
  return ts.isTypeReferenceNode(type) ? [type.typeName, ...inner] : inner;
}

/** The names that the package exports, over all entry points. */
export function exportedNames() {
  const program = programOfEntries();
  return Object.values(ENTRIES).flatMap((file) => exportsOf(program, file));
}

let program;

/** Names and comments need not even the types of the language. */
function programOfEntries() {
  const files = Object.values(ENTRIES).map((file) => join(ROOT, 'lib', file));
  return (program ??= programOfSources(ts, files, { noLib: true }));
}

/** Each export with the folder of `lib` that it is declared in. */
function exportsOf(program, file) {
  const checker = program.getTypeChecker();
  return exportsIn(program, file).map((exported) => {
    const symbol = symbolOf(checker, exported);
    const [declaration] = symbol.declarations;
    const place = relative(join(ROOT, 'lib'), declaration.getSourceFile().fileName).split('/');
    const isOfAccess = place[1] === 'access';
    return {
      name: exported.name,
      kind: kindOf(declaration),
      room: ROOMS[exported.name] ?? (place.length === 1 ? '.' : isOfAccess ? 'auth' : place[0]),
      isError: ts.isClassDeclaration(declaration) && exported.name.endsWith('Error'),
      sentence: firstSentence(ts.displayPartsToString(symbol.getDocumentationComment(checker))),
    };
  });
}

function exportsIn(program, file) {
  const checker = program.getTypeChecker();
  return checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(join(ROOT, 'lib', file))));
}

/** What is declared, where this is the name of an import or an export. */
function symbolOf(checker, symbol) {
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Types that a service of another section answers. */
const ROOMS = {
  AnnotationDetails: 'insight',
  AnnotationTypeDetails: 'insight',
  AnalyticsMetrics: 'insight',
  ApiTokenDetails: 'auth',
  isOmitted: 'insight',
  OmittedValue: 'insight',
  QueueDetails: 'insight',
  SlowStep: 'insight',
  SlowTask: 'insight',
  StepDetails: 'insight',
  StepErrorDetails: 'insight',
  StepFailure: 'insight',
  SystemHealth: 'insight',
  TaskDetails: 'insight',
  TaskOutline: 'insight',
  TaskSummary: 'insight',
  TransitionDetails: 'insight',
  WorkerDetails: 'insight',
  TaskTransition: 'events',
  RemoteObject: 'engine',
  StepTransition: 'events',
};

function kindOf(declaration) {
  if (ts.isClassDeclaration(declaration)) return 'class';
  if (ts.isFunctionDeclaration(declaration)) return 'function';
  if (!ts.isVariableDeclaration(declaration)) return 'type';
  return ts.isArrowFunction(declaration.initializer ?? declaration) ? 'function' : 'constant';
}

function firstSentence(comment) {
  const [paragraph] = comment.split(/\n\s*\n/);
  const [sentence] = /^.*?[.?](?=\s|$)/s.exec(paragraph) ?? [paragraph];
  return sentence.replaceAll(/\s+/g, ' ').trim().replace(/:$/, '.');
}

function tableOf(names) {
  const rows = names.map(
    ({ name, kind, sentence }) => `| \`${name}\` | ${kind} | ${sentence.replaceAll('|', '\\|')} |`,
  );
  return ['| name | kind | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
