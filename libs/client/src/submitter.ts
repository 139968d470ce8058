import { RondelError, submitterFrom } from '@rondel/contracts';

interface NodeGlobal {
  readonly process?: { readonly env: Readonly<Record<string, string | undefined>> };
}

/** What a process calls itself: `RONDEL_SUBMITTER`, else the account it runs under; nothing in a browser. */
export function ownSubmitter({ process }: NodeGlobal = globalThis as NodeGlobal): string | undefined {
  const { RONDEL_SUBMITTER: given, USER, LOGNAME, USERNAME } = process?.env ?? {};
  if (given !== undefined && given !== '') return checkedSubmitter(given);
  return submitterFrom(USER ?? LOGNAME ?? USERNAME ?? '');
}

/** Throws `INVALID_REQUEST` for a name that the server would refuse. */
export function checkedSubmitter(name: string): string {
  if (submitterFrom(name) === name) return name;
  throw new RondelError(
    'INVALID_REQUEST',
    `The submitter "${name.slice(0, 100)}" must be 1 to 64 letters, digits and _ . @ : % + -, and begin with a letter, digit, _ or :.`,
  );
}
