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
        mistake: 'cuts an answer that is just as large as allowed',
        find: 'isTruncated: size > this.maxBytes }',
        replace: 'isTruncated: size >= this.maxBytes }',
      },
      {
        mistake: 'says nothing where several addresses do not answer',
        find: "const what = message || code || 'no answer';",
        replace: 'const what = message;',
      },
    ],
  },
];
