import type { TestRunner } from '../host/host.project';
import { propertyAccess, propertyName, quoted } from '../writing/quoted';
import { testImports } from '../writing/test.text';
import { ending, type Files } from './files';
import type { Workflow, WorkflowStep } from './workflow';

/** The class that does the work of a step. */
export function handlerText(workflow: Workflow, step: WorkflowStep, files: Files): string {
  return workflow.style === 'yaml' ? plainHandler(workflow, step, files) : tiedHandler(workflow, step, files);
}

function tiedHandler({ name, host }: Workflow, step: WorkflowStep, files: Files): string {
  return `import { Injectable } from '@nestjs/common';
import { StepHandler, type StepContextOf } from 'nestjs-tasker';
import { ${name.camel} } from './${files.types}${ending(host)}';

@Injectable()
@StepHandler(${name.camel}, ${quoted(step.name)})
export class ${step.className} {
  process({ ${given(step)} }: StepContextOf<typeof ${name.camel}, ${quoted(step.name)}>) {
    ${work(step)}
  }
}
`;
}

function plainHandler({ name, host }: Workflow, step: WorkflowStep, files: Files): string {
  const context = `${name.pascal}Context`;
  const results = `${name.pascal}Results`;
  const types = step.parent === null ? [context] : [context, results];
  const parents = step.parent === null ? '' : `\ntype Parents = Pick<${results}, ${quoted(step.parent)}>;\n`;
  const of = step.parent === null ? context : `${context}, Parents`;
  return `import { Injectable } from '@nestjs/common';
import { StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';
import type { ${types.join(', ')} } from './${files.types}${ending(host)}';
${parents}
@Injectable()
@StepHandler(${quoted(step.handler)})
export class ${step.className} implements StepHandlerContract<${of}> {
  process({ ${given(step)} }: StepContext<${of}>) {
    ${work(step)}
  }
}
`;
}

function given({ parent }: WorkflowStep): string {
  return parent === null ? 'task' : 'results';
}

function work({ parent }: WorkflowStep): string {
  const from = parent === null ? 'task.context' : `results${propertyAccess(parent)}`;
  return `return { inputId: ${from}.inputId };`;
}

/** A test that calls the handler without the engine or a database. */
export function handlerTest({ host }: Workflow, step: WorkflowStep, runner: TestRunner): string {
  const results = step.parent === null ? '' : `, results: { ${propertyName(step.parent)}: { inputId: 17 } }`;
  return `${testImports(runner, 'describe', 'expect', 'it')}import { stepContext } from 'nestjs-tasker/testing';
import { ${step.className} } from './${step.file}${ending(host)}';

describe('${step.className}', () => {
  it('returns what the steps after it need', () => {
    const context = stepContext({ context: { inputId: 17 }${results} });

    expect(new ${step.className}().process(context)).toEqual({ inputId: 17 });
  });
});
`;
}
