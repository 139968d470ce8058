import { readFileSync } from 'node:fs';

// Opened before anything else: nothing but Node.js may be imported here.

/** Node.js opens the modules of a command at once, up to 65 of them; those of an API or a worker are more than twice as many. */
export const leastOpenFiles = { ofCommand: 96, ofService: 256 } as const;

/** How many files and connections this process may have open; Node.js has raised that to what is allowed. Infinity where the system does not tell. */
export function openFilesLimit(limits = '/proc/self/limits'): number {
  let text: string;
  try {
    text = readFileSync(limits, 'utf8');
  } catch {
    // Only Linux tells; elsewhere what does not suffice is named when it happens.
    return Infinity;
  }
  const soft = /^Max open files\s+(\S+)/m.exec(text)?.[1];
  return soft === undefined || soft === 'unlimited' ? Infinity : Number(soft);
}

/** Of a worker: each slot has pipes to its executor. */
export function workerOpenFiles(concurrency: number): number {
  return leastOpenFiles.ofService + 4 * concurrency;
}

/** Why the limit does not do for `what`, in a sentence; undefined when it does. */
export function tooFewOpenFiles(what: string, needed: number, limit = openFilesLimit()): string | undefined {
  if (limit >= needed) return undefined;
  return `${what} needs to have ${needed} files and connections open at once, and ${limit} are allowed here. Raise that: \`ulimit -n 1024\` in a shell, LimitNOFILE= in a unit of systemd, --ulimit nofile= for a container.`;
}
