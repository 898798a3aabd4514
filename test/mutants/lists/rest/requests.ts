import type { MutantsOfFile } from '../../mutant.js';
import {
  bodyPipe,
  entityTag,
  leavingClient,
  mountPathFilter,
  outage,
  pageLinks,
  problemDocument,
  queryPipe,
  restActions,
  restEvents,
  restMediaTypes,
  restReferences,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/rest/problem.filter.ts',
    tests: [leavingClient],
    mutants: [
      {
        mistake: 'takes a client that left for a failure of ours',
        find: 'return complete === false && destroyed === true;',
        replace: 'return complete === undefined && destroyed === true;',
      },
    ],
  },
  {
    file: 'lib/rest/idempotency.interceptor.ts',
    tests: [restActions],
    mutants: [
      {
        mistake: 'takes the same key and body on another path for the same request',
        find: 'JSON.stringify([request.method, path, query, request.body ?? null])',
        replace: 'JSON.stringify([request.method, request.body ?? null])',
      },
      {
        mistake: 'answers a repetition with the status of the route',
        find: 'httpAdapter.status(response, answer.status);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/rest/body.pipe.ts',
    tests: [bodyPipe],
    mutants: [
      {
        mistake: 'takes no body for one without fields where a body is needed',
        find: 'this.options.isOptional ? (given ?? {}) : given',
        replace: 'given ?? {}',
      },
      {
        mistake: 'takes null for a value that it cannot be',
        find: `[field.kind.schema.type].flat().includes('null')`,
        replace: 'true',
      },
      {
        mistake: 'drops null where it is a value',
        find: `value !== null || field.isRequired || [field.kind.schema.type].flat().includes('null')`,
        replace: 'value !== null || field.isRequired',
      },
    ],
  },
  {
    file: 'lib/rest/actions.controller.ts',
    tests: [restReferences],
    mutants: [
      {
        mistake: 'does not say where the new task is',
        find: 'if (startsTask) call.locate(',
        replace: 'if (!startsTask) call.locate(',
      },
    ],
  },
  {
    file: 'lib/rest/query.pipe.ts',
    tests: [queryPipe],
    mutants: [
      {
        mistake: 'splits tags at their commas',
        find: "isId || choice ? 'words' : 'texts'",
        replace: "'words'",
      },
      {
        mistake: 'takes a list of ids for one that is written once each',
        find: "isId || choice ? 'words' : 'texts'",
        replace: "choice ? 'words' : 'texts'",
      },
      {
        mistake: 'knows a parameter that every object has',
        find: '!Object.hasOwn(this.parameters, name)',
        replace: '!(name in this.parameters)',
      },
      {
        mistake: 'takes what only begins with digits for a number',
        find: String.raw`/^\d{1,9}$/`,
        replace: String.raw`/^\d{1,9}/`,
      },
      {
        mistake: 'takes nothing between two commas for a word',
        find: `.filter((word) => word !== '')`,
        replace: '',
      },
    ],
  },
  {
    file: 'lib/rest/page.links.ts',
    tests: [pageLinks],
    mutants: [
      {
        mistake: 'goes on from the first of a page',
        find: 'items.at(-1)?.cursor',
        replace: 'items.at(0)?.cursor',
      },
      {
        mistake: 'keeps the cursor of the page itself in a link to another',
        find: `parameters.delete('before');`,
        replace: '',
      },
    ],
  },
  {
    file: 'lib/rest/entity.tag.ts',
    tests: [entityTag],
    mutants: [
      {
        mistake: 'calls a task the same after one of its steps has changed',
        find: 'update(JSON.stringify(document))',
        replace: 'update(document.revision)',
      },
      {
        mistake: 'does not know a tag again that a proxy made weak',
        find: String.raw`.map((each) => each.trim().replace(/^W\//, ''))`,
        replace: '.map((each) => each.trim())',
      },
      {
        mistake: 'takes several tags for one',
        find: `given.split(',')`,
        replace: '[given]',
      },
      {
        mistake: 'refuses to change whatever is there',
        find: `given !== undefined && given !== '*'`,
        replace: 'given !== undefined',
      },
    ],
  },
  {
    file: 'lib/rest/route.call.ts',
    tests: [entityTag],
    mutants: [
      {
        mistake: 'answers a change without what came of it',
        find: '!isSafe({ method }) || ',
        replace: 'method === null || ',
      },
    ],
  },
  {
    file: 'lib/rest/problem.document.ts',
    tests: [problemDocument],
    mutants: [
      {
        mistake: 'tells callers the status that another service had for us',
        find: `isMeantForCaller && typeof statusCode === 'number'`,
        replace: `typeof statusCode === 'number'`,
      },
      {
        mistake: 'points into the context where the body is meant',
        find: 'pointer: `/context${pointer}`',
        replace: 'pointer',
      },
    ],
  },
  {
    file: 'lib/rest/problem.filter.ts',
    tests: [mountPathFilter],
    mutants: [
      {
        mistake: 'repeats the query, which may hold secrets, in a problem document',
        find: 'const { path } = targetOf(httpAdapter, request);',
        replace: 'const path = String(httpAdapter.getRequestUrl(request)); void targetOf;',
      },
      {
        mistake: 'does not say when to come back',
        find: `httpAdapter.setHeader(response, 'Retry-After', String(error.retryAfterSeconds));`,
        replace: '',
        tests: [outage],
      },
    ],
  },
  {
    file: 'lib/rest/mount.path.ts',
    tests: [mountPathFilter],
    mutants: [
      {
        mistake: 'takes a path that only begins like ours for ours',
        find: '`${path}/`.startsWith(`${root}/`)',
        replace: 'path.startsWith(root)',
      },
    ],
  },
  {
    file: 'lib/rest/media-type.guard.ts',
    tests: [restMediaTypes],
    mutants: [
      {
        mistake: 'refuses a GET that has a Content-Type',
        find: '!isSafe(request)',
        replace: `request.method !== 'HEAD'`,
      },
    ],
  },
  {
    file: 'lib/rest/events.controller.ts',
    tests: [restEvents],
    mutants: [
      {
        mistake: 'goes on from where the URL says, not the header',
        find: 'await this.tell({ ...filter, taskIds: [id] }, lastEventId ?? after',
        replace: 'await this.tell({ ...filter, taskIds: [id] }, after ?? lastEventId',
      },
      {
        mistake: 'opens a stream for a task that does not exist',
        find: 'await this.tasks.getParts(id, [], null, grant.scope);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/request.target.ts',
    tests: [restReferences],
    mutants: [
      {
        mistake: 'takes the host of an absolute address for a part of the path',
        find: String.raw`.replace(/^https?:\/\/[^/?]*/i, '')`,
        replace: '',
      },
      {
        mistake: 'leads beside what was asked for with a slash at its end',
        find: `path.endsWith('/') ? climb : climb - 1`,
        replace: 'climb - 1',
      },
    ],
  },
  {
    file: 'lib/auth/spelling.guard.ts',
    tests: [restReferences],
    mutants: [
      {
        mistake: 'finds routes in capital letters',
        find: `segment === given[offset + index]`,
        replace: `segment === given[offset + index]?.toLowerCase()`,
      },
    ],
  },
  {
    file: 'lib/rest/fastify.routes.ts',
    tests: [restReferences],
    mutants: [
      {
        mistake: 'adds each route twice where the router ignores slashes',
        find: 'ignoresSlashes || ',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/rest/precondition.guard.ts',
    tests: [restActions],
    mutants: [
      {
        mistake: 'ignores a condition where none is looked at',
        find: 'isConditional(request) &&',
        replace: 'isConditional({}) &&',
      },
    ],
  },
];
