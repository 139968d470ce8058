import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactStore } from '../artifact-store.js';

/** A store with nothing in it, and how to get rid of it. */
export interface StoreUnderTest {
  readonly store: ArtifactStore;
  remove(): Promise<void>;
}

const absent = '0'.repeat(64);
const upload = '00000000-0000-4000-8000-000000000000';
const ids = ['01JD3AAAAAAAAAAAAAAAAAAAAA', '01JD3BAAAAAAAAAAAAAAAAAAAA', '01JD9AAAAAAAAAAAAAAAAAAAAA'] as const;

function sha256Of(...parts: readonly Uint8Array[]): string {
  return createHash('sha256').update(Buffer.concat(parts)).digest('hex');
}

async function* failingAfter(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  await Promise.resolve();
  throw new Error('The connection broke.');
}

/** What every artifact store must do; call it in the test file of each implementation. */
export function describeArtifactStore(name: string, make: () => Promise<StoreUnderTest>): void {
  let subject: StoreUnderTest;
  let store: ArtifactStore;
  beforeEach(async () => {
    subject = await make();
    store = subject.store;
  });
  afterEach(() => subject.remove());

  describe(`${name}: artifacts`, () => {
    it('gives back what was put, whole and in parts, under the hash of the bytes', async () => {
      const bytes = Buffer.from('0123456789');
      const put = await store.put([bytes.subarray(0, 3), bytes.subarray(3)]);
      expect(put).toEqual({ sha256: sha256Of(bytes), bytes: 10, existed: false });
      expect(await store.stat(put.sha256)).toEqual({ sha256: put.sha256, bytes: 10 });
      expect(await readFile(await store.localPath(put.sha256), 'utf8')).toBe('0123456789');
      const text = async (range?: { start?: number; end?: number }) =>
        (await buffer(await store.open(put.sha256, range))).toString();
      expect(await text()).toBe('0123456789');
      expect(await text({ start: 2, end: 4 })).toBe('234');
      expect(await text({ start: 8 })).toBe('89');
      expect(await text({ start: 8, end: 99 })).toBe('89');
    });

    it('takes a stream', async () => {
      const put = await store.put(Readable.from([Buffer.from('a'), Buffer.from('b')]));
      expect(put.sha256).toBe(sha256Of(Buffer.from('ab')));
    });

    it('takes an empty artifact', async () => {
      const { sha256 } = await store.put([]);
      expect((await buffer(await store.open(sha256))).byteLength).toBe(0);
    });

    it('stores the same bytes once', async () => {
      const first = await store.put([Buffer.from('same')]);
      expect(await store.put([Buffer.from('same')])).toEqual({ ...first, existed: true });
    });

    it('stores the same bytes from several writers at once', async () => {
      const bytes = Buffer.alloc(3_000_000, 7);
      const puts = await Promise.all(Array.from({ length: 4 }, () => store.put(Readable.from([bytes]))));
      expect(new Set(puts.map((put) => put.sha256))).toEqual(new Set([sha256Of(bytes)]));
      expect(await store.stat(sha256Of(bytes))).toMatchObject({ bytes: 3_000_000 });
      expect((await buffer(await store.open(sha256Of(bytes)))).equals(bytes)).toBe(true);
    });

    it('knows nothing of artifacts that were never put', async () => {
      expect(await store.stat(absent)).toBeUndefined();
      await expect(store.open(absent)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
      await expect(store.localPath(absent)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    });

    it.each(['../../etc/passwd', absent.slice(1), 'A'.repeat(64), `${absent}\n`])(
      'refuses %j as a hash',
      async (text) => {
        const refused = { code: 'INVALID_REQUEST' };
        await expect(store.stat(text)).rejects.toMatchObject(refused);
        await expect(store.open(text)).rejects.toMatchObject(refused);
        await expect(store.localPath(text)).rejects.toMatchObject(refused);
        await expect(store.put([], { expectedSha256: text })).rejects.toMatchObject(refused);
      },
    );

    it.each([{ start: 4 }, { start: -1 }, { start: 2, end: 1 }, { start: 0.5 }])(
      'refuses the range %o of 4 bytes',
      async (range) => {
        const { sha256 } = await store.put([Buffer.from('four')]);
        await expect(store.open(sha256, range)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      },
    );

    it('refuses bytes with another hash than expected and keeps none of them', async () => {
      const bytes = Buffer.from('changed');
      await expect(store.put([bytes], { expectedSha256: absent })).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await store.stat(sha256Of(bytes))).toBeUndefined();
      expect(await store.stat(absent)).toBeUndefined();
    });

    it('refuses more than maxBytes, takes exactly as many', async () => {
      const bytes = Buffer.from('12345');
      await expect(store.put([bytes], { maxBytes: 4 })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
      expect(await store.stat(sha256Of(bytes))).toBeUndefined();
      expect(await store.put([bytes], { maxBytes: 5 })).toMatchObject({ bytes: 5 });
    });

    it('shows nothing of a source that breaks midway, and passes its error on', async () => {
      const bytes = Buffer.from('half');
      await expect(store.put(failingAfter(bytes))).rejects.toThrow('The connection broke.');
      expect(await store.stat(sha256Of(bytes))).toBeUndefined();
    });

    it('stops when cancelled although the source keeps still, and closes the source', async () => {
      const silent = new Readable({ read: () => undefined });
      silent.push(Buffer.from('part'));
      const controller = new AbortController();
      const putting = store.put(silent, { signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      await expect(putting).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(silent.destroyed).toBe(true);
      expect(await store.stat(sha256Of(Buffer.from('part')))).toBeUndefined();
    });

    it('does not begin when cancelled before', async () => {
      await expect(store.put([], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });

  describe(`${name}: records`, () => {
    it('keeps the last record of an id', async () => {
      await store.putRecord(ids[0], { state: 'active' });
      await store.putRecord(ids[0], { state: 'completed', steps: [1, null, 'ä'] });
      expect(await store.getRecord(ids[0])).toEqual({ state: 'completed', steps: [1, null, 'ä'] });
      expect(await store.getRecord(ids[1])).toBeUndefined();
    });

    it('lists newest first, page by page', async () => {
      expect(await store.listRecords()).toEqual([]);
      for (const id of [ids[1], ids[2], ids[0]]) await store.putRecord(id, { id });
      const listed = async (options?: { limit?: number; before?: string }) =>
        (await store.listRecords(options)).map((entry) => entry.id);
      expect(await listed()).toEqual([ids[2], ids[1], ids[0]]);
      expect(await listed({ limit: 2 })).toEqual([ids[2], ids[1]]);
      expect(await listed({ limit: 2, before: ids[1] })).toEqual([ids[0]]);
      expect(await listed({ before: ids[0] })).toEqual([]);
    });

    it('refuses names that are no ULID, and limits out of range', async () => {
      await expect(store.putRecord('../escape', {})).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await expect(store.getRecord('../escape')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await expect(store.listRecords({ before: 'x' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await expect(store.listRecords({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await expect(store.listRecords({ limit: 1001 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    });

    it('refuses a record above 4 MiB', async () => {
      const text = 'x'.repeat(4 * 1024 ** 2);
      await expect(store.putRecord(ids[0], text)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
      expect(await store.getRecord(ids[0])).toBeUndefined();
    });

    it('gives every reader one whole record while writers replace it', async () => {
      const versions = Array.from({ length: 10 }, (_, version) => ({ version, filler: 'x'.repeat(10_000) }));
      await store.putRecord(ids[0], versions[0] ?? null);
      const reads = versions.map(() => store.getRecord(ids[0]));
      await Promise.all(versions.map((version) => store.putRecord(ids[0], version)));
      for (const read of await Promise.all(reads)) expect(versions).toContainEqual(read);
    });
  });

  describe(`${name}: uploads`, () => {
    it('become an artifact after several parts', async () => {
      const begun = await store.beginUpload();
      expect(begun.offset).toBe(0);
      await store.appendUpload(begun.upload, { offset: 0, source: [Buffer.from('first ')] });
      expect(await store.uploadState(begun.upload)).toEqual({ upload: begun.upload, offset: 6 });
      await store.appendUpload(begun.upload, { offset: 6, source: [Buffer.from('second')] });
      const sha256 = sha256Of(Buffer.from('first second'));
      const finished = await store.finishUpload(begun.upload, { expectedSha256: sha256 });
      expect(finished).toEqual({ sha256, bytes: 12, existed: false });
      expect((await buffer(await store.open(sha256))).toString()).toBe('first second');
      expect(await store.uploadState(begun.upload)).toEqual({
        upload: begun.upload,
        offset: 12,
        finished: { sha256, bytes: 12 },
      });
      // Whoever did not hear the answer asks again.
      expect(await store.finishUpload(begun.upload)).toEqual({ sha256, bytes: 12, existed: true });
      const late = { offset: 12, source: [Buffer.from('!')] };
      await expect(store.appendUpload(begun.upload, late)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('can be given up', async () => {
      const { upload: id } = await store.beginUpload();
      await store.removeUpload(id);
      await expect(store.uploadState(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.removeUpload(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('keep what arrived before the connection broke', async () => {
      const { upload: id } = await store.beginUpload();
      const broken = { offset: 0, source: failingAfter(Buffer.from('kept')) };
      await expect(store.appendUpload(id, broken)).rejects.toThrow('The connection broke.');
      expect(await store.uploadState(id)).toEqual({ upload: id, offset: 4 });
    });

    it('refuse bytes that do not follow, and say where to go on', async () => {
      const { upload: id } = await store.beginUpload();
      await store.appendUpload(id, { offset: 0, source: [Buffer.from('abc')] });
      for (const offset of [0, 2, 4]) {
        await expect(store.appendUpload(id, { offset, source: [Buffer.from('x')] })).rejects.toMatchObject({
          code: 'CONFLICT',
          failure: { details: { offset: 3 } },
        });
      }
    });

    it('refuse a second append while one is running', async () => {
      const { upload: id } = await store.beginUpload();
      const controller = new AbortController();
      const silent = new Readable({ read: () => undefined });
      const first = store.appendUpload(id, { offset: 0, source: silent }, { signal: controller.signal });
      await expect(store.appendUpload(id, { offset: 0, source: [Buffer.from('x')] })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      await expect(store.finishUpload(id)).rejects.toMatchObject({ code: 'CONFLICT' });
      controller.abort();
      await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    it('are bounded as a whole', async () => {
      const { upload: id } = await store.beginUpload();
      await store.appendUpload(id, { offset: 0, source: [Buffer.from('abc')] }, { maxBytes: 4 });
      const more = { offset: 3, source: [Buffer.from('de')] };
      await expect(store.appendUpload(id, more, { maxBytes: 4 })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    });

    it('are dropped when the bytes have another hash than expected', async () => {
      const { upload: id } = await store.beginUpload();
      await expect(store.finishUpload(id, { expectedSha256: absent })).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(store.uploadState(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('must have been begun', async () => {
      const part = { offset: 0, source: [] };
      await expect(store.appendUpload(upload, part)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.finishUpload(upload)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.appendUpload('../escape', part)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await expect(store.uploadState('../escape')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    });
  });

  describe(`${name}: previews`, () => {
    const [job, other] = ids;

    it('are one for each job, the newest, until they are removed', async () => {
      expect(await store.getPreview(job)).toBeUndefined();
      await store.putPreview(job, Buffer.from('first'));
      await store.putPreview(other, Buffer.from('other'));
      await Promise.all(['a', 'b', 'c'].map((text) => store.putPreview(job, Buffer.from(text))));
      expect(Buffer.from((await store.getPreview(job)) ?? []).toString()).toMatch(/^[abc]$/);
      expect((await store.listPreviews()).toSorted()).toEqual([job, other].toSorted());
      await store.removePreview(job);
      await store.removePreview(job);
      expect(await store.getPreview(job)).toBeUndefined();
      expect(await store.listPreviews()).toEqual([other]);
      expect(Buffer.from((await store.getPreview(other)) ?? []).toString()).toBe('other');
    });

    it('are small, and belong to a job', async () => {
      await expect(store.putPreview(job, new Uint8Array(1024 ** 2 + 1))).rejects.toMatchObject({
        code: 'QUOTA_EXCEEDED',
      });
      expect(await store.getPreview(job)).toBeUndefined();
      for (const call of [
        store.putPreview('../escape', new Uint8Array(1)),
        store.getPreview('../escape'),
        store.removePreview('../escape'),
      ]) {
        await expect(call).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      }
    });
  });
}
