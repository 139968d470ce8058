import type { Sweep, Warning } from '@rondel/contracts';
import type { Colors, Context } from '../terminal/context.js';
import { plainText } from '../terminal/plain-text.js';

/** What marks a job with warnings where there is no room for them. */
export function warningMark(warnings: readonly Warning[] | undefined, colors: Colors): string {
  return warnings === undefined || warnings.length === 0 ? '' : ` ${colors.yellow('!')}`;
}

/** A line for each warning: its code, what it says, and the property or step that it is about. */
export function warningLines(warnings: readonly Warning[] | undefined, colors: Colors): string[] {
  return (warnings ?? []).map(({ code, message, path, step }) => {
    const about = path ?? step;
    const where = about === undefined || message.includes(about) ? '' : ` (${about})`;
    return `${colors.yellow('warning')} ${colors.dim(code)} ${plainText(message + where)}`;
  });
}

/** Warnings on standard error, also with `--json`: whoever reads only the image shall not miss them. */
export function tellWarnings(warnings: readonly Warning[] | undefined, { stderr, colors }: Context): void {
  for (const line of warningLines(warnings, colors)) stderr.write(`${line}\n`);
}

/** Each warning of a sweep once, with how many of its jobs have it. */
export function tellSweepWarnings({ items, total }: Pick<Sweep, 'items' | 'total'>, context: Context): void {
  const counts = new Map<string, number>();
  for (const { warnings } of items) {
    for (const line of new Set(warningLines(warnings, context.colors))) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  for (const [line, count] of counts) context.stderr.write(`${line} [${count} of ${total} jobs]\n`);
}
