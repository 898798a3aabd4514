import type { MutantsOfFile } from '../../mutant.js';
import { dataKeys, errorScrubber, keyRing, sealedContent, sensitiveDataCheck, takenValues } from '../../specs.js';

/** Values that are taken out of documents and texts, and the keys that encrypt them. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/protection/taken.values.ts',
    tests: [takenValues],
    mutants: [
      {
        mistake: 'puts values back into places that have something else',
        find: 'valueAt(document, at) === REDACTED',
        replace: 'valueAt(document, at) !== undefined',
      },
      { mistake: 'shares values with those who receive them', find: '= copyOf(value);', replace: '= value;' },
      {
        mistake: 'changes the document that it was given',
        find: 'document: copyOf(document) }',
        replace: 'document }',
      },
      { mistake: 'takes short texts for secrets', find: 'text.length >= SHORTEST_SECRET', replace: 'text.length > 0' },
      { mistake: 'begins with the shortest secret', find: 'b.length - a.length', replace: 'a.length - b.length' },
      { mistake: 'forgets numbers', find: "if (typeof value === 'number') return [String(value)];", replace: '' },
    ],
  },
  {
    file: 'lib/templates/json.path.ts',
    tests: [takenValues, sensitiveDataCheck],
    mutants: [
      {
        mistake: 'takes a part out of what is taken out already',
        find: 'filter((location) => !isInner(location))',
        replace: 'filter(() => true)',
      },
      {
        mistake: 'follows what objects inherit',
        find: '!Object.hasOwn(here, key)',
        replace: 'false',
      },
      {
        mistake: 'goes only as deep as the package does by default',
        find: '{ maxRecursionDepth: 2 * MAX_DEPTH }',
        replace: '{}',
      },
      {
        mistake: 'passes all values of a list as arguments',
        find: 'const nodes = query.lazyQuery(',
        replace: 'const nodes = query.query(',
      },
      {
        mistake: 'takes an index from the end for one place',
        find: ' && selector.index >= 0',
        replace: '',
      },
      {
        mistake: 'takes a name in a list of names for the only one',
        find: 'queries[0]!.singularQuery()',
        replace: 'true',
      },
    ],
  },
  {
    file: 'lib/templates/sensitive-data.check.ts',
    tests: [sensitiveDataCheck],
    mutants: [
      {
        mistake: 'lets results belong to a step that is none',
        find: '...(steps.includes(step) ? []',
        replace: '...(steps.length > 0 ? []',
      },
      {
        mistake: 'lets the context itself be marked',
        find: 'if (path?.location?.length === 0)',
        replace: 'if (path?.location?.length === -1)',
      },
      {
        mistake: 'lets the subject be several values',
        find: 'if (!path?.location?.length) return',
        replace: 'if (path?.location?.length === 0) return',
      },
      {
        mistake: 'lets a limit have a marked key within a list',
        find: 'exampleWith(location, true)]',
        replace: 'exampleWith(location, false)]',
      },
      {
        mistake: 'lets a limit have a key within a marked value',
        find: 'isWithin(location, hidden.map(String))',
        replace: 'isWithin(hidden.map(String), location)',
      },
    ],
  },
  {
    file: 'lib/protection/sealed.content.ts',
    tests: [sealedContent],
    mutants: [
      { mistake: 'uses one nonce', find: 'randomBytes(NONCE_BYTES)', replace: 'Buffer.alloc(NONCE_BYTES, 7)' },
      {
        mistake: 'accepts a shorter tag',
        find: 'nonce, { authTagLength: TAG_BYTES });\n    decipher.setAAD',
        replace: 'nonce);\n    decipher.setAAD',
      },
      {
        mistake: 'confuses places whose parts join to the same text',
        find: 'return [length, bytes];',
        replace: 'return [bytes];',
      },
      {
        mistake: 'lets content be moved to another task',
        find: "['nestjs-tasker/1', ...place]",
        replace: "['nestjs-tasker/1', place[0], place[2]]",
      },
    ],
  },
  {
    file: 'lib/protection/error.scrubber.ts',
    tests: [errorScrubber],
    mutants: [
      { mistake: 'forgets keys of objects', find: '[this.text(key), this.value', replace: '[key, this.value' },
      { mistake: 'forgets numbers', find: 'this.forms.includes(String(value)) ? REDACTED : value', replace: 'value' },
      {
        mistake: 'keeps the beginnings of cut values',
        find: 'this.withoutCutValue(said) + lines',
        replace: 'said + lines',
      },
      {
        mistake: 'looks for cut values only at the end of the stack',
        find: 'end < 0 ? [text',
        replace: 'end < text.length ? [text',
      },
      { mistake: 'forgets JSON within JSON', find: '    inJson(json),', replace: '    json,' },
      { mistake: 'forgets queries of URLs', find: '    encodeURIComponent(text),\n', replace: '' },
      { mistake: 'forgets URLs', find: '    encodeURI(text),\n', replace: '' },
      { mistake: 'forgets forms', find: "    new URLSearchParams({ '': text }).toString().slice(1),\n", replace: '' },
      { mistake: 'forgets escaped control characters', find: '    escapeControls(secret),\n', replace: '' },
      { mistake: 'throws for half a surrogate pair', find: 'secret.toWellFormed()', replace: 'secret' },
      {
        mistake: 'keeps the fields of a thrown error',
        find: 'this.value(JSON.parse(fields) as JsonValue)',
        replace: 'JSON.parse(fields)',
      },
    ],
  },
  {
    file: 'lib/protection/key.ring.ts',
    tests: [keyRing],
    mutants: [
      {
        mistake: 'waits for a provider without end',
        find: 'await withinTime(asked, PATIENCE_MS, ',
        replace: 'await withinTime(asked, PATIENCE_MS * 10, ',
      },
      {
        mistake: 'asks for a key once for each who needs it',
        find: 'this.known.get(id) ?? this.ask(id)',
        replace: 'this.ask(id)',
      },
      { mistake: 'remembers that there is no such key', find: 'if (key === null) this.known.delete(id);', replace: '' },
      {
        mistake: 'remembers an outage',
        find: '    } catch (error) {\n      this.known.delete(id);',
        replace: '    } catch (error) {',
      },
      { mistake: 'asks for the current key twice at a time', find: 'this.reading ??= ', replace: 'this.reading = ' },
      {
        mistake: 'asks at once after an outage',
        find: 'this.readAt = performance.now(); // not again at once',
        replace: '',
      },
      { mistake: 'never reads the current key again', find: '.finally(() => (this.reading = undefined))', replace: '' },
      { mistake: 'accepts a key with another id', find: '(id === undefined || id === key.id)', replace: 'true' },
      {
        mistake: 'asks for the current key only when it is used',
        find: 'setInterval(() => this.current,',
        replace: 'setInterval(() => this.latest,',
      },
      { mistake: 'asks after the end', find: 'clearInterval(this.timer);', replace: '' },
    ],
  },
  {
    file: 'lib/options/data.keys.ts',
    tests: [dataKeys, keyRing],
    mutants: [
      { mistake: 'accepts a secret of another length', find: ' && secret.length === DATA_KEY_BYTES', replace: '' },
      { mistake: 'accepts a long id', find: 'id.length <= 128', replace: 'id.length > 0' },
      { mistake: 'accepts an empty id', find: 'id.length >= 1 && ', replace: '' },
      { mistake: 'accepts what is no Base64', find: '|| !/^[\\w+/-]+={0,2}$/.test(secret)', replace: '' },
      { mistake: 'does without the current key', find: 'if (!keys.has(current))', replace: 'if (keys.size === 0)' },
    ],
  },
];
