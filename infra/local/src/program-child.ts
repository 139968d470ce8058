import { fork, type ChildProcess } from 'node:child_process';
import { RondelError, type Failure } from '@rondel/contracts';
import { exited, exitReason, supervise, type SupervisedProcess } from './supervision.js';

/** e.g. `{ url: 'http://127.0.0.1:7420' }` */
export type ChildFacts = Readonly<Record<string, string>>;

/** What a program that runs under `superviseProgram` tells its parent, once. */
export type ChildReport =
  { readonly kind: 'ready'; readonly facts: ChildFacts } | { readonly kind: 'failed'; readonly failure: Failure };

export interface ProgramChild {
  /** For log lines, e.g. `worker 1`. */
  readonly name: string;
  /** JavaScript file that node runs. */
  readonly script: string;
  readonly parameters: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Time to end after SIGTERM; then it is killed with all that it has started. */
  readonly graceMilliseconds: number;
  readonly say: (line: string) => void;
  readonly onRestart?: (facts: ChildFacts) => void;
  /** File descriptor that receives standard output and error; default those of this process's standard error. */
  readonly log?: number;
}

/** Longest time from start to the report. */
const startMilliseconds = 120_000;

/**
 * Runs a Node.js program of ours as a child that is started again when it dies, and that ends by itself when this
 * process dies: the channel between them closes, however this process ended.
 *
 * Throws the failure that the child reports, or `INTERNAL` when it ends without a report.
 */
export function superviseProgram(program: ProgramChild): Promise<SupervisedProcess<ChildFacts>> {
  const { name, graceMilliseconds, say, onRestart } = program;
  return supervise({
    name,
    graceMilliseconds,
    say,
    ...(onRestart !== undefined && { onRestart }),
    start: () => startProgram(program),
    ready: (child) => reportOf(child, name),
    requestStop: (child) => {
      child.kill('SIGTERM');
    },
  });
}

/** Tells the parent that started this process with `superviseProgram`; without such a parent it does nothing. */
export function reportToParent(report: ChildReport): void {
  if (process.connected) process.send?.(report);
}

/** Calls `action` when the parent that started this process with `superviseProgram` has gone. */
export function onParentGone(action: () => void): void {
  if (process.channel !== undefined) process.once('disconnect', action);
}

function startProgram({ script, parameters, environment, log = 2 }: ProgramChild): ChildProcess {
  return fork(script, parameters, {
    env: environment,
    // Flags meant for this process, such as --inspect, are not the child's.
    execArgv: [],
    detached: true,
    // Standard output belongs to what the command prints itself.
    stdio: ['ignore', log, log, 'ipc'],
  });
}

function reportOf(child: ChildProcess, name: string): Promise<ChildFacts> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new RondelError('INTERNAL', `${name} did not report within ${startMilliseconds / 1000} s.`));
    }, startMilliseconds);
    child.once('message', (message) => {
      clearTimeout(late);
      const report = message as ChildReport;
      if (report.kind === 'ready') resolve(report.facts);
      else reject(RondelError.from(report.failure));
    });
    void exited(child).then(() => {
      clearTimeout(late);
      reject(new RondelError('INTERNAL', `${name} ended while it started (${exitReason(child)}). Its log says why.`));
    });
  });
}
