import type { Command, Option } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A command as a shell completes it. */
interface CompletedCommand {
  /** Names from the program to the command: `plan show`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Command[];
  readonly options: readonly Option[];
  /** Words that may stand for its first argument. */
  readonly words: readonly string[];
}

/**
 * A script that has a shell complete commands, options and what there is to choose from; files for everything else.
 *
 * @param plans Names of built-in plans, which complete the arguments that are plans.
 */
export function completionScript(program: Command, shell: Shell, plans: readonly string[]): string {
  const commands = commandsOf(program, '', plans);
  if (shell === 'fish') return fishScript(commands);
  const script = bashScript(commands);
  return shell === 'bash' ? script : `autoload -Uz bashcompinit && bashcompinit\n${script}`;
}

function commandsOf(command: Command, path: string, plans: readonly string[]): CompletedCommand[] {
  const own: CompletedCommand = {
    path,
    commands: command.commands,
    options: command.options.filter(({ hidden }) => !hidden),
    words: command.registeredArguments.some((argument) => argument.name() === 'plan') ? plans : [],
  };
  const inner = command.commands.flatMap((child) => commandsOf(child, `${path} ${child.name()}`.trim(), plans));
  return [own, ...inner];
}

function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

/** A word of a script, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = (entries: readonly (readonly [key: string, words: readonly string[]])[]) =>
    entries
      .filter(([, words]) => words.length > 0)
      .map(([key, words]) => `    ${quoted(key)}) echo ${quoted(words.join(' '))} ;;`)
      .join('\n');
  const names = commands.map(({ path, commands: inner }) => [path, inner.map((child) => child.name())] as const);
  const words = commands.map(
    ({ path, options, words: own }) => [path, [...own, ...options.flatMap(flagsOf), '--help']] as const,
  );
  const choices = commands.flatMap(({ path, options }) =>
    options.flatMap((option) =>
      flagsOf(option).map((flag) => [`${path} ${flag}`.trim(), option.argChoices ?? []] as const),
    ),
  );
  return `_rondel_commands() {
  case "$1" in
${cases(names)}
  esac
}
_rondel_words() {
  case "$1" in
${cases(words)}
  esac
}
_rondel_choices() {
  case "$1" in
${cases(choices)}
  esac
}
_rondel() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case " $(_rondel_commands "$path") " in
      *" $word "*) path="\${path:+$path }$word" ;;
    esac
  done
  local found="$(_rondel_choices "\${path:+$path }$before")"
  [ -n "$found" ] || found="$(_rondel_commands "$path") $(_rondel_words "$path")"
  COMPREPLY=($(compgen -W "$found" -- "$current"))
}
complete -o default -F _rondel rondel
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ path, commands: inner, options, words }) => {
    const seen = path
      .split(' ')
      .filter((name) => name !== '')
      .map((name) => `__fish_seen_subcommand_from ${name}`);
    const names = inner.map((child) => child.name());
    const here = names.length === 0 ? seen : [...seen, `not __fish_seen_subcommand_from ${names.join(' ')}`];
    const when = (conditions: readonly string[]) =>
      conditions.length === 0 ? '' : ` -n ${quoted(conditions.join('; and '))}`;
    return [
      ...inner.map(
        (child) => `complete -c rondel${when(here)} -a ${quoted(child.name())} -d ${quoted(child.description())}`,
      ),
      ...words.map((word) => `complete -c rondel${when(seen)} -a ${quoted(word)}`),
      ...options.map((option) => `complete -c rondel${when(seen)}${fishOption(option)}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function fishOption({ short, long, argChoices, required, description }: Option): string {
  return [
    short === undefined ? '' : ` -s ${short.replace(/^-+/, '')}`,
    long === undefined ? '' : ` -l ${long.replace(/^-+/, '')}`,
    required ? ' -r' : '',
    argChoices === undefined ? '' : ` -f -a ${quoted(argChoices.join(' '))}`,
    ` -d ${quoted(description)}`,
  ].join('');
}
