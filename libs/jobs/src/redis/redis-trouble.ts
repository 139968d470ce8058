import { isRondelError, RondelError, tooManyFiles } from '@rondel/contracts';
import { sentinelVariables } from './redis-address.js';

/** What a server or the way to it says, and what that means for whoever runs Rondel. */
interface Trouble {
  readonly said: RegExp;
  /** A sentence and the next step; `server` is what it is called. */
  readonly means: (server: string, said: string) => string;
  /** It needs somebody who mends it. */
  readonly stays?: true;
}

/** What Rondel needs of a user of Redis who is to do everything; `acl.ts` has what less will do. */
const permissions = '~{rondel}* &{rondel}* +@all -@admin -@dangerous +info';

/** An answer of Redis begins with its word; before Redis 7 one of a script has it in the middle. */
const word = (words: string) => new RegExp(`(?:^|: -?)(?:${words})\\b`);

/** The user must not do that. */
const forbidden = /(?:^|: -?)NOPERM\b|The user executing the script can't/;

const troubles: readonly Trouble[] = [
  {
    said: word('OOM'),
    means: (server, said) =>
      `${server} has no memory left (${said}). Raise its maxmemory, or wait until what is kept of old jobs expires.`,
  },
  {
    said: word('READONLY|MASTERDOWN|UNBLOCKED'),
    means: (server, said) =>
      `${server} is a replica now and takes no writes (${said}). Who is connected looks for the primary at the same address; where it has another one, name it or its Sentinels in REDIS_URL.`,
  },
  {
    said: word('NOREPLICAS'),
    means: (server, said) =>
      `${server} has lost its replicas and takes no writes without them (${said}). Who is connected looks whether another server leads; else start a replica, or lower min-replicas-to-write.`,
  },
  {
    said: word('LOADING'),
    means: (server) => `${server} is still loading its data from its disk (LOADING). Try again when it is done.`,
  },
  {
    said: word('MISCONF'),
    means: (server, said) =>
      `${server} cannot write its data to its disk and takes no writes until it can (${said}). Give its disk room and see its log.`,
  },
  {
    said: word('NOAUTH'),
    means: (server) =>
      `${server} wants a password and got none (NOAUTH). Write it into REDIS_URL: redis://:PASSWORD@HOST:PORT, or USER:PASSWORD for a user of its own.`,
    stays: true,
  },
  {
    said: word('WRONGPASS|ERR invalid password'),
    means: (server) =>
      `${server} refuses the user or the password of REDIS_URL (WRONGPASS). Correct them; special characters are percent-encoded.`,
    stays: true,
  },
  {
    said: forbidden,
    means: (server, said) =>
      `${server} does not allow its user what Rondel needs (${said}). Allow it: ACL SETUSER <user> ${permissions}`,
    stays: true,
  },
  {
    said: word('DENIED'),
    means: (server) =>
      `${server} is in protected mode and answers only on its own machine (DENIED). Give it a password (requirepass) and write that into REDIS_URL.`,
    stays: true,
  },
  {
    said: word('MOVED|ASK|CROSSSLOT|CLUSTERDOWN|TRYAGAIN'),
    means: (server, said) =>
      `${server} is a node of a Redis Cluster, on which Rondel does not run (${said}). Name a primary that stands by itself in REDIS_URL, or its Sentinels.`,
    stays: true,
  },
  {
    said: /\b(?:EMFILE|ENFILE)\b/,
    means: (_server, said) => tooManyFiles(said),
  },
  {
    said: /max number of clients reached/,
    means: (server) => `${server} has as many clients as it takes. Raise its maxclients, or run fewer workers.`,
  },
  {
    said: /DB index is out of range/,
    means: (server) => `${server} does not have the database of REDIS_URL. Name one below its \`databases\`.`,
    stays: true,
  },
  {
    said: /ended the connection at once/,
    means: (server, said) =>
      `${server} does not answer (${said}), as one does that speaks TLS only. Then begin REDIS_URL with rediss:// (rediss+sentinel:// for Sentinels); else see its log.`,
  },
  {
    said: /ended the TLS connection at once/,
    means: (server, said) =>
      `${server} does not answer (${said}), as one does that wants a certificate of its clients, which Rondel does not have. Then set \`tls-auth-clients optional\` there; else see its log.`,
  },
  {
    said: /Unknown RESP type 21\b/,
    means: (server) => `${server} speaks TLS there. Begin REDIS_URL with rediss:// (rediss+sentinel:// for Sentinels).`,
    stays: true,
  },
  {
    said: /Unknown RESP type|Protocol error, got/,
    means: (server) => `${server} does not answer as Redis does. Look whether REDIS_URL has the right port.`,
    stays: true,
  },
  {
    said: /wrong version number|no answer to TLS|packet length too long|http request|ERR_SSL_(?:WRONG_VERSION|PACKET_LENGTH|UNSUPPORTED)/,
    means: (server) =>
      `${server} does not speak TLS there. Begin REDIS_URL with redis://, or name the port on which it does.`,
    stays: true,
  },
  {
    said: /alert.*certificate required|alert number 116|alert handshake failure/i,
    means: (server) =>
      `${server} wants a certificate of its clients, which Rondel does not have. Set \`tls-auth-clients optional\` there.`,
    stays: true,
  },
  {
    said: /certificate|Hostname\/IP does not match/i,
    means: (server, said) =>
      `${server} shows a certificate that is not trusted here (${said}). Name the file of its authority with --redis-ca or REDIS_CA, and Redis by a name of the certificate.`,
    stays: true,
  },
];

