import type { Rule } from '@angular-devkit/schematics';
import { classSchematic } from '../writing/class.artefact';
import type { ClassOptions } from '../writing/place.options';
import { IDENTITY_STRATEGY } from './identity-strategy.text';

/** `identity-strategy`: decides which requests start the same task. */
export function identityStrategy(options: ClassOptions): Rule {
  return classSchematic(IDENTITY_STRATEGY, options);
}
