import type { HostProject } from '../host/host.project';
import type { Workflow } from './workflow';

/** Names of the files of a workflow, except those of its handlers, without extension. */
export interface Files {
  readonly module: string;
  /** The definition in TypeScript, or the types for the template in YAML. */
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

/** The ending of import paths. */
export function ending({ isEsm }: HostProject): string {
  return isEsm ? '.js' : '';
}
