/** For `node --import`: a worker of Jest would finish its test file after the Jest that it works for has been killed. */
import { endWithParent } from '../../scripts/parents.mjs';

endWithParent();
