import { objectTypeOf } from '../object.type.js';

objectTypeOf('BackoffPolicy', 'BackoffPolicy', { floats: ['baseSeconds', 'factor', 'maxSeconds', 'jitter'] });
objectTypeOf('StartRate', 'StartRate', { floats: ['seconds'] });
objectTypeOf('StepLimits', 'StepLimits');
objectTypeOf('CustomEvent', 'CustomEvent');
objectTypeOf('StepTemplate', 'StepTemplate', { floats: ['timeoutSeconds'] });
