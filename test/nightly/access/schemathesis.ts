import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** With this one the run was tried; others of its major version ought to do. */
const version = '4.32.5';
/** Beside the sources: TypeScript does not carry them along. */
const here = join(import.meta.dirname, '../../../nightly/access');

/** The command, or what is missing and how to get it. */
export function findSchemathesis(): { readonly command: string } | { readonly missing: string } {
  const command = process.env.RONDEL_SCHEMATHESIS ?? 'schemathesis';
  const { status, stdout, error } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  const advice = `Install it with \`python3 -m venv DIR && DIR/bin/pip install schemathesis==${version}\` and set RONDEL_SCHEMATHESIS=DIR/bin/schemathesis.`;
  if (error !== undefined || status !== 0) {
    return { missing: `There is no schemathesis (${command}: ${error?.message ?? `exit code ${status}`}). ${advice}` };
  }
  const found = /(\d+)\.\d+\.\d+/.exec(stdout);
  if (found?.[1] === version.split('.')[0]) return { command };
  return { missing: `${command} is ${stdout.trim()}, and the hooks are for version ${version}. ${advice}` };
}

/** What `requests.py` is told. */
export interface Facts {
  readonly role: string;
  readonly angles: readonly number[];
  readonly own: Readonly<Record<string, readonly string[]>>;
  readonly foreign: Readonly<Record<string, readonly string[]>>;
  /** What no answer may have. */
  readonly secret: readonly string[];
}

export interface RunOptions {
  readonly command: string;
  readonly url: string;
  readonly token: string;
  readonly facts: Facts;
  readonly seed: number;
  /** Requests of each operation and phase, about. */
  readonly examples: number;
  readonly phases: string;
  /** Where its files lie. */
  readonly folder: string;
}

export interface RunOutcome {
  readonly passed: boolean;
  /** What schemathesis has written. */
  readonly text: string;
  /** `requests`, `2xx` and so on, and for each operation those that were `done` and others that were `asked`. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One run of schemathesis over all operations of the document, with one token. */
export async function runSchemathesis(options: RunOptions): Promise<RunOutcome> {
  const { command, url, token, facts, seed, examples, phases, folder } = options;
  const [factsFile, countsFile] = [join(folder, 'facts.json'), join(folder, 'counts.json')];
  await writeFile(factsFile, JSON.stringify(facts));
  await writeFile(countsFile, '{}');
  // What a plan or data holds is no matter of a schema: much that fits the document is refused with 422.
  const checks = ['--checks', 'all', '--exclude-checks', 'positive_data_acceptance'];
  const child = spawn(
    command,
    [
      ...['--config-file', join(here, 'schemathesis.toml'), 'run', `${url}/openapi.json`],
      ...['--header', `Authorization: Bearer ${token}`, ...checks, '--no-color'],
      ...['--seed', String(seed), '--max-examples', String(examples), '--phases', phases],
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: join(here, 'requests.py'),
        RONDEL_FACTS: factsFile,
        RONDEL_COUNTS: countsFile,
        PYTHONDONTWRITEBYTECODE: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const counts = JSON.parse(await readFile(countsFile, 'utf8')) as Record<string, number>;
  return { passed: code === 0, text, counts };
}
