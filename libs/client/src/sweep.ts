import type { AcceptedSweep, ImagePart, Sweep, SweepPage, SweepSubmission, SweepSummary } from '@rondel/contracts';
import { call } from './call.js';
import type { CallOptions, Download, SubmitOptions } from './call-options.js';
import type { Connection } from './connection.js';

export interface SweepQuery extends CallOptions {
  /** Sweeps of one page, 1 to 100. @default 20 */
  readonly limit?: number | undefined;
  /** `cursor` of the page before. @default the first page */
  readonly cursor?: string | undefined;
}

export interface SweepItemsQuery extends CallOptions {
  /** First combination that is listed, counted from 0. @default 0 */
  readonly from?: number | undefined;
  /** Combinations that are listed, 1 to 10,000. @default all */
  readonly limit?: number | undefined;
}

export interface SweepWaitOptions extends CallOptions {
  /** Told how the sweep stands, about twice a second. */
  readonly onProgress?: (summary: SweepSummary) => void;
}

export interface SheetQuery extends CallOptions {
  /** First combination that is shown, counted from 0; a sheet has at most 100. @default 0 */
  readonly from?: number | undefined;
  /** What is drawn of complex images. @default magnitude */
  readonly part?: ImagePart | undefined;
  /** Counted from 0. @default 0 */
  readonly colour?: number | undefined;
  /** Counted from 0. @default the middle one */
  readonly slice?: number | undefined;
  /** Counted from 0. @default 0 */
  readonly frame?: number | undefined;
  /** Values that become black and white in all images, the first below the second. @default by `percentiles` */
  readonly window?: readonly [low: number, high: number] | undefined;
  /** Without `window`: percentiles, 0 to 100, of all images together that become black and white. @default [0.5, 99.5] */
  readonly percentiles?: readonly [low: number, high: number] | undefined;
}

/** The calls of a client that are about sweeps: one job for each way to set what is varied. */
export interface SweepCalls {
  /** Rejects before any job is accepted when one of the combinations is not valid. */
  submitSweep(submission: SweepSubmission, options?: SubmitOptions): Promise<AcceptedSweep>;
  sweep(id: string, query?: SweepItemsQuery): Promise<Sweep>;
  /** Resolves when all jobs of the sweep have ended, whichever way. */
  waitForSweep(id: string, options?: SweepWaitOptions): Promise<Sweep>;
  /** Newest first. */
  sweeps(query?: SweepQuery): Promise<SweepPage>;
  /** Cancels every job of the sweep that has not ended. */
  cancelSweep(id: string, options?: CallOptions): Promise<SweepSummary>;
  /** PNG with the images that there are, and what was varied under each. */
  sweepSheet(id: string, query?: SheetQuery): Promise<Download>;
}

const lookEveryMs = 500;

export function sweepCalls(connection: Connection, download: (response: Response) => Download): SweepCalls {
  return {
    submitSweep: (body, { idempotencyKey, signal } = {}) =>
      call(connection, 'post /v1/sweeps', { headers: { 'idempotency-key': idempotencyKey }, body, signal }),
    sweep: (id, query) => wholeSweep(connection, id, query),
    waitForSweep: (id, options) => waitForSweep(connection, id, options),
    sweeps: ({ signal, ...query } = {}) => call(connection, 'get /v1/sweeps', { query, signal }),
    cancelSweep: (id, { signal } = {}) => call(connection, 'delete /v1/sweeps/{id}', { path: { id }, signal }),
    sweepSheet: async (id, { signal, window, percentiles, ...query } = {}) =>
      download(
        await connection.send(`/v1/sweeps/${encodeURIComponent(id)}/sheet.png`, {
          query: { ...query, window: window?.join(','), percentiles: percentiles?.join(',') },
          signal,
        }),
      ),
  };
}

async function wholeSweep(
  connection: Connection,
  id: string,
  { signal, ...query }: SweepItemsQuery = {},
): Promise<Sweep> {
  const { items = [], ...summary } = await call(connection, 'get /v1/sweeps/{id}', { path: { id }, query, signal });
  return { ...summary, items };
}

async function waitForSweep(
  connection: Connection,
  id: string,
  { signal, onProgress }: SweepWaitOptions = {},
): Promise<Sweep> {
  for (;;) {
    const request = { path: { id }, query: { items: false }, signal };
    const summary = await call(connection, 'get /v1/sweeps/{id}', request);
    onProgress?.(summary);
    if (summary.ended === summary.total) return wholeSweep(connection, id, { signal });
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    signal?.throwIfAborted();
  }
}
