import { join } from 'node:path';
import type { EndedJob } from './endings.js';
import type { Recipe } from './load.js';
import type { Flush } from './append-only-redis.js';
import { putTestFiles, startFaultStack } from './stack.js';

const atOnce = 8;

export interface Comparison {
  /** Different images that were made again, in quiet and unsplit. */
  readonly images: number;
  readonly broken: readonly string[];
}

/** Makes every image of the jobs once more where nobody disturbs, and compares. */
export async function compareWithQuietRun(
  jobs: readonly EndedJob[],
  files: readonly Uint8Array<ArrayBuffer>[],
  { directory, flush }: { readonly directory: string; readonly flush: Flush },
): Promise<Comparison> {
  const wanted = new Map(jobs.filter(({ image }) => image !== undefined).map(({ recipe }) => [keyOf(recipe), recipe]));
  const quiet = await startFaultStack({ directory, store: join(directory, 'store'), workers: 1, flush });
  try {
    await putTestFiles(quiet, files);
    const images = new Map<string, string | undefined>();
    const left = [...wanted];
    const make = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const [key, recipe] = next;
        const { id } = await quiet.patient.client.submit(recipe);
        images.set(key, (await quiet.patient.client.waitForJob(id)).result?.artifact);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, make));
    const broken = jobs.flatMap(({ id, kind, image, recipe }) => {
      const expected = images.get(keyOf(recipe));
      if (image === undefined || image === expected) return [];
      return [`${kind} job ${id} made ${image}, a quiet run makes ${expected ?? 'none'}`];
    });
    return { images: wanted.size, broken };
  } finally {
    await quiet.stop();
  }
}

function keyOf({ plan, parameters, data }: Recipe): string {
  return JSON.stringify([plan.name, parameters, data]);
}
