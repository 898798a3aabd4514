import { ending, type Files } from './files';
import type { Workflow } from './workflow';

/** The module that provides all classes of the workflow. */
export function moduleText({ name, steps, hasHooks, host }: Workflow, files: Files): string {
  const classes = [
    ...steps.map(({ className, file }) => ({ className, file })),
    ...(hasHooks ? [{ className: `${name.pascal}Hooks`, file: files.hooks }] : []),
  ];
  const imports = classes.map(({ className, file }) => `import { ${className} } from './${file}${ending(host)}';\n`);
  return `import { Module } from '@nestjs/common';
${imports.join('')}
@Module({
  providers: [${classes.map(({ className }) => className).join(', ')}],
})
export class ${name.pascal}Module {}
`;
}
