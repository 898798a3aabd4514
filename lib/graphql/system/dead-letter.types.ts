import { objectTypeOf } from '../object.type.js';

objectTypeOf('FailedStep', 'FailedStep');

export const DeadLetterType = objectTypeOf('DeadLetter', 'DeadLetter');
