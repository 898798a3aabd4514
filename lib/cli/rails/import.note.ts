/** Kind of change to a part of a template of Rails Tasker. */
export type NoteKind = 'changed' | 'left out' | 'differs';

/** A sentence of the report, and the line of the source that it is about. */
export interface ImportNote {
  readonly kind: NoteKind;
  readonly line: number;
  readonly text: string;
}

/** Adds a note; `node` is the YAML node that it is about. */
export type TakeNote = (kind: NoteKind, node: unknown, text: string) => void;

const TITLES: Readonly<Record<NoteKind, string>> = {
  changed: 'changed',
  'left out': 'left out',
  differs: 'behaves differently',
};

/** The notes by kind; a note about several lines is printed once. */
export function noteLines(notes: readonly ImportNote[]): string[] {
  return (Object.keys(TITLES) as NoteKind[]).flatMap((kind) => {
    const linesByText = new Map<string, Set<number>>();
    for (const note of notes.filter((each) => each.kind === kind).toSorted((a, b) => a.line - b.line)) {
      linesByText.set(note.text, (linesByText.get(note.text) ?? new Set()).add(note.line));
    }
    const lines = [...linesByText].map(([text, at]) => `    ${place([...at])}: ${text}`);
    return lines.length === 0 ? [] : [`  ${TITLES[kind]}:`, ...lines];
  });
}

function place(lines: readonly number[]): string {
  return `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
}
