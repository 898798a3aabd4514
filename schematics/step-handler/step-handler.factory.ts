import type { Rule } from '@angular-devkit/schematics';
import { classSchematic } from '../writing/class.artefact';
import type { ClassOptions } from '../writing/place.options';
import { stepHandlerArtefact, type StepHandlerKind } from './step-handler.text';

export interface StepHandlerOptions extends ClassOptions {
  readonly kind?: StepHandlerKind;
}

/** `step-handler`: a class that does the work of one step, with its test. */
export function stepHandler(options: StepHandlerOptions): Rule {
  return classSchematic(stepHandlerArtefact(options.kind ?? 'plain'), options);
}
