import { randomUUID } from 'node:crypto';
import { access, constants, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, unlessMissing } from './files/store-errors.js';

// A folder is not the store that it should be when nothing is mounted there, or something else. It then seems to lack
// everything, and takes what would be missed elsewhere.

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What tells this store from every other one. Made when it is asked for the first time, by however many at once. */
export async function storeIdentity(directory: string): Promise<string> {
  const known = await readStoreIdentity(directory);
  if (known !== undefined) return known;
  await mkdir(directory, { recursive: true });
  const fresh = join(directory, `identity.${randomUUID()}`);
  await writeFile(fresh, `${randomUUID()}\n`, { flag: 'wx', flush: true });
  try {
    await link(fresh, fileIn(directory));
  } catch (error) {
    // Some network file systems have no links; the last one wins there.
    if (systemCode(error) !== 'EEXIST') await rename(fresh, fileIn(directory));
  } finally {
    await rm(fresh, { force: true });
  }
  const made = await readStoreIdentity(directory);
  if (made === undefined) throw new Error(`${fileIn(directory)} does not hold the identity of an artifact store.`);
  return made;
}

/**
 * Why a folder cannot be used as the artifact store of this identity, with the next step; undefined when it can.
 *
 * @param wanted Absent: nobody knows yet which store it should be.
 */
export async function storeProblem(directory: string, wanted: string | undefined): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  const nextStep = 'Mount that store there, or name its folder with --store.';
  try {
    const found = await readStoreIdentity(directory);
    if (found === wanted) return await whyNotWritable(directory);
    const what = found === undefined ? 'no artifact store' : `another artifact store (${found})`;
    return `${directory} holds ${what}, not that of the API that was started last (${wanted}). ${nextStep}`;
  } catch (error) {
    return `The artifact store in ${directory} cannot be read (${String(error)}). ${nextStep}`;
  }
}

/** A disk that has had errors is mounted read-only by the system until somebody has looked at it. */
async function whyNotWritable(directory: string): Promise<string | undefined> {
  try {
    await access(directory, constants.W_OK);
    return undefined;
  } catch (error) {
    return `Nothing can be written to the artifact store in ${directory} (${String(error)}). Mount it writable, and let this user write there.`;
  }
}

/** Undefined where there is none, as where nothing is mounted. */
export async function readStoreIdentity(directory: string): Promise<string | undefined> {
  const text = (await unlessMissing(readFile(fileIn(directory), 'utf8')))?.trim();
  return text !== undefined && uuid.test(text) ? text : undefined;
}

function fileIn(directory: string): string {
  return join(directory, 'identity');
}
