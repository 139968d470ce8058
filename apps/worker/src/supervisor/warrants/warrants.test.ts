import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'node:crypto';
import { openSigner, openSigningKey, openTrust, openVerifier, publishKey } from '@rondel/warrants';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWarrants, type Warrants } from './warrants.js';

let folder: string;
let warrants: Warrants;
const noted: string[] = [];
let signer: ReturnType<typeof openSigner>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-worker-warrants-'));
  const key = await openSigningKey(join(folder, 'signing.pem'));
  await publishKey(key, join(folder, 'trust'));
  signer = openSigner({ key, installation: () => 'here' });
  warrants = openWarrants({
    verifier: openVerifier({ trust: await openTrust([join(folder, 'trust')], () => undefined) }),
    installation: 'here',
    worker: { id: 'w-1', pools: ['a'], labels: {} },
    store: { getRecord: () => Promise.resolve(undefined) },
    parts: { vouched: () => Promise.resolve(false) },
    noteRefusal: (...refused) => void noted.push(refused.join(' ')),
  });
});
afterAll(() => rm(folder, { recursive: true }));

it('a question is answered once, for the project that was signed', async () => {
  const question = { path: 'root://a/b.npy', look: true } as const;
  const digest = hash('sha256', JSON.stringify(question), 'base64url');
  const facts = { id: 'q', project: 'heart', worker: 'w-1' };
  const warrant = await signer.sign({ for: 'question', ...facts, question: digest });
  const asked = { id: 'q', project: 'heart', question, warrant };
  await expect(warrants.question({ ...asked, project: 'brain' })).rejects.toThrow(/its project is not/);
  await expect(warrants.question({ ...asked, question: { ...question, path: 'root://a/c' } })).rejects.toThrow(
    /it is not what was signed/,
  );
  expect(noted).toEqual(['question q', 'question q']);
  expect(await warrants.question(asked)).toBe('heart');
  await expect(warrants.question(asked)).rejects.toThrow(/asked and answered before/);
});
