import { RondelError } from '@rondel/contracts';
import type { FastifyRequest } from 'fastify';
import type { Authentication } from '../authentication.js';
import type { Mapping } from '../members/mapping.js';
import { identityOfPerson } from '../members/membership.js';
import type { IsTrusted } from './trusted-proxies.js';

export interface ProxyOptions {
  /** Header with the name of who has logged in there, such as `x-forwarded-user`. */
  readonly header: string;
  /** Header with their groups, between commas, semicolons or bars. @default none, so that only what everybody may counts */
  readonly groupsHeader?: string | undefined;
}

/**
 * By the word of a reverse proxy. It counts on a connection from that proxy alone, whatever the request says of where it comes
 * from; anybody else who sends its headers is turned away, as they pretend to be it.
 */
export function proxyAuthentication(
  { header, groupsHeader }: ProxyOptions,
  isTrusted: IsTrusted,
  mapping: Mapping,
): Authentication {
  const [nameHeader, listHeader] = [header.toLowerCase(), groupsHeader?.toLowerCase()];
  const told = [nameHeader, ...(listHeader === undefined ? [] : [listHeader])];
  return ({ raw }) => {
    if (!isTrusted(raw.socket.remoteAddress)) {
      if (told.every((each) => valuesOf(raw, each).length === 0)) return undefined;
      throw new RondelError(
        'UNAUTHENTICATED',
        `"${header}" is believed from a trusted proxy alone, and this connection comes from elsewhere. Ask by way of the proxy; whoever runs this server names it with --trusted-proxy.`,
      );
    }
    const name = only(raw, nameHeader);
    if (name === undefined) return undefined;
    const groups =
      listHeader === undefined ? [] : (only(raw, listHeader) ?? '').split(/[,;|]/).map((each) => each.trim());
    const person = { name, subject: name, groups: groups.filter((group) => group !== '') };
    return identityOfPerson(person, mapping, 'proxy');
  };
}

/** Of a header that is there twice, one is not the proxy's. */
function only(raw: FastifyRequest['raw'], name: string): string | undefined {
  const values = valuesOf(raw, name);
  if (values.length > 1) {
    throw new RondelError(
      'UNAUTHENTICATED',
      `"${name}" is there ${values.length} times. The proxy has to replace what others send under that name.`,
    );
  }
  return values[0]?.trim() || undefined;
}

/** As they were sent, one by one; Node.js joins them elsewhere. */
function valuesOf({ rawHeaders }: FastifyRequest['raw'], name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}
