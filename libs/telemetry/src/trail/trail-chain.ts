import { createHash, createHmac } from 'node:crypto';

/** What is before the first line of a trail. */
export const noHash = '0'.repeat(64);

/** The hash of a line over the one before and its own text, 64 hex digits; called for one line after the other. */
export type Seal = (previous: string, text: string) => string;

/** SHA-256, which anybody can work out: it tells of what was changed by mistake, or by whoever cannot write all that follows. */
export function plainSeal(): Seal {
  return (previous, text) => createHash('sha256').update(previous).update(text).digest('hex');
}

/**
 * HMAC-SHA-256 with a key for each line, made of the one before by a hash that leads nowhere back, as in B. Schneier and
 * J. Kelsey, "Secure audit logs to support computer forensics", ACM TISSEC 2 (1999): whoever takes over a process has the key
 * of its next line and none of those that it has written.
 *
 * @param line Number of the first line that it seals.
 */
export function keyedSeal(key: Buffer, trail: string, line = 0): Seal {
  let present = createHmac('sha256', key).update(`rondel trail ${trail}`).digest();
  const next = () => (present = createHash('sha256').update('next').update(present).digest());
  for (let before = 0; before < line; before += 1) next();
  return (previous, text) => {
    const hash = createHmac('sha256', present).update(previous).update(text).digest('hex');
    next();
    return hash;
  };
}

const lineForm = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/s;

/** A line as it is written: the JSON of a value, with its hash as the last field. */
export function sealedLine(text: string, hash: string): string {
  return `${text.slice(0, -1)},"hash":"${hash}"}`;
}

/** What of a line was hashed, as it was written, and the hash; undefined for what has not that form. */
export function partsOf(line: string): { readonly text: string; readonly hash: string } | undefined {
  const [, open, hash] = lineForm.exec(line) ?? [];
  return open === undefined || hash === undefined ? undefined : { text: `${open}}`, hash };
}
