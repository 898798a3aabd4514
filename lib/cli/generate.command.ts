import { Command, Option } from 'commander';
import { writeLines, type AddCommand } from './command.io.js';
import { describeSchematics, type SchematicDescription, type SchematicOption } from './schematic.collection.js';
import { runSchematic } from './schematic.runner.js';

type Given = Readonly<Record<string, unknown>>;

/** `tasker generate`: a command for each schematic, with all its options and an exit code that reports failure. */
export const addGenerateCommand: AddCommand = (program, io) => {
  program
    .command('generate')
    .alias('g')
    .description('Generate handlers, authenticators, subscribers and more, like `nest g -c nestjs-tasker`.')
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (given: readonly string[]) => {
      const generate = new Command('tasker generate').copyInheritedSettings(program);
      // Described only now, because no other command needs to read them.
      for (const schematic of describeSchematics()) {
        const command = commandFor(schematic, (lines) => writeLines(io.stdout, ...lines));
        generate.addCommand(command.copyInheritedSettings(program));
      }
      await generate.parseAsync([...given], { from: 'user' });
    });
};

function commandFor(schematic: SchematicDescription, print: (lines: readonly string[]) => void): Command {
  const command = new Command(schematic.name).aliases([...schematic.aliases]).description(schematic.description);
  const positional = Object.entries(schematic.options).filter(([, { $default }]) => $default?.$source === 'argv');
  for (const [name, { description, default: preset }] of positional) {
    command.argument(preset === undefined ? `<${name}>` : `[${name}]`, description);
  }
  for (const [name, option] of Object.entries(schematic.options)) {
    if (option.$default === undefined) command.addOption(optionFor(name, option));
  }
  command.option('--dry-run', 'list what would be written, but write nothing');
  return command.action(async () => {
    const { dryRun = false, ...named } = command.opts<Given & { readonly dryRun?: boolean }>();
    const placed = Object.fromEntries(positional.map(([name], index) => [name, command.args[index]]));
    print(await runSchematic({ schematic: schematic.name, options: { ...named, ...placed }, dryRun }));
  });
}

/** The schema has the defaults, so options that were not given are not sent. */
function optionFor(name: string, { type, description, enum: choices, default: preset }: SchematicOption): Option {
  const flag = kebab(name);
  if (type === 'boolean' && preset === true) return new Option(`--no-${flag}`, negated(description));
  if (type === 'boolean') return new Option(`--${flag}`, description);
  const text = preset === undefined ? description : `${description} Default: ${String(preset)}.`;
  if (type === 'array') return new Option(`--${flag} <a,b,…>`, text).argParser(listed);
  const option = new Option(`--${flag} <value>`, text);
  return choices === undefined ? option : option.choices(choices);
}

function listed(given: string): readonly string[] {
  return given.split(/[\s,]+/).filter((part) => part !== '');
}

/** `Write a test.` describes what happens unless the option is given. */
function negated(description: string): string {
  return `Do not ${description.charAt(0).toLowerCase()}${description.slice(1)}`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
