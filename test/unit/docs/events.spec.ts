import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { EVENTS } from '../../../lib/events/event.catalogue.js';
import { listed, tableBelow } from './pages.js';
import { programOf } from './program.js';

const { program, file, typeNamed } = programOf('lib/events/event.catalogue.ts');
const carried = payloadsByEvent();

describe('the table of events', () => {
  it('has each event, what it carries and when it happens', () => {
    const rows = tableBelow('docs/events.md', 'All events');
    expect(rows.map(({ event, carries, when }) => [event, carries, when])).toEqual(
      Object.entries(EVENTS).map(([name, { when }]) => [name, carried.get(name), when]),
    );
  });
});

describe('the table of what events carry', () => {
  const rows = tableBelow('docs/events.md', 'Payloads');

  it('has each payload', () => {
    expect(new Set(rows.map(({ payload }) => payload))).toEqual(new Set(carried.values()));
  });

  it.each(rows.map(({ payload, fields }) => [payload!, listed(fields!)] as const))(
    'has the fields of %s',
    (payload, fields) => {
      const properties = program.getTypeChecker().getPropertiesOfType(typeNamed(payload));
      expect(new Set(fields)).toEqual(new Set(properties.map(({ name }) => name)));
    },
  );
});

/** `event<TaskTransitionPayload>(…)` in the catalogue: the type is there for the compiler alone. */
function payloadsByEvent(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name) && ts.isCallExpression(node.initializer)) {
      found.set(node.name.text, node.initializer.typeArguments![0]!.getText(file));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
