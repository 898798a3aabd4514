import type { HostProject } from '../host/host.project';
import type { Workflow } from './workflow';

/** Names of the files of a workflow besides those of its handlers, without an ending. */
export interface Files {
  readonly module: string;
  /** Of the definition in TypeScript, or of the types for the template in YAML. */
  readonly types: string;
  readonly hooks: string;
  readonly workflowTest: string;
}

export function filesOf({ name, style }: Workflow): Files {
  return {
    module: `${name.kebab}.module`,
    types: style === 'typescript' ? `${name.kebab}.task` : `${name.kebab}.types`,
    hooks: `${name.kebab}.hooks`,
    workflowTest: `${name.kebab}.workflow`,
  };
}

/** What import paths end in. */
export function ending({ isEsm }: HostProject): string {
  return isEsm ? '.js' : '';
}
