import { sign, type KeyObject } from 'node:crypto';
import { RondelError, type Unsigned, type Warrant, type WarrantSigner } from '@rondel/contracts';
import { hashTree } from './hash-tree.js';
import { warrantRefused } from './refusal.js';
import type { SigningKey } from './signing-key.js';
import type { Trust } from './trust.js';
import { openVerifier } from './verifier.js';
import { formatWarrant, signedBytes } from './warrant-text.js';

export interface SignerOptions {
  readonly key: SigningKey;
  /** Other APIs whose warrants are signed anew where a job runs again. @default none */
  readonly trust?: Trust;
  /** Identity of the artifact store, as far as it is known. */
  readonly installation: () => string | undefined;
}

const day = 24 * 3600;
/**
 * Jobs may wait long for a worker that can run them. A question is answered while somebody waits for it, and clocks may be off by
 * hours; who answers it keeps in mind that it has.
 */
const validSeconds = { job: 90 * day, algorithm: 90 * day, question: day } as const;

interface Waiting {
  readonly says: string;
  readonly done: (text: string) => void;
}

/** Signs together what is asked for while others still are served, as a signature takes as long as all else of a small request. */
export function openSigner({ key, trust, installation }: SignerOptions): WarrantSigner {
  const verifier = openVerifier({ trust: withOwn(key, trust), now: () => 0 });
  let waiting: Waiting[] = [];
  const signAll = () => {
    const all = waiting;
    waiting = [];
    const { root, paths } = hashTree(all.map(({ says }) => says));
    const signature = sign(null, signedBytes(root), key.privateKey).toString('base64url');
    all.forEach(({ says, done }, index) =>
      done(formatWarrant({ key: key.name, signature, path: paths[index] ?? [], says })),
    );
  };
  const signText = (says: string) =>
    new Promise<string>((done) => {
      if (waiting.length === 0) setImmediate(signAll);
      waiting.push({ says, done });
    });
  const signed = (what: Unsigned) => {
    const known = installation();
    if (known === undefined)
      throw new RondelError(
        'SERVICE_UNAVAILABLE',
        'Nothing can be signed before it is known which artifact store is used.',
      );
    const now = Date.now();
    const notAfter = new Date(now + validSeconds[what.for] * 1000).toISOString();
    const times = { signedAt: new Date(now).toISOString(), notAfter };
    const warrant: Warrant = { ...what, v: 1, installation: known, ...times };
    return signText(JSON.stringify(warrant));
  };
  return {
    sign: async (what) => signed(what),
    async renew(text, id, continues) {
      const before = await verifier.verify(text);
      if (before.for !== 'job' || before.id !== id) throw warrantRefused(`its warrant is not that of job ${id}`);
      const { v: _, installation: __, signedAt: ___, notAfter: ____, ...what } = before;
      return { text: await signed({ ...what, continues }), stages: before.stages };
    },
  };
}

function withOwn({ name, publicKey }: SigningKey, trust: Trust | undefined): Trust {
  return {
    count: () => 1 + (trust?.count() ?? 0),
    find: async (wanted): Promise<KeyObject | undefined> => (wanted === name ? publicKey : trust?.find(wanted)),
  };
}
