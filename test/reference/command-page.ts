import type { wholeProgram } from '@rondel/cli';
import { code, pageOf, sentence, tableOf } from './markdown.js';

type Command = Awaited<ReturnType<typeof wholeProgram>>;

/** Every command with its arguments and options, in the order of the help. */
export function commandPage(program: Command): string {
  const leaves = leavesOf(program);
  const list = leaves.map(({ name, command }) => [
    `[${code(name)}](#${anchorOf(name)})`,
    sentence(command.description()),
  ]);
  return pageOf(
    'Command line',
    'What every command takes:',
    optionTable(program),
    '`rondel COMMAND --help` prints the same. Exit codes are in [errors and warnings](errors-and-warnings.md#exit-codes).',
    tableOf(['command', 'does'], list),
    ...leaves.map(({ name, command }) => commandPart(name, command)),
  );
}

interface Leaf {
  readonly name: string;
  readonly command: Command;
}

/** Commands that do something by themselves; the others only hold them together. */
function leavesOf(command: Command, before = ''): Leaf[] {
  const name = `${before}${command.name()}`;
  const inner = command.commands
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => leavesOf(child, `${name} `));
  const acts = '_actionHandler' in command && command._actionHandler !== null;
  return acts || inner.length === 0 ? [{ name, command }, ...inner] : inner;
}

function commandPart(name: string, command: Command): string {
  const help = command.createHelp();
  const rows = help
    .visibleArguments(command)
    .map((argument) => [code(help.argumentTerm(argument)), sentence(help.argumentDescription(argument))]);
  const usage = `${name} ${command.usage()}`.replace(' [command]', '');
  return [
    `## ${name}`,
    sentence(command.description()),
    `\`\`\`\n${usage}\n\`\`\``,
    tableOf(['argument', 'meaning'], rows),
    optionTable(command),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function optionTable(command: Command): string {
  const help = command.createHelp();
  const rows = help
    .visibleOptions(command)
    .filter((option) => option.long !== '--help')
    .map((option) => [
      code(help.optionTerm(option)),
      sentence(help.optionDescription(option).replace(' (default: [])', '')),
    ]);
  return tableOf(['option', 'meaning'], rows);
}

function anchorOf(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
