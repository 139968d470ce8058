import { isLinkedName, toFailure, type DataInfo } from '@rondel/contracts';
import type { Client } from '@rondel/client';
import { arrayFieldName } from '../content/submission.js';
import type { JobFields } from '../content/job-fields.js';

/** What is wrong with the data of a job, at its fields: what the server does not have, and files that are no data. */
export async function missingData(server: Client, { data, arrays }: JobFields): Promise<Record<string, string>> {
  const references: [string, string][] = [
    ['data', data],
    // A file that the data links to need not be data on its own.
    ...arrays.flatMap(({ name, reference }, position): [string, string][] =>
      isLinkedName(name.trim()) ? [] : [[arrayFieldName(position), reference]],
    ),
  ];
  const problems: Record<string, string> = {};
  await Promise.all(
    references.map(async ([field, reference]) => {
      const problem = await problemOf(server, reference);
      if (problem !== undefined) problems[field] = problem;
    }),
  );
  return problems;
}

async function problemOf(server: Client, reference: string): Promise<string | undefined> {
  try {
    await lookAt(server, reference);
    return undefined;
  } catch (error) {
    const { code, message } = toFailure(error);
    // Whatever else keeps the file from being looked at says nothing of the file.
    return code === 'NOT_FOUND' || code.startsWith('DATA_') ? message : undefined;
  }
}

/** What the file holds that a reference leads to; undefined for what is no file. */
export async function lookAt(server: Client, reference: string, signal?: AbortSignal): Promise<DataInfo | undefined> {
  const artifact = artifactOf(reference);
  if (artifact !== undefined) return server.dataInfo(artifact.sha256, { dataset: artifact.dataset, signal });
  return isInRoot(reference) ? server.rootDataInfo(reference.trim(), { signal }) : undefined;
}

/** Whether a reference leads to a file where the workers are, and names it. */
export function isInRoot(reference: string): boolean {
  return /^root:\/\/[^/]+\/.+/.test(reference.trim());
}

/** The parts of a reference to an uploaded file; undefined for any other. */
export function artifactOf(reference: string): { readonly sha256: string; readonly dataset?: string } | undefined {
  const [, sha256, dataset] = /^artifact:sha256-([0-9a-f]{64})(?:#(.+))?$/.exec(reference.trim()) ?? [];
  if (sha256 === undefined) return undefined;
  return { sha256, ...(dataset !== undefined && { dataset }) };
}
