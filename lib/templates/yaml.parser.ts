import type { Document, LineCounter, Node, YAMLError } from 'yaml';
import { isInexactInteger } from '../workflow/json.check.js';
import { pointerTo } from '../workflow/json.pointer.js';
import type { DocumentPath } from './document.path.js';
import { yaml as yamlPackage } from './lazy.packages.cjs';
import type { Locate, TemplateProblem } from './template.problem.js';

export interface ParsedYaml {
  /** The parsed document; undefined if it cannot be read. */
  readonly document: unknown;
  readonly problems: readonly TemplateProblem[];
  readonly locate: Locate;
}

/** Parses a YAML text, and remembers the line and column of each part. */
export function parseYaml(text: string, source: string): ParsedYaml {
  const { LineCounter, parseDocument } = yamlPackage();
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate: Locate = (path) => ({
    source,
    ...lineAndColumn(lines, offsetOf(yaml, path)),
    pointer: pointerTo(...path),
  });
  const fault = (offset: number, message: string): TemplateProblem => ({
    source,
    ...lineAndColumn(lines, offset),
    pointer: '',
    message,
  });

  const errors = [...yaml.errors, ...yaml.warnings];
  const unusable = unusableNodes(yaml);
  const problems = [
    ...errors.map((error) => fault(error.pos[0], describe(error, yaml))),
    ...[...unusable, ...inexactNumbers(yaml)].map(({ offset, message }) => fault(offset, message)),
  ];
  // With a duplicate key or an inexact number, the other problems of the document can still be reported.
  const isReadable = unusable.length === 0 && errors.every(({ code }) => code === 'DUPLICATE_KEY');
  if (!isReadable) return { document: undefined, problems, locate };
  try {
    return { document: yaml.toJS(), problems, locate };
  } catch (error) {
    const { message } = error as Error; // thrown by the library for aliases that would expand to a huge document
    return { document: undefined, problems: [...problems, fault(0, `YAML: ${message}`)], locate };
  }
}

function describe({ code, message, pos }: YAMLError, yaml: Document.Parsed): string {
  if (code === 'DUPLICATE_KEY') return `YAML: the key "${keyAt(yaml, pos[0])}" appears twice`;
  if (code === 'MULTIPLE_DOCS') return 'YAML: a file holds one template; a second document begins here';
  return `YAML: ${message}`;
}

function keyAt(yaml: Document.Parsed, offset: number): string {
  const { isScalar, visit } = yamlPackage();
  let found = '';
  visit(yaml, {
    Pair: (_, { key }) => {
      if (isScalar(key) && startOf(key) === offset) found = String(key.value);
    },
  });
  return found;
}

interface NodeFault {
  readonly offset: number;
  readonly message: string;
}

/** Finds nodes that the library accepts, but that a template cannot use. */
function unusableNodes(yaml: Document.Parsed): NodeFault[] {
  const { isScalar, visit } = yamlPackage();
  const found: NodeFault[] = [];
  const add = (node: unknown, message: string): void => void found.push({ offset: startOf(node), message });
  visit(yaml, {
    Alias: (_, alias) => {
      if (!alias.resolve(yaml)) add(alias, `YAML: no anchor "&${alias.source}" comes before this`);
    },
    Pair: (_, { key }) => {
      if (!isScalar(key)) add(key, 'YAML: a key must be a single word or text');
    },
  });
  return found;
}

/** Finds whole numbers that JavaScript would round, such as an account number of twenty digits. */
function inexactNumbers(yaml: Document.Parsed): NodeFault[] {
  const { visit } = yamlPackage();
  const found: NodeFault[] = [];
  visit(yaml, {
    Scalar: (_, scalar) => {
      const { value, source = '' } = scalar;
      if (typeof value !== 'number' || !isInexactInteger(value) || !INTEGER.test(source)) return;
      const message = `YAML: ${source} is too large to be kept exactly as a number; write it in quotes`;
      found.push({ offset: startOf(scalar), message });
    },
  });
  return found;
}

/** Matches an integer in decimal, hexadecimal or octal digits. */
const INTEGER = /^[-+]?(\d+|0x[0-9a-f]+|0o[0-7]+)$/i;

function lineAndColumn(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** The offset of the last existing part of the path: a key of a map, an item of a list, or the document itself. */
function offsetOf(yaml: Document.Parsed, path: DocumentPath): number {
  const { isAlias, isMap, isPair, isScalar, isSeq } = yamlPackage();
  let node: unknown = yaml.contents;
  let offset = startOf(node);
  for (const segment of path) {
    const container = isAlias(node) ? node.resolve(yaml) : node;
    if (isMap(container)) {
      const pair = container.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
      if (pair === undefined) return offset;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(container)) {
      node = container.items[Number(segment)];
      if (node === undefined || isPair(node)) return offset;
      offset = startOf(node);
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}
