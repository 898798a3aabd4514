import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { hostProject, type Place } from '../host/host.project';
import { OWN_PACKAGE } from '../host/own.package';
import { nameOf, requireSchemaName } from '../writing/names';
import { writeFiles } from '../writing/write.files';
import { migrationText } from './migration.text';

export interface MigrationOptions extends Place {
  readonly name?: string;
  readonly schema?: string;
  readonly path?: string;
}

/** `migration`: a TypeORM migration that applies those of nestjs-tasker, for applications that run their migrations themselves. */
export function migration({ name: text = 'tasker', schema = 'tasker', path, ...place }: MigrationOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    requireSchemaName(schema);
    const host = hostProject(tree, place);
    const folder = posix.join(host.sourceRoot, path ?? 'migrations');
    const name = nameOf(text, 'migration');
    const { version } = OWN_PACKAGE;
    const ending = `-${name.kebab}-${version.replace(/\W/g, '-')}.ts`;

    const present = tree.getDir(folder).subfiles.find((file) => file.endsWith(ending));
    if (present !== undefined) {
      context.logger.info(`${posix.join(folder, present)} already exists for this version of nestjs-tasker.`);
      return;
    }
    const timestamp = Date.now();
    const className = `${name.pascal}_${version.replace(/\W/g, '_')}_${timestamp}`;
    const file = posix.join(folder, `${timestamp}${ending}`);
    await writeFiles(tree, context, [{ path: file, text: migrationText({ className, version, schema }) }]);
    context.logger.info(
      `Let your data source find it: add the folder that ${folder} is compiled to to migrations: [...].`,
    );
    context.logger.info("Leave the option migrations of TaskerModule at 'verify', its default: the start then checks.");
    context.logger.info('Generate another one after each update of nestjs-tasker.');
  };
}
