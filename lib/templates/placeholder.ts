import { unknownName } from '../workflow/near.name.js';

/** A placeholder such as `{{ results.cart.total }}`, whose value is known only when the step runs. */
export interface Placeholder {
  /** The placeholder as written. */
  readonly source: string;
  readonly root: 'context' | 'results' | 'task.id' | 'step.name' | 'idempotency_key';
  /** The path from the root to the value. For `results`, it begins with the name of a step. */
  readonly path: readonly string[];
}

export interface PlaceholderText {
  readonly parts: readonly (string | Placeholder)[];
  /** The faults of placeholders in this text. Faulty placeholders are not among the parts. */
  readonly faults: readonly string[];
}

const PLACEHOLDER = /\{\{(.*?)\}\}/gs;
/** Matches a name and segments such as `.total`, `.0` and `["with spaces"]`. */
const EXPRESSION = /^\s*([A-Za-z_]\w*)((?:\.[\w-]+|\["[^"\\]+"\])*)\s*$/;
const SEGMENT = /\.([\w-]+)|\["([^"]+)"\]/g;
/** Matches `{{ "{{" }}`, which stands for two literal braces. */
const BRACES = /^\s*"\{\{"\s*$/;

const SINGLE = ['task.id', 'step.name', 'idempotency_key'] as const;
const KNOWN = ['context', 'results', ...SINGLE] as const;

/** Splits a text into placeholders and the texts between them. A text without placeholders is one part. */
export function parsePlaceholders(text: string): PlaceholderText {
  const parts: (string | Placeholder)[] = [];
  const faults: string[] = [];
  let end = 0;
  const addText = (plain: string): void => {
    if (plain.includes('{{'))
      faults.push('"{{" begins a placeholder that does not end; for two braces write {{ "{{" }}');
    else if (plain !== '') parts.push(plain);
  };
  for (const match of text.matchAll(PLACEHOLDER)) {
    addText(text.slice(end, match.index));
    end = match.index + match[0].length;
    const part = BRACES.test(match[1]!) ? '{{' : parseExpression(match[0], match[1]!);
    if (typeof part === 'object' && 'fault' in part) faults.push(`${match[0]}: ${part.fault}`);
    else parts.push(part);
  }
  addText(text.slice(end));
  return { parts, faults };
}

function parseExpression(source: string, expression: string): Placeholder | { readonly fault: string } {
  const [, first, rest] = EXPRESSION.exec(expression) ?? [];
  if (first === undefined) return { fault: 'must be a path with dots, such as {{ context.order.id }}' };
  const path = [...rest!.matchAll(SEGMENT)].map(([, name, quoted]) => name ?? quoted!);
  if (first === 'context') return { source, root: first, path };
  if (first === 'results' && path.length > 0) return { source, root: first, path };
  if (first === 'results') return { fault: 'must name a step, such as {{ results.cart }}' };
  const name = [first, ...path].join('.');
  const single = SINGLE.find((known) => known === name);
  if (single !== undefined) return { source, root: single, path: [] };
  const isNear = SINGLE.some((known) => known.startsWith(`${first}.`));
  return { fault: unknownName('placeholder', isNear ? name : first, KNOWN) };
}
