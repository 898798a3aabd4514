import type { MutantsOfFile } from '../../mutant.js';
import {
  audit,
  auditHeads,
  auditRandomTampering,
  auditRetention,
  auditSealing,
  auditTampering,
  auditedActions,
} from '../../specs.js';

/** The chains of the audit log. */
export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/audit/chain.walk.ts',
    tests: [auditTampering, auditRandomTampering, auditRetention],
    mutants: [
      {
        mistake: 'does not notice that an entry has another hash than the next one names',
        find: 'if (isNext && previousHash !== this.hash)',
        replace: 'if (isNext && false)',
      },
      {
        mistake: 'blames the entry that is as it was sealed',
        find: 'hashBefore === null ? entry.seq : seq);',
        replace: 'entry.seq);',
      },
      {
        mistake: 'does not check details',
        find: 'const isSealed = areDetailsSealed(entry) && ',
        replace: 'const isSealed = ',
      },
      {
        mistake: 'takes details for erased if their salt is gone',
        find: 'return details === null || ',
        replace: 'return details === null || salt === null || ',
        equivalent: 'a constraint of the table removes both or none',
      },
      {
        mistake: 'does not notice that entries at the end are missing',
        find: 'if (noted > place) found.add(',
        replace: 'if (noted < 0n) found.add(',
      },
      {
        mistake: 'does not notice entries after the head',
        find: 'if (noted < place) found.add(',
        replace: 'if (noted < 0n) found.add(',
      },
      {
        mistake: 'does not compare the hash of the last entry with that of the head',
        find: 'if (noted === place && head.hash !== this.hash)',
        replace: 'if (noted < 0n)',
      },
      {
        mistake: 'forgets published heads after the end',
        find: 'if (latest > end) found.add(',
        replace: 'if (latest < 0n) found.add(',
      },
      {
        mistake: 'keeps one of several published heads of the same entry',
        find: 'this.published.set(seq, [...(this.published.get(seq) ?? []), hash])',
        replace: 'this.published.set(seq, [hash])',
      },
      {
        mistake: 'does not compare published heads with entries',
        find: '?.some((hash) => hash !== this.hash)',
        replace: '?.some(() => false)',
      },
      {
        mistake: 'believes any entry that names the operation',
        find: 'if (operation === AUDIT_REMOVAL) this.noteRemoved(',
        replace: 'this.noteRemoved(',
      },
      {
        mistake: 'believes changed entries about removals',
        find: '    else this.noteRemoval(entry);',
        replace: '    this.noteRemoval(entry);',
      },
      {
        mistake: 'takes entries among those that were removed',
        find: '    if (place <= this.place) {',
        replace: '    if (place <= 0n) {',
      },
      {
        mistake: 'passes a range that does not follow',
        find: 'if (before !== this.hash || count < 1) return false;',
        replace: 'if (count < 1) return false;',
      },
      {
        mistake: 'forgets removals in a range that it passes',
        find: 'for (const details of removals) this.noteRemoved(details);',
        replace: '',
      },
      {
        mistake: 'passes published heads without comparing them',
        find: 'some((seq) => BigInt(seq) > BigInt(after) && BigInt(seq) <= BigInt(through))',
        replace: 'some(() => false)',
        tests: [auditHeads],
      },
    ],
  },
  {
    file: 'lib/persistence/audit.gateway.ts',
    tests: [auditTampering, auditRandomTampering, auditRetention],
    mutants: [
      {
        mistake: 'does not count the entries of a range',
        find: 'select count(*) = $4::bigint - $3::bigint and bool_and(',
        replace: 'select bool_and(',
      },
      {
        mistake: 'does not check that the entries of a range follow each other',
        find: 'link.link is null or link.link = link.previous_hash',
        replace: 'true',
      },
      {
        mistake: 'does not check the details in a range',
        find: 'and (e.details is null or e.details_hash = ',
        replace: 'and (true or e.details_hash = ',
      },
    ],
  },
  {
    file: 'lib/audit/audit.verifier.ts',
    tests: [auditTampering, auditRetention, auditHeads],
    mutants: [
      {
        mistake: 'accepts a removed beginning about which no entry says so',
        find: '    walk.requireRemoval(chain.removed);\n',
        replace: '',
      },
      {
        mistake: 'does not know that entries are removed meanwhile',
        find: 'if (chain.removed.seq !== removed.seq && walk.skip(chain.removed)) {',
        replace: 'if (chain.removed.seq === "x" && removed.seq === "x") {',
      },
      {
        mistake: 'forgets chains that were removed',
        find: 'for (const [namespace, own] of publishedIn) {',
        replace: 'for (const [namespace, own] of new Map<string, AuditHead[]>()) {',
      },
    ],
  },
  {
    file: 'lib/audit/published.head.ts',
    tests: [auditHeads],
    mutants: [
      {
        mistake: 'does not check signatures',
        find: "publicKey === null || ('signature' in head && isSignedBy(head, publicKey))",
        replace: "publicKey === null || 'signature' in head",
      },
      {
        mistake: 'signs without the place',
        find: 'PURPOSE + JSON.stringify({ time, namespace, seq, hash })',
        replace: 'PURPOSE + JSON.stringify({ time, namespace, seq: String(seq).slice(0, 0), hash })',
      },
    ],
  },
  {
    file: 'lib/persistence/audit.gateway.ts',
    tests: [auditTampering, auditSealing, auditHeads],
    mutants: [
      {
        mistake: 'leaves a field out of the hash',
        find: 'e.correlation_id, e.subject_kind, e.subject_id, e.task_id::text, e.outcome, e.code\n)::text',
        replace: 'e.correlation_id, e.subject_kind, e.subject_id, e.task_id::text, e.outcome\n)::text',
      },
      {
        mistake: 'uses functions that hide those of PostgreSQL',
        find: "await ask('set local search_path to pg_catalog, pg_temp', []);",
        replace: '',
      },
      {
        mistake: 'waits for a process that seals the chain',
        find: 'where c.namespace = $1 for update skip locked',
        replace: 'where c.namespace = $1 for update',
      },
      {
        mistake: 'does not know chains that are not noted',
        find: "union (${namespacesIn('audit_log')})",
        replace: '',
      },
      {
        mistake: 'publishes heads that are not due',
        find: 'c.seq > c.published_seq and c.publish_at <= now()',
        replace: 'c.seq > c.published_seq',
      },
      {
        mistake: 'publishes heads that have not changed',
        find: 'c.seq > c.published_seq and c.publish_at <= now()',
        replace: 'c.publish_at <= now()',
      },
    ],
  },
  {
    file: 'sql/functions/remove_audit_entries.sql',
    tests: [auditRetention],
    mutants: [
      {
        mistake: 'removes entries before one that is not old enough',
        find: '  where old.seq < coalesce((',
        replace: '  where true or old.seq < coalesce((',
      },
      {
        mistake: 'lets entries about removals follow each other for ever',
        find: "e.operation <> 'removeAuditEntries'",
        replace: 'true',
      },
      {
        mistake: 'does not move the beginning of the chain on',
        find: 'set removed_seq = v_last.seq, removed_hash = v_last.hash',
        replace: 'set removed_seq = v_last.seq',
      },
    ],
  },
  {
    file: 'sql/functions/note_audit_entry.sql',
    tests: [auditSealing, auditedActions, audit],
    mutants: [
      {
        mistake: 'believes in namespaces that do not exist',
        find: "(select ns.name from __schema__.task_namespaces ns where ns.name = p_entry ->> 'namespace')",
        replace: "p_entry ->> 'namespace'",
      },
      {
        mistake: 'forgets when a denied request was made',
        find: "coalesce((p_entry ->> 'at')::timestamptz, clock_timestamp())",
        replace: 'clock_timestamp()',
        tests: [auditRetention],
      },
    ],
  },
  {
    file: 'sql/functions/audited.sql',
    tests: [auditedActions, audit],
    mutants: [
      {
        mistake: 'stores entries about objects that do not exist',
        find: "v_kind like 'unknown%'",
        replace: 'false',
      },
      {
        mistake: 'takes what was already as requested for done',
        find: "when v_answer -> 'changed' = 'false' then 'unchanged'",
        replace: "when false then 'unchanged'",
      },
      {
        mistake: 'takes what was refused for done',
        find: "when v_kind is not null or v_fault is not null then 'refused'",
        replace: "when false then 'refused'",
      },
      {
        mistake: 'does not return the answer of the operation',
        find: '  return p_answer;\nend $$;',
        replace: '  return null;\nend $$;',
      },
    ],
  },
];
