import type { Logger } from '../logger.js';
import { openTrail, type Trail } from './open-trail.js';
import { readTrailKey } from './trail-key.js';

/** Where a process notes who did what. */
export interface AuditTrail extends Pick<Trail, 'note' | 'problem' | 'settled'> {
  /** Whether nothing happens that cannot be noted. */
  readonly isRequired: boolean;
}

/** How an API or a worker notes who did what. */
export interface AuditOptions {
  /** Folder of the trails of all processes. */
  readonly folder: string;
  /** File with the key that lines are sealed with. @default none */
  readonly keyFile?: string | undefined;
  /** Whether nothing happens that cannot be noted. @default false */
  readonly isRequired?: boolean;
  /** Whether each line goes to standard output, too. @default false */
  readonly isCopied?: boolean;
}

/** Opens the trail of this process, where there is to be one. Throws `INVALID_REQUEST` for a folder or a key that cannot be used. */
export async function openAudit(options: AuditOptions | undefined, program: 'api' | 'worker', logger: Logger) {
  if (options === undefined) return { trail: undefined, close: () => Promise.resolve() };
  const { folder, keyFile, isRequired = false, isCopied = false } = options;
  const trail = await openTrail({
    folder,
    program,
    key: keyFile === undefined ? undefined : await readTrailKey('--audit-key', keyFile),
    durable: isRequired,
    copy: isCopied ? (line) => process.stdout.write(`${line}\n`) : undefined,
    onProblem(problem) {
      const words = isRequired ? 'Nothing is accepted meanwhile.' : 'Lines are held in memory meanwhile.';
      if (problem === undefined) logger.info({ folder }, 'the audit log is written again');
      else
        logger.error(
          { folder },
          `The audit log in ${folder} cannot be written: ${problem}. ${words} Look at its disk.`,
        );
    },
  });
  const audit: AuditTrail = { ...trail, isRequired };
  let closing: Promise<void> | undefined;
  const close = () =>
    (closing ??= trail.close().catch((error: unknown) => {
      logger.error({ err: error, folder }, `The last lines of the audit log are not in ${folder}.`);
    }));
  return { trail: audit, close };
}
