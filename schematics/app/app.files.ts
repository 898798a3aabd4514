import { posix } from 'node:path';
import type { NewFile } from '../writing/write.files';
import type { AppChoice } from './app.options';
import { acceptanceScript } from './base/acceptance.text';
import { GET_JSON } from './base/api.text';
import { appModule, mainFile, settingsModule } from './base/application.text';
import { configurationFiles } from './base/configuration.text';
import { definitionsFile } from './base/definitions.text';
import { dockerFiles } from './base/docker.text';
import { manifestFile } from './base/manifest.text';
import { observabilityFiles } from './base/observability.text';
import { readmeFile } from './base/readme.text';
import { RESULTS_OF } from './base/results.text';
import { STUB_DATA } from './base/stub-data.text';
import { STUB_ANSWERS, STUB_API } from './base/stub.text';
import { TEST_FILES } from './base/testing.text';

/** All files of the application, with paths from the folder of the command. */
export function appFiles(choice: AppChoice): readonly NewFile[] {
  const { folder, workflows, docker, observability, tests } = choice;
  const files = [
    manifestFile(choice),
    readmeFile(choice),
    ...configurationFiles(choice),
    ...(docker ? dockerFiles(choice) : []),
    ...(observability ? observabilityFiles(choice) : []),
    mainFile(choice),
    appModule(choice),
    settingsModule(choice),
    definitionsFile(choice),
    STUB_API,
    STUB_ANSWERS,
    STUB_DATA,
    ...(workflows.some(({ asksApi }) => asksApi) ? [GET_JSON] : []),
    RESULTS_OF,
    ...workflows.flatMap((workflow) => workflow.files),
    acceptanceScript(choice),
    ...(tests ? [...TEST_FILES, ...workflows.flatMap((workflow) => workflow.tests)] : []),
  ];
  return files.map(({ path, text }) => ({ path: posix.join(folder, path), text }));
}
