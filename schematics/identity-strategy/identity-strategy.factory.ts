import type { Rule } from '@angular-devkit/schematics';
import { classSchematic } from '../writing/class.artefact';
import type { ClassOptions } from '../writing/place.options';
import { IDENTITY_STRATEGY } from './identity-strategy.text';

/** `identity-strategy`: decides which requests to start a task are the same one. */
export function identityStrategy(options: ClassOptions): Rule {
  return classSchematic(IDENTITY_STRATEGY, options);
}
