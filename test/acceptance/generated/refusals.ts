import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratedApplication } from './application.js';

/** Something that a schematic has to refuse: with a sentence, and with nothing changed. */
export interface Refusal {
  readonly name: string;
  readonly line: string;
  readonly says: RegExp;
  /** Brings the application, whose folder it is given, to where the schematic refuses. @default nothing */
  readonly prepare?: (folder: string) => void;
  /** Where the command is run, from the folder of the application. @default '.' */
  readonly from?: string;
}

export const REFUSALS: readonly Refusal[] = [
  { name: 'a name with which no class can begin', line: 'step-handler 2fa', says: /"2fa" cannot name a step handler/ },
  {
    name: 'a name that would leave the folder',
    line: 'step-handler ../outside',
    says: /"\.\." in "\.\.\/outside" cannot name a folder/,
  },
  {
    name: 'a file that was changed',
    line: 'step-handler orders/ecommerce.reserve_stock',
    prepare: (folder) =>
      appendFileSync(join(folder, 'src/orders/reserve-stock/reserve-stock.handler.ts'), '\n// ours\n'),
    says: /would replace what you have in .*reserve-stock\.handler\.ts/,
  },
  {
    name: 'a folder without an application',
    line: 'step-handler late',
    from: 'elsewhere',
    prepare: (folder) => mkdirSync(join(folder, 'elsewhere')),
    says: /not the folder of a Nest application/,
  },
  {
    name: 'syntax errors in the module',
    line: 'step-handler late',
    prepare: (folder) => appendFileSync(join(folder, 'src/app.module.ts'), '\nexport class {\n'),
    says: /Nothing was written, because .*app\.module\.ts /,
  },
];

/** @throws unless it is refused by both ways, and nothing changed */
export async function expectRefusal(application: GeneratedApplication, refusal: Refusal): Promise<void> {
  refusal.prepare?.(application.folder);
  await application.commit();
  try {
    for (const command of ['nest g -c nestjs-tasker', 'nestjs-tasker generate']) {
      // Elsewhere without npx, which goes to the application first when that is in a monorepo.
      const exec = refusal.from === undefined ? `${application.kind.exec} ` : '';
      const line = `${exec}${command} ${refusal.line}`;
      const { code, output } = await application.attempt(line, refusal.from);
      const changed = await application.changes();
      if (changed.length > 0) throw new Error(`${line} changed ${changed.join(', ')}`);
      // Lines are broken on their way through the Nest CLI.
      if (!refusal.says.test(output.replaceAll(/\s+/g, ' '))) throw new Error(`${line} says:\n${output}`);
      if (/^\s+at .*:\d+:\d+\)?$/m.test(output)) throw new Error(`${line} prints a stack:\n${output}`);
      // The Nest CLI exits with 0 whatever happened.
      if (code === 0 && !command.startsWith('nest ')) throw new Error(`${line} exits with 0:\n${output}`);
    }
  } finally {
    await application.forget();
  }
}
