import { SweepSubmissionSchema } from '@rondel/contracts';

/** Fields of a submission whose options are called otherwise. */
const flags: Readonly<Record<string, string>> = {
  timeoutSeconds: '--timeout',
  labels: '--label',
  parameters: '--set',
  dataNames: 'the names of the data',
  combine: '--zip',
  submitter: 'RONDEL_SUBMITTER',
};

/**
 * A sentence of the server with the options of the command line where it names fields of a request: `Allow more with
 * timeoutSeconds` becomes `Allow more with --timeout`.
 */
export function inFlags(sentence: string): string {
  return sentence
    .replace(/\bbody\.([A-Za-z]+)/g, (whole, name: string) => flags[name] ?? ownName(name) ?? whole)
    .replace(/\btimeoutSeconds\b/g, '--timeout')
    .replace(/\boutput\.(slice|frame)\b/g, '--$1');
}

/** Fields that are arguments, and no options. */
const args = ['plan', 'data'];

function ownName(name: string): string | undefined {
  if (!Object.hasOwn(SweepSubmissionSchema.properties, name) || args.includes(name)) return undefined;
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
