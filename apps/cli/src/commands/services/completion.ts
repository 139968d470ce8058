import { Argument, type Command } from 'commander';
import { completionScript, shells, type Shell } from '../../shell/completion-script.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { localRegistry } from '../../plans/local-catalog.js';
import type { RunAction } from '../../shell/shell.js';

const help = `
bash: eval "$(rondel completion bash)"   in ~/.bashrc
zsh:  eval "$(rondel completion zsh)"    in ~/.zshrc, after compinit
fish: rondel completion fish > ~/.config/fish/completions/rondel.fish`;

export function addCompletion(program: Command, run: RunAction): void {
  program
    .command('completion')
    .description('print a script that makes your shell complete commands, options and choices')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .addHelpText('after', help)
    .action((shell: Shell) => run((context) => complete(shell, context)));
}

async function complete(shell: Shell, context: Context): Promise<ExitCode> {
  const { wholeProgram } = await import('../../shell/program.js');
  const { catalog } = await localRegistry(context.environment);
  const plans = catalog.plans.map(({ name }) => name);
  const script = completionScript(await wholeProgram(context), shell, plans);
  context.printJson({ shell, script });
  context.print(script.trimEnd());
  return exitCodes.done;
}