/** What ioredis calls commands that it gave up because the connection broke under them. */
const givenUp = new Set(['AbortError', 'MaxRetriesPerRequestError']);

const brokenConnection =
  /ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|ENOENT|Command timed out|Socket timeout|Connection is closed|Stream isn't writeable/;

/** It is a replica now, or has none any more as others follow another one: whoever leads is found by connecting anew. */
export function mayLeadNoMore({ message }: Error): boolean {
  return word('READONLY|UNBLOCKED|NOREPLICAS').test(message);
}

/** Whether Redis has refused a command as its user must not do that. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && forbidden.test(reasonOf(originOf(error)));
}

/** Whether a command failed because Redis could not be reached or cannot serve, whatever the command was. */
export function isRedisTrouble(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (isRondelError(error)) return false;
  return givenUp.has(error.name) || brokenConnection.test(reasonOf(error)) || troubleIn(error) !== undefined;
}

function troubleIn(error: Error): Trouble | undefined {
  const reason = reasonOf(error);
  return troubles.find(({ said }) => said.test(reason));
}

/** The envelope for a command that failed because Redis did not answer, or could not do it now. */
export function redisUnavailable(cause: unknown, server = 'Redis'): RondelError {
  const error = cause instanceof Error ? originOf(cause) : new Error(String(cause));
  if (isRondelError(error)) return error;
  const trouble = troubleIn(error);
  if (trouble) {
    const said = `${commandOf(error)}${reasonOf(error).replace(/\.? script: .*$/, '')}`;
    return new RondelError('SERVICE_UNAVAILABLE', trouble.means(server, said), {
      cause,
      ...(trouble.stays && { retryable: false }),
    });
  }
  const reason = givenUp.has(error.name) ? 'the connection broke' : reasonOf(error);
  return new RondelError('SERVICE_UNAVAILABLE', `${server} does not answer (${reason}). Try again in a few seconds.`, {
    cause,
  });
}

/** Why the Sentinels, each with what came of asking it, could not say where the primary is. */
export function noPrimary(answers: ReadonlyMap<string, string>, name: string): RondelError {
  const found = (what: RegExp) => [...answers].find(([, said]) => what.test(said));
  const [refusing, refusal] = found(/NOAUTH|WRONGPASS|invalid password/) ?? [];
  if (refusing !== undefined) {
    return ofSentinels(
      `The Sentinel ${refusing} refuses user or password (${refusal?.split(' ')[0]}). Those of Sentinels stand in ${sentinelVariables.user} and ${sentinelVariables.password}; those in front of the @ of REDIS_URL are for Redis itself.`,
    );
  }
  const [unknowing] = found(/No such master|invalid reply: null/) ?? [];
  if (unknowing !== undefined) {
    return ofSentinels(
      `The Sentinel ${unknowing} knows no primary by the name ${JSON.stringify(name)}. Name the one of its \`sentinel monitor\` behind the / of REDIS_URL.`,
    );
  }
  const [none] = found(/unknown command/i) ?? [];
  if (none !== undefined) {
    return ofSentinels(
      `What answers at ${none} is no Sentinel. Name the Sentinels in REDIS_URL (their port is 26379 as a rule), or Redis itself with redis://HOST:PORT.`,
    );
  }
  const [forbidding, forbidden] = found(/NOPERM/) ?? [];
  if (forbidding !== undefined) {
    return ofSentinels(
      `The Sentinel ${forbidding} does not allow its user what Rondel needs (${forbidden}). Allow it: ACL SETUSER <user> allchannels +hello +auth +client +sentinel`,
    );
  }
  const said = [...answers].map(([place, why]) => `${place}: ${why.replace(/\.$/, '')}`).join('; ');
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `No Sentinel of REDIS_URL answers (${said}). Look whether they run, whether they speak TLS (rediss+sentinel://), and then whether their certificate is trusted here (--redis-ca or REDIS_CA).`,
  );
}

function ofSentinels(message: string): RondelError {
  return new RondelError('SERVICE_UNAVAILABLE', message, { retryable: false });
}

/** Why a command was given up stands behind what ioredis says of it. */
function originOf(error: Error): Error {
  return error.cause instanceof Error ? originOf(error.cause) : error;
}

/** An answer of Redis says less than the command that it was for. */
function commandOf(error: Error): string {
  if (!('command' in error) || error.name !== 'ReplyError') return '';
  const { command } = error;
  const isNamed = typeof command === 'object' && command !== null && 'name' in command;
  return isNamed && typeof command.name === 'string' ? `${command.name}: ` : '';
}

/** Where a host has several addresses, the error of all of them says nothing by itself. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((each: unknown) => (each instanceof Error ? each.message : String(each))).join(', ');
  }
  return error.message;
}
