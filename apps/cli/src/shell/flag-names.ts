/** Fields of a submission whose options are called otherwise. */
const flags: Readonly<Record<string, string>> = {
  timeoutSeconds: '--timeout',
  labels: '--label',
  parameters: '--set',
  dataNames: 'the names of the data',
};

const sameName = ['title', 'pool', 'worker', 'engine', 'split', 'lane', 'priority', 'attempts', 'strict', 'vary'];

/**
 * A sentence of the server with the options of the command line where it names fields of a request: `Allow more with
 * timeoutSeconds` becomes `Allow more with --timeout`.
 */
export function inFlags(sentence: string): string {
  return sentence
    .replace(
      /\bbody\.([A-Za-z]+)/g,
      (whole, name: string) => flags[name] ?? (sameName.includes(name) ? `--${name}` : whole),
    )
    .replace(/\btimeoutSeconds\b/g, '--timeout');
}
