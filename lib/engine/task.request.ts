import type { EntityManager } from 'typeorm';
import type { JsonObject } from '../workflow/json.js';
import type { TaskState } from '../workflow/states.js';

/** What to start. */
export interface StartTaskRequest {
  /** @default 'default' */
  readonly namespace?: string;
  readonly name: string;
  /** An exact version, or `latest` for the highest release registered in this process. @default '0.1.0' */
  readonly version?: string;
  /** Checked against the template's context schema, whose defaults are added. @default {} */
  readonly context?: JsonObject;
  /** Who asks, at most 128 characters. @default 'unknown' */
  readonly initiator?: string;
  /** @default 'unknown' */
  readonly sourceSystem?: string;
  /** @default 'unknown' */
  readonly reason?: string;
  /** @default [] */
  readonly tags?: readonly string[];
  /** Overrides the priority of all steps of this task; higher runs first. @default the templates' */
  readonly priority?: number;
}

export interface StartOptions {
  /** The manager of a transaction of the host's: the task exists exactly if that transaction commits. */
  readonly manager?: EntityManager;
}

export interface StartedTask {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly state: TaskState;
}
