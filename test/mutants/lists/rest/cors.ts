import type { MutantsOfFile } from '../../mutant.js';
import { cors, corsHeaders, options } from '../../specs.js';

/** Which pages of other origins may use the routes. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/rest/cors.headers.ts',
    tests: [corsHeaders],
    mutants: [
      {
        mistake: 'permits every origin',
        find: '!(isAny || origins.includes(origin))',
        replace: '!(isAny || origins.length > 0)',
      },
      {
        mistake: 'permits origins that begin alike',
        find: '!(isAny || origins.includes(origin))',
        replace: '!(isAny || origins.some((each) => origin.startsWith(each)))',
      },
      {
        mistake: 'permits credentials by default',
        find: "...(credentials && { 'Access",
        replace: "...(!credentials && { 'Access",
      },
      {
        mistake: 'takes every request with the method OPTIONS for a preflight',
        find: " && headers['access-control-request-method'] !== undefined",
        replace: '',
      },
      { mistake: 'hides the revision of a task from scripts', find: "  'ETag',\n", replace: '' },
      {
        mistake: 'loses what the answer differs by already',
        find: "return [...known, ...added].join(', ');",
        replace: "return added.join(', ');",
      },
    ],
  },
  {
    file: 'lib/rest/cross-origin.ts',
    tests: [cors],
    mutants: [
      {
        mistake: 'lets a cache give the answer for one origin to another',
        find: "if (!cors.origins.includes('*')) this.vary(response, 'Origin');",
        replace: '',
      },
      {
        mistake: 'permits the routes of the host, too',
        find: ' || !this.mount.isAbove(path)',
        replace: '',
      },
      {
        mistake: 'permits the dashboard, too',
        find: ' || this.mount.isAboveDashboard(path)',
        replace: '',
      },
      {
        mistake: 'overrules the host',
        find: 'if (this.header(response, ALLOW_ORIGIN) !== undefined) return false;',
        replace: '',
      },
      {
        mistake: 'asks for a user at a preflight',
        find: '|| !isPreflight(method, headers)) {',
        replace: '|| isPreflight(method, headers)) {',
      },
      {
        mistake: 'answers the preflight of every origin',
        find: 'return permitted !== null;',
        replace: 'return true;',
      },
    ],
  },
  {
    file: 'lib/rest/mount-path.filter.ts',
    tests: [cors],
    mutants: [
      {
        mistake: 'hides from pages what is wrong with their body',
        find: 'if (isHttp) this.origins.permit(context.getArgByIndex(0), context.getArgByIndex(1));',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/options/options.check.ts',
    tests: [options],
    mutants: [
      {
        mistake: 'accepts an origin that no browser sends',
        find: 'new URL(text).origin === text',
        replace: "new URL(text).origin !== ''",
      },
      {
        mistake: 'permits cookies from everywhere',
        find: "cors.origins.includes('*') &&",
        replace: "cors.origins.includes('**') &&",
      },
    ],
  },
];
