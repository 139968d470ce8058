import { resolve } from 'node:path';
import type { Command } from 'commander';

/** Whether and where a process notes who did what. */
export interface AuditOptions {
  /** Folder of the audit log. @default none; of `rondel up` a folder beside its store */
  readonly auditLog?: string | false;
  /** File with the key that its lines are sealed with. @default none */
  readonly auditKey?: string;
  /** Nothing happens that cannot be noted. @default false */
  readonly auditRequired?: boolean;
  /** Each line goes to standard output, too. @default false */
  readonly auditStdout?: boolean;
}

export function addAuditOptions(command: Command): Command {
  return command
    .option('--audit-log <dir>', 'note who did what in files of this folder (RONDEL_AUDIT_LOG)')
    .option(
      '--audit-key <file>',
      'seal the lines of the audit log with the key in this file, or with - on standard input, 32 bytes at least (RONDEL_AUDIT_KEY)',
    );
}

/** Of a service whose standard output is its own. */
export function addAuditStdout(command: Command): Command {
  return command.option(
    '--audit-stdout',
    'write the lines of the audit log to standard output, too (RONDEL_AUDIT_STDOUT=1)',
  );
}

/** Of an API, which can refuse what it cannot note. */
export function addAuditRequired(command: Command): Command {
  return command.option(
    '--audit-required',
    'change nothing and hand out no data while the audit log cannot be written (RONDEL_AUDIT_REQUIRED=1)',
  );
}

/** Options together with the variables of the environment; undefined where nothing is noted. */
export function auditOf(options: AuditOptions, environment: NodeJS.ProcessEnv) {
  const { RONDEL_AUDIT_LOG, RONDEL_AUDIT_KEY, RONDEL_AUDIT_REQUIRED, RONDEL_AUDIT_STDOUT } = environment;
  const folder = options.auditLog ?? (RONDEL_AUDIT_LOG || undefined);
  if (folder === undefined || folder === false) return undefined;
  const keyFile = options.auditKey ?? (RONDEL_AUDIT_KEY || undefined);
  return {
    folder: resolve(folder),
    ...(keyFile !== undefined && { keyFile: keyFile === '-' ? keyFile : resolve(keyFile) }),
    isRequired: options.auditRequired ?? RONDEL_AUDIT_REQUIRED === '1',
    isCopied: options.auditStdout ?? RONDEL_AUDIT_STDOUT === '1',
  };
}

/** What `rondel up` tells its API and its workers: unless told otherwise they note what they do in `folder`. */
export function auditParameters(
  { auditLog, auditKey }: AuditOptions,
  { RONDEL_AUDIT_LOG }: NodeJS.ProcessEnv,
  folder: string,
): string[] {
  if (auditLog === false) return [];
  return [
    ...['--audit-log', auditLog ?? (RONDEL_AUDIT_LOG || folder)],
    ...(auditKey === undefined ? [] : ['--audit-key', auditKey]),
  ];
}
