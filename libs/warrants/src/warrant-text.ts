import { warrantRefused } from './refusal.js';

// A warrant as it goes through Redis: a line of its own for the signature, then what was signed, as JSON.
//
//   rondel-warrant-1 <name of the key> <signature of the root, base64url> <path to the root, separated by commas>
//   {"v":1,"for":"job",...}

const form = 'rondel-warrant-1';

export interface SignedText {
  readonly key: string;
  readonly signature: string;
  readonly path: readonly string[];
  readonly says: string;
}

/** What is signed of a tree of texts; no other use of the key says the same. */
export function signedBytes(root: string): Buffer {
  return Buffer.from(`${form} ${root}`);
}

export function formatWarrant({ key, signature, path, says }: SignedText): string {
  return `${form} ${key} ${signature} ${path.join(',')}\n${says}`;
}

const line =
  /^rondel-warrant-(\d{1,6}) ([A-Za-z0-9_-]{16}) ([A-Za-z0-9_-]{86}) ((?:[lr][A-Za-z0-9_-]{43}(?:,|$)){0,20})$/;

/** Throws `WARRANT_REFUSED` for what is no warrant, or of a later version. */
export function parseWarrant(text: string): SignedText {
  const end = text.indexOf('\n');
  const [, version, key = '', signature = '', path = ''] = line.exec(text.slice(0, end)) ?? [];
  if (end < 0 || version === undefined) throw warrantRefused('its warrant is damaged');
  if (version !== '1') throw warrantRefused(`its warrant has version ${version}, and this worker knows 1`);
  return { key, signature, path: path === '' ? [] : path.split(','), says: text.slice(end + 1) };
}
