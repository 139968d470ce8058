import { spawnSync } from 'node:child_process';
import { expect, it, test } from 'vitest';
import { inFlags } from './flag-names.js';
import { run } from './run.js';
import { capturedTerminal } from '../testing/captured-terminal.js';

async function printed(...parameters: string[]): Promise<string> {
  const terminal = capturedTerminal();
  expect(await run(parameters, terminal), terminal.errors()).toBe(0);
  return terminal.output();
}

/** What bash offers for the last of the words. */
function offered(script: string, ...words: string[]): string[] {
  const setting = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', `${script}\n${setting}; _rondel; printf '%s\n' "\${COMPREPLY[@]}"`],
    {
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

it('D15: bash completes commands, options and what there is to choose from', async () => {
  const script = await printed('completion', 'bash');
  expect(offered(script, 'rondel', 'ca')).toEqual(['cancel']);
  expect(offered(script, 'rondel', 'plan', 'co')).toEqual(['convert']);
  expect(offered(script, 'rondel', 'plan', 'show', 'radon/f')).toEqual(['radon/fbp', 'radon/fdk']);
  expect(offered(script, 'rondel', 'submit', '--lane', '')).toEqual(['interactive', 'normal', 'batch']);
  expect(offered(script, 'rondel', 'retry', '--la')).toEqual(['--label']);
  expect(offered(script, 'rondel', '--json', 'ls', '--state', 'f')).toEqual(['failed']);
});

it('D15: zsh and fish have scripts of their own', async () => {
  expect(await printed('completion', 'zsh')).toMatch(/^autoload -Uz bashcompinit && bashcompinit\n/);
  const fish = await printed('completion', 'fish');
  expect(fish).toContain("complete -c rondel -n 'not __fish_seen_subcommand_from up demo");
  expect(fish).toMatch(/__fish_seen_subcommand_from submit' -l lane -r -f -a 'interactive normal batch'/);
});

it('D15: `plan types` lists the choices of an enumeration and the types that a property takes', async () => {
  const types = await printed('plan', 'types');
  expect(types).toMatch(/average:.*\(one of "robust", "median", "mean"\)/);
  expect(types).toMatch(/filter:.*one of "ramp", "shepp-logan", "cosine", "hamming", "hann"/);
  expect(types).toMatch(/reg.*L2Regularization/);
});

test.each([
  [
    'It did not end within 1 s. Allow more with timeoutSeconds.',
    'It did not end within 1 s. Allow more with --timeout.',
  ],
  ['body.timeoutSeconds must be > 0', '--timeout must be > 0'],
  ['body.labels.scan must be string', '--label.scan must be string'],
  ['body.plan has no field "x"', 'body.plan has no field "x"'],
])('D15: %j is said in the words of the command line', (sentence, said) => {
  expect(inFlags(sentence)).toBe(said);
});
