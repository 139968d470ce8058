import { parseDataReference, RemoteLookSchema, RondelError, type RemoteLook } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import { askWorker, type Asking } from '../plans/ask-worker.js';

/** Looks that are remembered, and how long, as the files may change: whoever asked for one asks for its picture next. */
const mostKept = 32;
const keptMs = 20_000;

export interface RootLooks {
  /**
   * What the file in a data root holds that a reference leads to. Throws `INVALID_REQUEST` for any other reference,
   * `WORKER_UNAVAILABLE` while no worker has the root, and what reading the file throws.
   */
  readonly look: (reference: string, asking: Omit<Asking, 'services'>) => Promise<RemoteLook>;
}

/** Has workers look at files that lie in their data roots, where the API sees nothing. */
export function openRootLooks(services: Asking['services']): RootLooks {
  const kept = new Map<string, { readonly look: RemoteLook; readonly until: number }>();
  return {
    async look(reference, { raw, project }) {
      const parsed = parseDataReference(reference);
      if (parsed.scheme !== 'root') {
        throw new RondelError(
          'INVALID_REQUEST',
          `${reference.slice(0, 200)} lies in no data root. Write root://NAME/path, or ask GET /v1/data/{sha256}/info.`,
        );
      }
      const now = performance.now();
      for (const [old, { until }] of kept) if (until < now || kept.size > mostKept) kept.delete(old);
      // What one project may read another may not.
      const key = `${project} ${reference}`;
      const known = kept.get(key);
      if (known !== undefined) return known.look;
      const question = { path: reference, look: true } as const;
      const asked = { question, requires: { roots: [parsed.root] }, what: `What ${reference} holds` };
      const { value, worker } = await askWorker(asked, { services, raw, project });
      if (!Check(RemoteLookSchema, value)) {
        throw new RondelError(
          'WORKER_UNAVAILABLE',
          `Worker ${worker} does not know how to look at files: it is of another version. Let it run the job, which looks first.`,
        );
      }
      kept.set(key, { look: value, until: now + keptMs });
      return value;
    },
  };
}
