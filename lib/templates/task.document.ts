import type { BackoffPolicy } from '../workflow/backoff.js';
import type { HttpDocument } from './http-step.document.js';
import type { CustomEvent, SensitiveData, StartRate } from '../workflow/task-template.js';
import type { JsonObject } from '../workflow/json.js';

/** A template document that satisfies `schemas/task-template.schema.json`, which explains its keys. */
export interface RawTask {
  readonly name: string;
  readonly namespace_name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly default_dependent_system?: string;
  readonly schema?: JsonObject | null;
  readonly defaults?: DefaultsDocument;
  readonly step_templates: readonly RawStep[];
  readonly custom_events?: readonly CustomEventDocument[];
  readonly concurrent?: boolean;
  readonly deadline_seconds?: number;
  readonly sensitive_data?: Partial<SensitiveData>;
}

export interface RawStep {
  readonly name: string;
  readonly handler?: string;
  readonly handler_class?: string;
  readonly http?: HttpDocument;
  readonly description?: string;
  readonly dependent_system?: string;
  readonly depends_on?: string | readonly string[];
  readonly depends_on_step?: string;
  readonly depends_on_steps?: readonly string[];
  readonly retryable?: boolean;
  readonly retry_limit?: number;
  readonly default_retryable?: boolean;
  readonly default_retry_limit?: number;
  readonly skippable?: boolean;
  readonly handler_config?: JsonObject;
  readonly timeout_seconds?: number;
  readonly backoff?: BackoffDocument;
  readonly queue?: string;
  readonly priority?: number;
  readonly transactional?: boolean;
  readonly limits?: LimitsDocument;
  readonly custom_events?: readonly CustomEventDocument[];
}

/** The settings of steps that do not have their own. */
export interface DefaultsDocument {
  readonly retryable?: boolean;
  readonly retry_limit?: number;
  readonly timeout_seconds?: number;
  readonly backoff?: BackoffDocument;
  readonly queue?: string;
  readonly priority?: number;
}

export interface LimitsDocument {
  readonly concurrency?: number;
  readonly rate?: StartRate;
  /** A JSON pointer. */
  readonly key?: string;
}

export type BackoffDocument = 'exponential' | 'none' | BackoffValuesDocument;

export interface BackoffValuesDocument {
  readonly base_seconds?: BackoffPolicy['baseSeconds'];
  readonly factor?: BackoffPolicy['factor'];
  readonly max_seconds?: BackoffPolicy['maxSeconds'];
  readonly jitter?: BackoffPolicy['jitter'];
}

export type CustomEventDocument = Pick<CustomEvent, 'name'> & Partial<CustomEvent>;

/** The defaults of a document. */
export const DOCUMENT_DEFAULTS = {
  namespace: 'default',
  version: '0.1.0',
  dependentSystem: 'unknown',
  queue: 'default',
  priority: 0,
  retryable: true,
} as const;
