import type { MutantsOfFile } from '../../mutant.js';
import { apiTokenReach, apiTokens, apiTokenSecret, restApiTokens } from '../../specs.js';

/** Tokens that identify machines. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/find_api_token.sql',
    tests: [apiTokens],
    mutants: [
      {
        mistake: 'accepts tokens that were revoked or have expired',
        find: ' and not __schema__.has_ended_api_token(t)',
        replace: '',
      },
      {
        mistake: 'accepts the previous secret for ever',
        find: `case when t.previous_until > now() then encode(t.previous_hash, 'hex') end`,
        replace: `encode(t.previous_hash, 'hex')`,
      },
    ],
  },
  {
    file: 'sql/functions/has_ended_api_token.sql',
    tests: [apiTokens],
    mutants: [
      {
        mistake: 'forgets that tokens are revoked',
        find: 'p_token.revoked_at is not null or ',
        replace: '',
      },
      {
        mistake: 'ends tokens that never expire',
        find: 'coalesce(p_token.expires_at <= now(), false)',
        replace: 'coalesce(p_token.expires_at <= now(), true)',
      },
    ],
  },
  {
    file: 'sql/functions/rotate_api_token.sql',
    tests: [apiTokens],
    mutants: [
      {
        mistake: 'ends the present secret at once',
        find: 'previous_hash = case when p_overlap_seconds > 0 then t.secret_hash end',
        replace: 'previous_hash = case when p_overlap_seconds > 0 then p_secret_hash end',
      },
      {
        mistake: 'hands out secrets of tokens that may do more than the caller',
        find: 'not v_token.roles <@ p_roles',
        replace: 'false',
      },
      {
        mistake: 'keeps the secret before that of a rotation at the same time',
        find: 'previous_hash = case when p_overlap_seconds > 0 then t.secret_hash end',
        replace: 'previous_hash = case when p_overlap_seconds > 0 then coalesce(t.previous_hash, t.secret_hash) end',
      },
    ],
  },
  {
    file: 'sql/functions/revoke_api_token.sql',
    tests: [apiTokens],
    mutants: [
      {
        mistake: 'revokes tokens of others',
        find: ' and (p_within is null or t.namespaces <@ p_within)',
        replace: '',
      },
      {
        mistake: 'forgets who revoked a token first',
        find: 'coalesce(t.revoked_by, p_by)',
        replace: 'p_by',
      },
    ],
  },
  {
    file: 'sql/functions/use_api_token.sql',
    tests: [apiTokens],
    mutants: [
      {
        mistake: 'writes at each request',
        find: ` and (x.last_used_at is null or x.last_used_at <= now() - interval '1 minute')`,
        replace: '',
      },
      { mistake: 'lets requests wait for each other', find: ' skip locked\n', replace: '\n' },
    ],
  },
  {
    file: 'sql/functions/create_api_token.sql',
    tests: [apiTokens],
    mutants: [
      {
        mistake: 'removes tokens that are in use',
        find: 'where least(x.revoked_at, x.expires_at) <=',
        replace: 'where coalesce(x.revoked_at, x.expires_at, x.created_at) <=',
      },
    ],
  },
  {
    file: 'lib/auth/tokens/api-token.secret.ts',
    tests: [apiTokenSecret],
    mutants: [
      {
        mistake: 'accepts the first letters of a longer token',
        find: '{${SECRET_LENGTH}})$`',
        replace: '{${SECRET_LENGTH}})`',
      },
      {
        mistake: 'accepts the present secret only',
        find: 'isPresent === true || isPrevious === true',
        replace: 'isPresent === true',
      },
      {
        mistake: 'fails for an unknown token',
        find: 'bytes.length === UNKNOWN.length ? bytes : UNKNOWN',
        replace: 'bytes',
      },
    ],
  },
  {
    file: 'lib/auth/tokens/api-token.service.ts',
    tests: [apiTokens],
    mutants: [
      {
        mistake: 'takes a wrong secret for a use',
        find: '      if (!isSecretOf(secret, found) || !found) return null;\n      if (!found.isUseNoted) await this.noteUse(id);',
        replace:
          '      if (found && !found.isUseNoted) await this.noteUse(id);\n      if (!isSecretOf(secret, found) || !found) return null;',
      },
      {
        mistake: 'notes each use',
        find: 'if (!found.isUseNoted) ',
        replace: '',
        equivalent:
          'The function notes a use once a minute, too. Without the flag, it would be called for each request.',
      },
      {
        mistake: 'takes an outage for an error of its own',
        find: 'if (!isOutage(error)) throw error;',
        replace: 'throw error;',
      },
    ],
  },
  {
    file: 'lib/auth/tokens/api-token.reach.ts',
    tests: [apiTokenReach, restApiTokens],
    mutants: [
      {
        mistake: 'takes a role that begins alike for that of administrators',
        find: 'own?.includes(ADMIN)',
        replace: 'own?.some((role) => role.startsWith(ADMIN))',
      },
      {
        mistake: 'lets users with default roles hand out any',
        find: ' ?? (user && defaultRoles.length > 0 ? defaultRoles : null)',
        replace: '',
      },
      {
        mistake: 'lets users of one namespace make tokens for all',
        find: `...(reach.namespaces === null ? [] : ['/namespaces'])`,
        replace: '',
      },
    ],
  },
  {
    file: 'lib/auth/visible.namespaces.ts',
    tests: [apiTokenReach, restApiTokens],
    mutants: [
      {
        mistake: 'ignores the other conditions of a scope',
        find: 'Object.keys(others).length > 0 ? [] : common(namespaces, one)',
        replace: 'common(namespaces, one)',
      },
      {
        mistake: 'limits users either by their own namespaces or by their scope',
        find: 'one && other ? one.filter((each) => other.includes(each)) : (one ?? other)',
        replace: 'one ?? other',
      },
    ],
  },
  {
    file: 'lib/rest/idempotency.interceptor.ts',
    tests: [restApiTokens],
    mutants: [
      {
        mistake: 'stores the secret of a token, to repeat the answer',
        find: 'describedRouteOf(context.getHandler())?.operation.answersSecret',
        replace: 'false',
      },
    ],
  },
  {
    file: 'lib/rest/route.decorator.ts',
    tests: [restApiTokens],
    mutants: [
      {
        mistake: 'lets caches keep the secret of a token',
        find: `operation.answersSecret ? [Header('Cache-Control', 'no-store')] : []`,
        replace: '[]',
      },
    ],
  },
];
