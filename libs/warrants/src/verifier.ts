import { verify } from 'node:crypto';
import { WarrantSchema, type Warrant } from '@rondel/contracts';
import { Compile } from '@rondel/contracts/schema';
import { LRUCache } from 'lru-cache';
import { rootFrom } from './hash-tree.js';
import { warrantRefused } from './refusal.js';
import type { Trust } from './trust.js';
import { parseWarrant, signedBytes, type SignedText } from './warrant-text.js';

export interface Verifier {
  /**
   * What a warrant says. Throws `WARRANT_REFUSED` for one that no trusted key has signed, that is damaged, or that holds no more.
   *
   * @param text Absent where the work has none.
   */
  verify(text: string | undefined): Promise<Warrant>;
}

export interface VerifierOptions {
  readonly trust: Trust;
  /** Milliseconds since 1970. @default the clock of this machine */
  readonly now?: () => number;
}

/** Signatures that were looked at: the next job was as a rule signed together with the one before. */
const mostRoots = 1000;

export function openVerifier({ trust, now = Date.now }: VerifierOptions): Verifier {
  const validator = Compile(WarrantSchema);
  const roots = new LRUCache<string, true>({ max: mostRoots });
  const requireSignature = async ({ key, signature, path, says }: SignedText) => {
    const publicKey = await trust.find(key);
    if (publicKey === undefined)
      throw warrantRefused(`it was signed with the key ${key}, which is not among those of --trust-key`, { key });
    const root = rootFrom(says, path);
    const name = `${key} ${signature} ${root}`;
    if (roots.has(name)) return;
    if (!verify(null, signedBytes(root), publicKey, Buffer.from(signature, 'base64url')))
      throw warrantRefused('its signature is not that of what it says');
    roots.set(name, true);
  };
  return {
    async verify(text) {
      if (text === undefined || text === '') throw warrantRefused('no API has signed it');
      const signed = parseWarrant(text);
      await requireSignature(signed);
      const warrant: unknown = JSON.parse(signed.says);
      if (!validator.Check(warrant)) throw warrantRefused('its warrant lacks something, or is of another version');
      if (Date.parse(warrant.notAfter) < now())
        throw warrantRefused(`it was signed at ${warrant.signedAt} and had to begin before ${warrant.notAfter}`);
      return warrant;
    },
  };
}
