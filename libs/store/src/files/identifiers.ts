import { RondelError } from '@rondel/contracts';

const sha256Pattern = /^[0-9a-f]{64}$/;
const ulidPattern = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const uploadPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isSha256(text: string): boolean {
  return sha256Pattern.test(text);
}

export function isUlid(text: string): boolean {
  return ulidPattern.test(text);
}

/** Throws `INVALID_REQUEST` for anything but 64 lower-case hex digits. */
export function checkSha256(text: string): void {
  check(sha256Pattern, text, 'A SHA-256 has 64 lower-case hex digits');
}

/** Throws `INVALID_REQUEST` for anything but a ULID. */
export function checkUlid(text: string): void {
  check(ulidPattern, text, 'A record is named by a ULID of 26 characters');
}

/** Throws `INVALID_REQUEST` for anything but an id that `beginUpload` can have given out. */
export function checkUpload(text: string): void {
  check(uploadPattern, text, 'An upload is named by the id that beginning it returned');
}

/** Names become file names, so nothing else may pass. */
function check(pattern: RegExp, text: string, rule: string): void {
  if (pattern.test(text)) return;
  throw new RondelError('INVALID_REQUEST', `${rule}, got "${text.slice(0, 100)}".`);
}
