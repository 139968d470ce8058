import type { Client } from '@rondel/client';

/** Files up to this size are hashed first, so that bytes the server has are not sent again. Hashing needs them in memory. */
const largestHashedBytes = 256 * 2 ** 20;

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Share of the file that has arrived, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Brings a file to the server and gives its data reference. A connection that breaks, and a server that is started anew,
 * only make it wait.
 *
 * Throws what the server says, and `SERVICE_UNAVAILABLE` when it stays away.
 */
export async function uploadFile(server: Client, file: File, { signal, onProgress }: UploadOptions): Promise<string> {
  const sha256 = await hashOf(file);
  if (sha256 !== undefined && (await server.hasData(sha256, { signal })) === file.size) {
    onProgress(1);
    return `artifact:sha256-${sha256}`;
  }
  const source = { bytes: file.size, read: (offset: number) => file.slice(offset) };
  const { artifact } = await server.upload(source, {
    signal,
    onProgress: (bytes) => onProgress(file.size === 0 ? 1 : bytes / file.size),
    ...(sha256 !== undefined && { sha256 }),
  });
  return artifact;
}

/** Nothing for large files, and where the page came over plain HTTP from another machine, which browsers don't let hash. */
async function hashOf(file: File): Promise<string | undefined> {
  if (file.size > largestHashedBytes || !window.isSecureContext) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
