import type { MutantsOfFile } from '../../mutant.js';
import { handlers } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/handlers/http.client.ts',
    tests: [handlers],
    mutants: [
      { mistake: 'does not read what a redirect says', find: 'await response.body.dump();', replace: '' },
      {
        mistake: 'follows a redirect to a protocol that it does not know',
        find: "return ['http:', 'https:'].includes(next.protocol) ? next : null;",
        replace: 'return next;',
      },
      {
        mistake: 'follows a redirect that the step takes for an answer',
        find: ' ||\n    [...acceptedStatuses, ...retryableStatuses].includes(statusCode)',
        replace: '',
      },
      {
        mistake: 'follows a redirect to another origin unasked',
        find: "request.redirects !== 'any' && target.origin !== current.url.origin",
        replace: "request.redirects === 'none'",
      },
      {
        mistake: 'follows a redirect though the step wants none',
        find: " && request.redirects !== 'none'",
        replace: '',
      },
      {
        mistake: 'says nothing where several addresses do not answer',
        find: "const what = message || code || 'no answer';",
        replace: 'const what = message;',
      },
    ],
  },
  {
    file: 'lib/handlers/http.body.ts',
    tests: [handlers],
    mutants: [
      {
        mistake: 'cuts an answer that is just as large as allowed',
        find: 'isTruncated: size > maxBytes }',
        replace: 'isTruncated: size >= maxBytes }',
      },
      {
        mistake: 'takes a body in an unknown encoding for text',
        find: 'throw new UndecodableBody(`its content-encoding "${unknown}" is not supported`)',
        replace: 'return body',
      },
      {
        mistake: 'decodes without a limit',
        find: 'DECODERS[name]!(body)), maxBytes)',
        replace: 'DECODERS[name]!(body)), 100 * maxBytes)',
      },
      {
        mistake: 'undoes encodings in the order in which they were made',
        find: 'encodings.reverse()',
        replace: 'encodings',
      },
      {
        mistake: 'fails for a compressed answer that was cut',
        find: 'isTruncated ? constants.Z_SYNC_FLUSH : constants.Z_FINISH',
        replace: 'constants.Z_FINISH + (isTruncated ? 0 : 0)',
      },
    ],
  },
  {
    file: 'lib/handlers/placeholder.values.ts',
    tests: [handlers],
    mutants: [
      {
        mistake: 'sends a request to a host that the task chooses',
        find: ' || originOf(start) === null || originOf(start) !== originOf(filled)',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/handlers/http-status.outcome.ts',
    tests: [handlers],
    mutants: [
      {
        mistake: 'keeps the control characters of an answer',
        find: 'return escapeControls(text.slice(0, EXCERPT_LENGTH));',
        replace: 'return text.slice(0, EXCERPT_LENGTH);',
      },
    ],
  },
];
