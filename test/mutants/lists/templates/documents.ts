import type { MutantsOfFile } from '../../mutant.js';
import { scopedStarts, templates } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/templates/placeholder.ts',
    tests: [templates],
    mutants: [
      {
        mistake: 'lets results without the name of a step pass',
        find: `if (first === 'results' && path.length > 0)`,
        replace: `if (first === 'results')`,
      },
      {
        mistake: 'loses what follows the last placeholder',
        find: `addText(text.slice(end));
`,
        replace: '',
      },
      {
        mistake: 'passes over braces that do not end',
        find: `if (plain.includes('{{'))`,
        replace: `if (plain === '{{')`,
      },
    ],
  },
  {
    file: 'lib/templates/environment.overlay.ts',
    tests: [templates],
    mutants: [
      {
        mistake: 'merges lists of steps by place',
        find: `propertyOf(change, 'name') === propertyOf(step, 'name'));
    return`,
        replace: `propertyOf(change, 'name') !== undefined);
    return`,
      },
      {
        mistake: 'replaces whole objects',
        find: 'isObject(old) && isObject(value) ? merge(old, value) : value',
        replace: 'value',
      },
      {
        mistake: 'leaves the overlays in the document',
        find: 'merge(base, overlay, true) : base',
        replace: 'merge(base, overlay, true) : document',
      },
      {
        mistake: 'passes over a step that an overlay names twice',
        find: 'findIndex((step) => step.name === name) < index',
        replace: 'findIndex((step) => step.name === name) > index',
      },
    ],
  },
  {
    file: 'lib/templates/variable.interpolation.ts',
    tests: [templates],
    mutants: [
      {
        mistake: 'takes an empty variable for set',
        find: `value === undefined || value === ''`,
        replace: 'value === undefined',
      },
      {
        mistake: 'finds variables that every object inherits',
        find: 'Object.hasOwn(variables, name) ? variables[name] : undefined',
        replace: 'variables[name]',
      },
      {
        mistake: 'replaces what is meant literally',
        find: 'escape ? reference.slice(1) : valueOf',
        replace: 'valueOf',
      },
      {
        mistake: 'passes over lists',
        find: 'if (Array.isArray(value)) return value.map((item: JsonValue) => replaceIn(item, variables));',
        replace: 'if (Array.isArray(value)) return value;',
      },
    ],
  },
  {
    file: 'lib/templates/context-path.check.ts',
    tests: [templates],
    mutants: [
      {
        mistake: 'takes a schema with patterns for closed',
        find: `if (propertyOf(schema, 'patternProperties') !== undefined) return false;`,
        replace: '',
      },
      { mistake: 'does not follow references', find: 'here = resolved(here, schema);', replace: 'void resolved;' },
      {
        mistake: 'refuses a path through a list',
        find: `!types.includes('object') && !types.includes('array')`,
        replace: `!types.includes('object')`,
      },
    ],
  },
  {
    file: 'lib/templates/context-schema.defaults.ts',
    tests: [templates],
    mutants: [
      {
        mistake: 'passes over defaults within defaults',
        find: 'return [...own, ...inMaps, ...inSchemas];',
        replace: 'return own.length > 0 ? own : [...inMaps, ...inSchemas];',
      },
      {
        mistake: 'takes a default that is never filled in',
        find: `if (!isFilledIn(path))\n    return ['is never applied: only defaults of properties are applied, and none of those behind a $ref'];`,
        replace: '',
      },
    ],
  },
  {
    file: 'lib/workflow/near.name.ts',
    tests: [templates],
    mutants: [
      {
        mistake: 'names the farthest',
        find: 'sort((a, b) => a.edits - b.edits)',
        replace: 'sort((a, b) => b.edits - a.edits)',
      },
      { mistake: 'counts a letter that is the same', find: '(from[i] === to[j] ? 0 : 1)', replace: '1' },
    ],
  },
  {
    file: 'lib/templates/template.directory.ts',
    tests: [scopedStarts],
    mutants: [
      {
        mistake: 'names templates that do not exist for the caller',
        find: '...this.offered.values()].filter(isKnown);',
        replace: '...this.offered.values()];',
      },
      {
        mistake: 'starts a template that does not exist for the caller',
        find: 'isKnown(resolved) ? this.findStartable(resolved) : undefined',
        replace: 'this.findStartable(resolved)',
      },
      {
        mistake: 'loads the latest version of all instead of that of the caller',
        find: 'templateLabel(this.resolved(each, isKnown))',
        replace: 'templateLabel(this.resolved(each, EVERY))',
      },
    ],
  },
];
