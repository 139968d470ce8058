import { InvalidArgumentError } from 'commander';
import {
  quotaNames,
  submitterQuotaNames,
  type QuotaName,
  type Quotas,
  type SubmitterQuotaName,
} from '@rondel/contracts';
import { byteSize, duration } from './store-policy.js';

/** `waiting=100`, or with `submitter.` before it of each submitter. Undefined: there shall be none. */
export type QuotaSetting =
  | { readonly of: 'project'; readonly name: QuotaName; readonly limit: number | undefined }
  | { readonly of: 'submitter'; readonly name: SubmitterQuotaName; readonly limit: number | undefined };

const ofSubmitter = 'submitter.';

/** For arguments that may be given several times. Throws `InvalidArgumentError`. */
export function quotaSettings(text: string, before: readonly QuotaSetting[] = []): QuotaSetting[] {
  return [...before, quotaSetting(text)];
}

/** Separated by commas or spaces. Throws `InvalidArgumentError`. */
export function quotasFrom(text: string): Quotas {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return applied({}, words.map(quotaSetting));
}

function quotaSetting(text: string): QuotaSetting {
  const [, whole = '', value = ''] = /^([A-Za-z.]+)=(.+)$/s.exec(text.trim()) ?? [];
  if (whole.startsWith(ofSubmitter)) {
    const name = submitterQuotaNames.find((each) => each === whole.slice(ofSubmitter.length));
    if (name !== undefined) return { of: 'submitter', name, limit: limitFrom(name, value) };
  }
  const name = quotaNames.find((each) => each === whole);
  if (name !== undefined) return { of: 'project', name, limit: limitFrom(name, value) };
  throw new InvalidArgumentError(
    `It must be NAME=VALUE, with a name of ${quotaNames.join(', ')}; those of ${submitterQuotaNames.join(', ')} also with ${ofSubmitter} before them.`,
  );
}

function limitFrom(name: QuotaName, value: string): number | undefined {
  if (value === 'none') return undefined;
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  if (name.endsWith('Bytes')) return byteSize(value);
  if (name === 'secondsPerDay' || name === 'attemptSeconds') return Math.floor(duration(value));
  throw new InvalidArgumentError(`${name} must be a whole number from 0 on, or none.`);
}

/** Quotas after some were changed. */
export function applied(quotas: Quotas, settings: readonly QuotaSetting[]): Quotas {
  const { submitter, ...own } = quotas;
  const project: Partial<Record<QuotaName, number>> = { ...own };
  const each: Partial<Record<SubmitterQuotaName, number>> = { ...submitter };
  for (const setting of settings) {
    const { limit } = setting;
    if (setting.of === 'project') put(project, setting.name, limit);
    else put(each, setting.name, limit);
  }
  return { ...project, ...(Object.keys(each).length > 0 && { submitter: each }) };
}

function put<Name extends string>(limits: Partial<Record<Name, number>>, name: Name, limit: number | undefined): void {
  if (limit === undefined) Reflect.deleteProperty(limits, name);
  else limits[name] = limit;
}
