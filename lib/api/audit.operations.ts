import { operation } from './operation.js';

const PERMISSION = 'tasker.audit:index';

export const listAuditEntries = operation(
  'listAuditEntries',
  'GET /audit',
  PERMISSION,
  'A page of the entries of the audit log that match the query, the newest first.',
);
export const listAuditHeads = operation(
  'listAuditHeads',
  'GET /audit/heads',
  PERMISSION,
  'The heads of the chains of the audit log. Kept elsewhere, they prove later that no entry was changed.',
);
export const verifyAuditLog = operation(
  'verifyAuditLog',
  'GET /audit/verification',
  PERMISSION,
  'Verifies the chains of the audit log, which may take minutes. A process carries out one verification at a time.',
);
export const exportAuditLog = operation(
  'exportAuditLog',
  'GET /audit/export',
  PERMISSION,
  'The chains of the audit log, the oldest entry first, for archives and for verification elsewhere.',
);
