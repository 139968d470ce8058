import { RondelError, submitterFrom } from '@rondel/contracts';

interface NodeGlobal {
  readonly process?: {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Node.js' own modules, without an import that a browser would follow. */
    readonly getBuiltinModule?: (name: 'os') => { userInfo(): { readonly username: string } };
  };
}

/**
 * What a process calls itself: `RONDEL_SUBMITTER`, else the account it runs under, by its environment or, as in services and
 * containers, where that does not say, by the system; nothing in a browser.
 */
export function ownSubmitter({ process }: NodeGlobal = globalThis as NodeGlobal): string | undefined {
  const { RONDEL_SUBMITTER: given, USER, LOGNAME, USERNAME } = process?.env ?? {};
  if (given !== undefined && given !== '') return checkedSubmitter(given);
  const named = [USER, LOGNAME, USERNAME].find((name) => name !== undefined && name !== '');
  return submitterFrom(named ?? accountOf(process) ?? '');
}

function accountOf(process: NodeGlobal['process']): string | undefined {
  try {
    return process?.getBuiltinModule?.('os').userInfo().username;
  } catch {
    // The account has a number and no name.
    return undefined;
  }
}

/** Throws `INVALID_REQUEST` for a name that the server would refuse. */
export function checkedSubmitter(name: string): string {
  if (submitterFrom(name) === name) return name;
  throw new RondelError(
    'INVALID_REQUEST',
    `The submitter "${name.slice(0, 100)}" must be 1 to 64 letters, digits and _ . @ : % + -, and begin with a letter, digit, _ or :.`,
  );
}
