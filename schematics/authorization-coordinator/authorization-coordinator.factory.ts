import type { Rule } from '@angular-devkit/schematics';
import { classSchematic } from '../writing/class.artefact';
import type { ClassOptions } from '../writing/place.options';
import { COORDINATOR } from './authorization-coordinator.text';

/** `authorization-coordinator`: decides what a user may do. */
export function authorizationCoordinator(options: ClassOptions): Rule {
  return classSchematic(COORDINATOR, options);
}
