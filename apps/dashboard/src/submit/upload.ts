import { failureCodes, RondelError, toFailure, type FailureCode } from '@rondel/contracts';
import type { Client, StoredData } from '@rondel/client';

/** Files up to this size are hashed first, so that bytes the server has are not sent again. Hashing needs them in memory. */
const largestHashedBytes = 256 * 2 ** 20;

const failureCodeNames = Object.keys(failureCodes) as FailureCode[];

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Share of the file that has been sent, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Brings a file to the server and gives its data reference.
 *
 * Throws what the server says, and `SERVICE_UNAVAILABLE` when the connection breaks.
 */
export async function uploadFile(server: Client, file: File, options: UploadOptions): Promise<string> {
  const sha256 = await hashOf(file);
  if (sha256 !== undefined && (await server.hasData(sha256, options)) !== undefined) {
    options.onProgress(1);
    return `artifact:sha256-${sha256}`;
  }
  return (await send(`${server.url}/v1/data`, file, { ...options, sha256 })).artifact;
}

/** Nothing for large files, and where the page came over plain HTTP from another machine, which browsers don't let hash. */
async function hashOf(file: File): Promise<string | undefined> {
  if (file.size > largestHashedBytes || !window.isSecureContext) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

type SendOptions = UploadOptions & { readonly sha256: string | undefined };

/** With XMLHttpRequest, because `fetch` does not tell how much of a body it has sent. */
function send(url: string, file: File, { signal, onProgress, sha256 }: SendOptions): Promise<StoredData> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.setRequestHeader('content-type', 'application/octet-stream');
    if (sha256 !== undefined) request.setRequestHeader('rondel-sha256', sha256);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as StoredData);
      else reject(refusal(request));
    };
    request.onerror = () =>
      reject(new RondelError('SERVICE_UNAVAILABLE', 'The connection broke. Drop the file again.'));
    request.onabort = () => reject(new RondelError('CANCELLED', 'The upload was given up.'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

/** The problem document of the server; something between may have answered with anything else. */
function refusal({ status, responseText }: XMLHttpRequest): RondelError {
  const answer = `The upload was answered with ${status}`;
  try {
    const { code, detail } = JSON.parse(responseText) as { code?: unknown; detail?: unknown };
    const known = failureCodeNames.find((name) => name === code);
    if (known !== undefined && typeof detail === 'string') return new RondelError(known, detail);
  } catch (error) {
    return new RondelError('INTERNAL', `${answer}: ${toFailure(error).message}`, { cause: error });
  }
  return new RondelError('INTERNAL', `${answer}.`);
}
