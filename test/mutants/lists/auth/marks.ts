import type { MutantsOfFile } from '../../mutant.js';
import { authProviders } from '../../specs.js';

/** Authenticators and coordinators that are marked with a decorator. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/auth/auth-provider.decorator.ts',
    tests: [authProviders],
    mutants: [
      {
        mistake: 'marks an authenticator as a coordinator',
        find: '(authenticator) => AuthenticatorMark.set',
        replace: '(authenticator) => CoordinatorMark.set',
      },
      { mistake: 'marks no coordinator', find: 'CoordinatorMark.set(coordinator, true)', replace: 'undefined' },
    ],
  },
  {
    file: 'lib/auth/auth-provider.explorer.ts',
    tests: [authProviders],
    mutants: [
      {
        mistake: 'looks for tokens only',
        find: 'wrapper.token === token || mark.of(wrapper) !== undefined',
        replace: 'wrapper.token === token',
      },
      {
        mistake: 'refuses a token that stands for a marked class',
        find: 'instances.indexOf(instances[index]) === index)',
        replace: 'true)',
      },
      {
        mistake: 'ignores a marked class that the options do not list',
        find: 'named.length > 0 ? besideTheOption(kind, others)',
        replace: 'named.length > 0 ? null',
      },
      {
        mistake: 'refuses a marked class that the options list',
        find: '.filter(({ wrapper }) => !classesOf(wrapper).some((each) => named.includes(each as never)))',
        replace: '.filter(({ wrapper }) => wrapper)',
      },
    ],
  },
  {
    file: 'lib/auth/auth-provider.faults.ts',
    tests: [authProviders],
    mutants: [
      {
        mistake: 'uses one of two coordinators',
        find: 'if (provided.length < 2) return null;',
        replace: "if (provided.length < 2 || (kind as string) === 'coordinator') return null;",
      },
      {
        mistake: 'asks two authenticators in the order of the modules',
        find: 'if (provided.length < 2) return null;',
        replace: "if (provided.length < 2 || (kind as string) === 'authenticator') return null;",
      },
      {
        mistake: 'calls the methods of a class that nobody constructed',
        find: 'if (wrapper?.isTransient) {',
        replace: 'if (false) {',
      },
    ],
  },
];
