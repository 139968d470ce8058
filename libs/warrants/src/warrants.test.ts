import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Unsigned } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashTree, rootFrom } from './hash-tree.js';
import { openSigner, openSigningKey, openTrust, openVerifier, publishKey } from './index.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-warrants-'))));
afterAll(() => rm(folder, { recursive: true }));

const digest = 'A'.repeat(43);
const question = (id: string): Unsigned => ({ for: 'question', id, worker: 'w', project: 'default', question: digest });
const job = { for: 'job', id: 'J', project: 'default', stages: [], head: digest, work: digest, data: {} } as const;

async function api(name: string) {
  const key = await openSigningKey(join(folder, name, 'signing.pem'));
  const trust = join(folder, name, 'trust');
  await publishKey(key, trust);
  return { key, trust, signer: openSigner({ key, installation: () => 'here' }) };
}

const verifierOf = async (...paths: string[]) =>
  openVerifier({
    trust: await openTrust(paths, (error) => {
      throw error;
    }),
  });

it.each([1, 2, 3, 5, 8, 33])('a tree of %i texts has one root, to which the path of each leads', (count) => {
  const texts = Array.from({ length: count }, (_, index) => `text ${index}`);
  const { root, paths } = hashTree(texts);
  texts.forEach((text, index) => expect(rootFrom(text, paths[index] ?? [])).toBe(root));
  expect(rootFrom('another', paths[0] ?? [])).not.toBe(root);
});

describe('a warrant', () => {
  it('is signed together with others and read by whoever trusts the key', async () => {
    const { signer, trust } = await api('together');
    const texts = await Promise.all(['a', 'b', 'c'].map((id) => signer.sign(question(id))));
    const signatures = texts.map((text) => text.split(' ')[2]);
    expect(new Set(signatures).size).toBe(1);
    const verifier = await verifierOf(trust);
    for (const [index, text] of texts.entries()) {
      expect(await verifier.verify(text)).toMatchObject({ id: ['a', 'b', 'c'][index], installation: 'here', v: 1 });
    }
  });

  it('is refused when a letter of it is another, nobody trusts its key, there is none, or its time is over', async () => {
    const { signer, trust } = await api('refused');
    const other = await api('other');
    const text = await signer.sign(question('a'));
    const refused = expect.objectContaining({ code: 'WARRANT_REFUSED' }) as unknown;
    const verifier = await verifierOf(trust);
    const forged = [
      text.replace('"a"', '"b"'),
      text.replace(/ [^ ]{86} /, ` ${'A'.repeat(86)} `),
      text.replace('rondel-warrant-1', 'rondel-warrant-2'),
      text.slice(0, 40),
      '',
      undefined,
      await other.signer.sign(question('a')),
    ];
    for (const each of forged) await expect(verifier.verify(each)).rejects.toEqual(refused);
    const later = openVerifier({
      trust: await openTrust([trust], () => undefined),
      now: () => Date.now() + 100 * 24 * 3600 * 1000,
    });
    await expect(later.verify(text)).rejects.toThrow(/had to begin before/);
    expect(await verifier.verify(text)).toMatchObject({ id: 'a' });
  });

  it('is signed anew for another run of the same job, by an API that trusts who has signed it', async () => {
    const old = await api('old');
    const fresh = await api('fresh');
    const text = await old.signer.sign(job);
    const continues = { attempts: 2, finishedAt: '2026-01-01T00:00:00.000Z' };
    await expect(fresh.signer.renew(text, 'J', continues)).rejects.toThrow(/not among those of --trust-key/);
    const trust = await openTrust([old.trust], () => undefined);
    const signer = openSigner({ key: fresh.key, trust, installation: () => 'here' });
    await expect(signer.renew(text, 'K', continues)).rejects.toThrow(/not that of job K/);
    const renewed = await signer.renew(text, 'J', continues);
    expect(await (await verifierOf(fresh.trust)).verify(renewed.text)).toMatchObject({ ...job, continues });
  });
});

describe('keys', () => {
  it('are made once, for this account alone, by however many at once', async () => {
    const file = join(folder, 'once', 'signing.pem');
    const made = await Promise.all([openSigningKey(file), openSigningKey(file), openSigningKey(file)]);
    expect(new Set(made.map(({ name }) => name)).size).toBe(1);
    expect(made.some(({ isNew }) => isNew)).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await openSigningKey(file)).isNew).toBe(false);
  });

  it('are found when they come while somebody runs, and known no more when they have gone', async () => {
    let now = 0;
    const { key } = await api('first');
    const both = join(folder, 'both');
    await publishKey(key, both);
    const trust = await openTrust(
      [both],
      () => undefined,
      () => now,
    );
    const second = (await api('second')).key;
    expect(await trust.find(second.name)).toBeUndefined();
    await publishKey(second, both);
    expect(await trust.find(second.name)).toBeDefined();
    await rm(join(both, `${key.name}.pem`));
    expect(await trust.find(key.name)).toBeDefined();
    now += 60_001;
    expect(await trust.find(key.name)).toBeUndefined();
  });

  it('that are none, or private where a public one belongs, are named', async () => {
    const { trust } = await api('named');
    const none = join(folder, 'none.pem');
    await writeFile(none, 'no key');
    await expect(openSigningKey(none)).rejects.toThrow(/none\.pem holds no private Ed25519 key/);
    await expect(openTrust([join(trust, '..', 'signing.pem')], () => undefined)).rejects.toThrow(/it is a private one/);
    await expect(openTrust([join(folder, 'nowhere')], () => undefined)).rejects.toThrow(
      /--trust-key .* cannot be read/,
    );
  });
});
