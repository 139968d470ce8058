import type { Job } from '@rondel/contracts';

/** What artifacts are to a job that names them, e.g. `its image`; each word once, nothing for those that it does not name. */
export function artifactWords(artifacts: readonly string[], { data, result }: Pick<Job, 'data' | 'result'>): string[] {
  const uploads = Object.entries(typeof data === 'string' ? { data } : data);
  const words = artifacts.flatMap((artifact) => {
    if (artifact === result?.artifact) return ['its image'];
    if (artifact === result?.preview) return ['the picture of its image'];
    // A dataset of a file is named behind it.
    const names = uploads.filter(([, reference]) => reference.split('#')[0] === artifact).map(([name]) => name);
    if (names.length === 0) return [];
    return [uploads.length === 1 ? 'its uploaded file' : `its uploaded file ${names.join(', ')}`];
  });
  return [...new Set(words)];
}
