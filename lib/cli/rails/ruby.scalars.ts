import { isScalar, visit, type Document, type Scalar } from 'yaml';
import type { TakeNote } from './import.note.js';

/** Words that are booleans in YAML 1.1, which Ruby reads, but texts in YAML 1.2. */
const BOOLEANS = /^(?:(yes|Yes|YES|on|On|ON)|no|No|NO|off|Off|OFF)$/;
const GROUPED = /^[-+]?[1-9]\d*(?:_\d+)+$/;
const OCTAL = /^([-+]?)0([0-7]+)$/;

/** Gives values the meaning that they have in Ruby, such as false for `no`. */
export function readAsRuby(document: Document, note: TakeNote): void {
  visit(document, {
    Scalar: (key, scalar) => {
      if (key === 'key' || scalar.type !== 'PLAIN') return;
      const meant = meaningInRuby(scalar);
      if (meant === undefined) return;
      note('changed', scalar, `${scalar.source} is ${String(meant)}, as Ruby reads it.`);
      scalar.value = meant;
      delete scalar.source;
      delete scalar.format;
    },
  });
}

function meaningInRuby(scalar: Scalar): boolean | number | undefined {
  const source = (isScalar(scalar) && scalar.source) || '';
  const boolean = BOOLEANS.exec(source);
  if (boolean) return boolean[1] !== undefined;
  if (GROUPED.test(source)) return Number(source.replaceAll('_', ''));
  const octal = OCTAL.exec(source);
  return octal ? Number.parseInt(`${octal[1]}${octal[2]}`, 8) : undefined;
}
