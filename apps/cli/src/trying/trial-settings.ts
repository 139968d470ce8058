import { RondelError } from '@rondel/contracts';
import type { TrialLine } from './trial-line.js';

/** What is tried. */
export interface TrialSettings {
  readonly slice: number | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The settings that a line asks for. A path that is given what its bare name is set to takes the place of that, which was meant for
 * it alone. Throws `INVALID_REQUEST` for a name to unset that is not set.
 */
export function changedSettings(
  { slice, values }: TrialSettings,
  line: Extract<TrialLine, { kind: 'set' | 'unset' | 'slice' | 'again' }>,
): TrialSettings {
  switch (line.kind) {
    case 'slice':
      return { slice: line.slice, values };
    case 'again':
      return { slice, values };
    case 'set':
      return {
        slice,
        values: { ...without(values, (name) => isNarrowed(name, values[name], line.values)), ...line.values },
      };
    case 'unset':
      requireSet(line.names, values);
      return { slice, values: without(values, (name) => line.names.includes(name)) };
  }
}

function without(values: TrialSettings['values'], isLeftOut: (name: string) => boolean): TrialSettings['values'] {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isLeftOut(name)));
}

function isNarrowed(name: string, value: unknown, set: TrialSettings['values']): boolean {
  const isSame = (other: unknown) => JSON.stringify(other) === JSON.stringify(value);
  return Object.entries(set).some(([path, other]) => path.endsWith(`.${name}`) && isSame(other));
}

function requireSet(names: readonly string[], values: TrialSettings['values']): void {
  const absent = names.find((name) => !Object.hasOwn(values, name));
  if (absent === undefined) return;
  const set = Object.keys(values);
  const known = set.length === 0 ? 'Nothing is set.' : `Set are ${set.join(', ')}.`;
  throw new RondelError('INVALID_REQUEST', `${absent.slice(0, 100)} is not set, so it is as the plan has it. ${known}`);
}
