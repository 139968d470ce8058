/** What is held of one kind for later jobs: no more bytes than this, nor than a share of the memory that a job may take. */
const mostBytes = 64 * 2 ** 20;
const share = 1 / 32;

export function mostHeldBytes(hostBytes: number): number {
  return Math.max(1, Math.floor(Math.min(mostBytes, share * hostBytes)));
}
