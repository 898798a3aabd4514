import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';

export type StepHandlerKind = 'plain' | 'transactional' | 'http';

/** How templates refer to the handler: `ecommerce.reserve_stock`. A template may say `reserve_stock_handler`, too. */
function handlerName({ given: { namespace, snake } }: ClassNames): string {
  return namespace === null ? snake : `${namespace.snake}.${snake}`;
}

export function stepHandlerArtefact(kind: StepHandlerKind): ClassArtefact {
  const { code, test } = KINDS[kind];
  return {
    what: 'step handler',
    role: 'handler',
    suffix: 'Handler',
    code,
    test,
    nextSteps: (names) => [
      `To run it, write "handler: ${handlerName(names)}" in a template.`,
      `The return value of process() is stored as the step's results and passed to the steps that depend on it.`,
    ],
  };
}

const KINDS: Readonly<Record<StepHandlerKind, Pick<ClassArtefact, 'code' | 'test'>>> = {
  plain: { code: plainCode, test: plainTest },
  transactional: { code: transactionalCode, test: transactionalTest },
  http: { code: httpCode, test: httpTest },
};

function plainCode(names: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import { StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';

@Injectable()
@StepHandler('${handlerName(names)}')
export class ${names.className} implements StepHandlerContract {
  process({ task, attempt }: StepContext) {
    return { task: task.id, attempt };
  }
}
`;
}

function plainTest(names: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'describe', 'expect', 'it')}import { stepContext } from 'nestjs-tasker/testing';
import { ${names.className} } from '${names.importedAs}';

describe('${names.className}', () => {
  it('answers what its step results in', () => {
    const results = new ${names.className}().process(stepContext({ attempt: 2 }));

    expect(results).toEqual({ task: '1', attempt: 2 });
  });
});
`;
}

function transactionalCode(names: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import { StepHandler, type StepContext, type StepHandlerContract } from 'nestjs-tasker';

/** Its work through \`manager\` happens exactly once, in the transaction that also records the step's outcome. */
@Injectable()
@StepHandler('${handlerName(names)}', { transactional: true })
export class ${names.className} implements StepHandlerContract {
  async process({ task, manager }: StepContext) {
    const rows: { answer: string }[] = await manager.query('select $1::text as answer', [task.id]);
    return { answer: rows[0]?.answer ?? null };
  }
}
`;
}

function transactionalTest(names: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'describe', 'expect', 'it')}import { stepContext } from 'nestjs-tasker/testing';
import { ${names.className} } from '${names.importedAs}';

describe('${names.className}', () => {
  it('works through the transaction of its step', async () => {
    const query = (_statement: string, [answer]: string[]) => Promise.resolve([{ answer }]);
    const context = stepContext({ manager: { query } });

    expect(await new ${names.className}().process(context)).toEqual({ answer: '1' });
  });
});
`;
}

function httpCode(names: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import { HttpStepHandler, StepHandler, type HttpRequest, type HttpResponse, type StepContext } from 'nestjs-tasker';

/** The template gives the address of the service: \`handler_config: { url: https://… }\`. */
@Injectable()
@StepHandler('${handlerName(names)}')
export class ${names.className} extends HttpStepHandler {
  protected request({ task, config }: StepContext): HttpRequest {
    return { method: 'POST', url: config['url'] as string, body: { task: task.id } };
  }

  protected override results({ body }: HttpResponse) {
    return { answer: body };
  }
}
`;
}

function httpTest(names: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stepContext } from 'nestjs-tasker/testing';
import { ${names.className} } from '${names.importedAs}';

describe('${names.className}', () => {
  const service = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ accepted: true }));
  });
  let url: string;

  beforeAll(async () => {
    await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
    url = \`http://127.0.0.1:\${(service.address() as AddressInfo).port}/\`;
  });
  afterAll(() => new Promise((closed) => service.close(closed)));

  it('makes its results of the answer of the service', async () => {
    const handler = new ${names.className}();

    expect(await handler.process(stepContext({ config: { url } }))).toEqual({ answer: { accepted: true } });
    await handler.onApplicationShutdown();
  });
});
`;
}
