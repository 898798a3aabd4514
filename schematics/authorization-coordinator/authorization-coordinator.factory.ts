import type { Rule } from '@angular-devkit/schematics';
import { classSchematic } from '../writing/class.artefact';
import type { ClassOptions } from '../writing/place.options';
import { COORDINATOR } from './coordinator.text';
import { ROLES } from './roles.text';

export interface CoordinatorOptions extends ClassOptions {
  readonly type?: 'roles' | 'custom';
}

/** `authorization-coordinator`: decides what a user may do. */
export function authorizationCoordinator({ type = 'roles', ...options }: CoordinatorOptions): Rule {
  return type === 'roles' ? roles(options) : customCoordinator(options);
}

/** The Nest CLI does not pass on options of a schematic, so each type is also a schematic. */
export const roles = (options: ClassOptions): Rule => classSchematic(ROLES, options);
export const customCoordinator = (options: ClassOptions): Rule => classSchematic(COORDINATOR, options);
