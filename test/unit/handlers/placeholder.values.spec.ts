import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PermanentError, type JsonObject, type JsonValue, type StepContext } from 'nestjs-tasker';
import { fillIn, fillUrl } from '../../../lib/handlers/placeholder.values.js';
import { anyCharacter } from '../../support/any.character.js';

const order = {
  id: 'a/b ü',
  lines: [{ sku: 'x' }, { sku: 'y' }],
  paid: false,
  total: 12.5,
  note: null,
  empty: '',
  up: '..',
};
const context = {
  task: { id: '7', context: { order, host: 'evil.example', code: '{{ task.id }}' } as JsonObject },
  step: { id: '9', name: 'charge' },
  results: { cart: { status: 200, body: { id: 41 } }, 'odd step': [1, 2], skipped: null },
  idempotencyKey: '7:charge',
} as unknown as StepContext;

const filled = (value: JsonValue): JsonValue => fillIn(value, context, 'body');

describe('a text that is one placeholder', () => {
  it.each<[string, JsonValue]>([
    ['{{ context.order.total }}', 12.5],
    ['{{context.order.paid}}', false],
    ['{{ context.order.note }}', null],
    ['{{ context.order.lines }}', order.lines],
    ['{{ context.order.lines.1.sku }}', 'y'],
    ['{{ results.cart.body.id }}', 41],
    ['{{ results["odd step"].0 }}', 1],
    ['{{ results.skipped }}', null],
    ['{{ task.id }}', '7'],
    ['{{ step.name }}', 'charge'],
    ['{{ idempotency_key }}', '7:charge'],
    ['{{ "{{" }}', '{{'],
  ])('is what it stands for: %s', (text, value) => {
    expect(filled(text)).toEqual(value);
  });
});

describe('a text with placeholders in it', () => {
  it('stays a text', () => {
    expect(filled('{{ step.name }} of {{ context.order.total }}: {{ context.order.paid }}}}')).toBe(
      'charge of 12.5: false}}',
    );
  });

  it('is not looked through again', () => {
    expect(filled('code {{ context.code }}')).toBe('code {{ task.id }}');
  });

  it('may stand deep in a value, whose keys stay as they are', () => {
    const value = { a: [{ '{{ task.id }}': '{{ task.id }}' }, 5, null], b: 'plain' };
    expect(filled(value)).toEqual({ a: [{ '{{ task.id }}': '7' }, 5, null], b: 'plain' });
  });

  it.each([
    [
      'the note: {{ context.order.note }}',
      '{{ context.order.note }} at body is null, which cannot be part of a string',
    ],
    ['{{ context.order.lines }}!', '{{ context.order.lines }} at body is a list, which cannot be part of a string'],
    ['{{ context.order }}!', '{{ context.order }} at body is an object, which cannot be part of a string'],
    ['{{ context.orders.id }}', '{{ context.orders.id }} at body has no value'],
    ['{{ context.order.lines.2 }}', '{{ context.order.lines.2 }} at body has no value'],
    ['{{ context.order.lines.length }}', '{{ context.order.lines.length }} at body has no value'],
    ['{{ context.constructor.name }}', '{{ context.constructor.name }} at body has no value'],
    ['{{ results.skipped.body }}', '{{ results.skipped.body }} at body has no value'],
  ])('fails the step for good where there is no fitting value: %s', (text, message) => {
    const fill = (): unknown => filled(text);
    expect(fill).toThrow(PermanentError);
    expect(fill).toThrow(message);
    expect(fill).toThrow(expect.objectContaining({ stepCode: 'HTTP_MISSING_VALUE' }));
  });

  it('names the place of what is missing', () => {
    expect(() => filled({ a: [{ b: '{{ context.x }}' }] })).toThrow('{{ context.x }} at body.a[0].b has no value');
  });

  it('does not show a fault that came with a variable', () => {
    expect(() => filled('Bearer s3cr{{et')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cr') }),
    );
  });
});

describe('a URL with placeholders', () => {
  it('has them percent-encoded, in its path and its query', () => {
    expect(fillUrl('https://a/o/{{ context.order.id }}/x?q={{ context.order.id }}', context)).toBe(
      'https://a/o/a%2Fb%20%C3%BC/x?q=a%2Fb%20%C3%BC',
    );
  });

  it('leads to the host that the template names, however many slashes stand before it', () => {
    for (const start of ['https://a', 'https:/a', 'https:////a', 'https:a'])
      expect(new URL(fillUrl(`${start}/{{ context.host }}`, context)).origin).toBe('https://a');
  });

  it.each([
    ['https://{{ context.order.id }}/x', 'before its path'],
    ['https://api{{ context.order.up }}', 'before its path'],
    ['{{ context.order.id }}', 'before its path'],
    ['https:///{{ context.host }}/x', 'before its path'],
    ['https:/{{ context.host }}/x', 'before its path'],
    ['https:{{ context.host }}/x', 'before its path'],
    ['https:\\\\\\{{ context.host }}/x', 'before its path'],
    ['https:/\t/{{ context.host }}/x', 'before its path'],
    [' https:// /{{ context.host }}/x', 'before its path'],
    ['https://a:8{{ context.order.total }}/x', 'before its path'],
    ['https://a/o/{{ context.order.up }}/x', 'would change the path'],
    ['https://a/o/.{{ context.order.total }}/{{ context.order.up }}', 'would change the path'],
    ['https://a/o/{{ context.order.empty }}', 'is empty'],
    ['https://a/o/{{ context.order.lines }}', 'cannot be part of a string'],
  ])('is refused when it would lead elsewhere: %s', (url, message) => {
    expect(() => fillUrl(url, context)).toThrow(message);
    expect(() => fillUrl(url, context)).toThrow(PermanentError);
  });
});

describe('any text at all', () => {
  const piece = fc.oneof(
    fc.constantFrom('{{', '}}', '{{ ', ' }}', '"', '[', '.', 'context', 'results', 'order', 'task.id', '{{ "{{" }}'),
    fc.string({ unit: anyCharacter, maxLength: 5 }),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

  it('is filled in, or fails the step for good', () => {
    fc.assert(
      fc.property(text, (written) => {
        try {
          fillUrl(written, context);
          filled(written);
        } catch (error) {
          expect(error).toBeInstanceOf(PermanentError);
        }
      }),
    );
  });

  it('is itself when nothing begins in it', () => {
    fc.assert(
      fc.property(text, (written) => {
        fc.pre(!written.includes('{{'));
        expect(filled(written)).toBe(written);
      }),
    );
  });
});
