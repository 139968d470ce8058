import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { RondelError } from '@rondel/contracts';
import type { RequestInit } from 'undici';

/**
 * A `fetch` that believes servers whose certificate, or that of its authority, is in a PEM file, and no others. What does it is
 * opened with the first request, as Node.js' own `fetch` takes its authorities from the environment alone.
 *
 * Throws `INVALID_REQUEST` for a file that cannot be read or holds no certificate.
 */
export function trustingFetch(file: string): typeof fetch {
  const ca = readAuthorities(file);
  let opened: Promise<typeof fetch> | undefined;
  return async (input, init) => {
    opened ??= open(ca);
    return (await opened)(input, init);
  };
}

async function open(ca: string): Promise<typeof fetch> {
  const { Agent, fetch: send } = await import('undici');
  const dispatcher = new Agent({ connect: { ca } });
  return async (input, init) => {
    // One that Node.js' own library has made is none of this one; the client names addresses.
    if (input instanceof Request) throw new TypeError('This fetch takes addresses only.');
    // The types of two versions of one library, which differ in forms alone; nobody sends those.
    const { body, status, statusText, headers } = await send(input, { ...init, dispatcher } as RequestInit);
    return new Response(body, { status, statusText, headers: [...headers] });
  };
}

function readAuthorities(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    checkCertificate(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RondelError(
      'INVALID_REQUEST',
      `--ca ${file} cannot be used: ${reason}. Name the PEM file with the certificate of the server, or with that of the authority which signed it.`,
      { cause: error },
    );
  }
}

/** Throws for what holds none, with the reason. */
function checkCertificate(text: string): X509Certificate {
  return new X509Certificate(text);
}
