import { emptyJob, type JobFields } from './job-fields.js';
import type { FormContent } from './resubmission.js';
import type { VaryFields } from './vary.js';

/** All that stands in the form. */
export interface FormDraft extends FormContent {
  readonly vary: VaryFields;
}

/** A draft that this or an older version of the page has kept; undefined when it is none. */
export function readDraft(kept: unknown): FormDraft | undefined {
  if (!isRecord(kept) || !isRecord(kept.job) || !isRecord(kept.texts) || !isRecord(kept.vary)) return undefined;
  const { arrays } = kept.job;
  const { rows, combine } = kept.vary;
  if (!Array.isArray(arrays) || !arrays.every(isRecord) || !Array.isArray(rows) || !rows.every(isRecord))
    return undefined;
  const job: JobFields = { ...emptyJob, ...stringsOf(kept.job), arrays: arrays.map(arrayOf) };
  return {
    job,
    texts: stringsOf(kept.texts),
    vary: { combine: combine === 'zip' ? 'zip' : 'product', rows: rows.map(rowOf) },
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringsOf(record: Readonly<Record<string, unknown>>): Record<string, string> {
  const strings = Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(strings);
}

function arrayOf(record: Readonly<Record<string, unknown>>) {
  const { name = '', reference = '' } = stringsOf(record);
  return { name, reference };
}

function rowOf(record: Readonly<Record<string, unknown>>) {
  const { path = '', text = '' } = stringsOf(record);
  return { path, text };
}
