import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { RondelError } from '@rondel/contracts';
import type { RedisOptions } from 'ioredis';

/** Where Redis is, and how to get there. */
export interface RedisAddress {
  readonly options: RedisOptions;
  /** Without names of users and passwords. */
  readonly text: string;
}

export const sentinelVariables = { user: 'REDIS_SENTINEL_USERNAME', password: 'REDIS_SENTINEL_PASSWORD' } as const;

const redisPort = 6379;
const sentinelPort = 26379;

const forms =
  'REDIS_URL reads redis://[USER:PASSWORD@]HOST[:PORT][/DB], rediss:// where Redis wants TLS, unix:///FILE for a socket, or redis+sentinel://[USER:PASSWORD@]HOST[:PORT],HOST[:PORT]/NAME[/DB] for Sentinels that know the primary NAME. Behind rediss:// may stand ?ca=FILE, the certificate of its authority in PEM. Special characters of names, passwords and files are percent-encoded.';

/** Forms of others that say what is meant. */
const otherForms: readonly (readonly [scheme: RegExp, because: string])[] = [
  [/cluster/, 'Rondel does not run on a Redis Cluster: it needs one primary, with or without Sentinels'],
  [/sentinel/, 'Sentinels are named with redis+sentinel://, or rediss+sentinel:// with TLS'],
];

/**
 * Reads an address of Redis or Valkey: `redis://`, `rediss://` (TLS), `unix://`, and with Sentinels `redis+sentinel://` or
 * `rediss+sentinel://` (TLS to Sentinels and Redis); `valkey` may stand for `redis`. User and password are those of Redis;
 * those of the Sentinels are `sentinelUsername` and `sentinelPassword` behind a question mark. Ports are 6379, of Sentinels
 * 26379, and the database 0 unless said otherwise. With TLS `ca` behind a question mark is a file with the certificates of
 * authorities, in place of those that the system trusts.
 *
 * Throws `INVALID_REQUEST`, without the password, for anything else.
 */
export function redisAddress(url: string): RedisAddress {
  const parts = /^([a-z+-]+):\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(url);
  if (!parts)
    throw wrong(otherForms.find(([form]) => form.test(url.split(':')[0] ?? ''))?.[1] ?? 'It is no such address');
  const [, scheme = '', login = '', hosts = '', path = '', query = ''] = parts;
  const settings = new URLSearchParams(query);
  const credentials = loginOf(login);
  if (scheme === 'unix') return socketAddress({ credentials, hosts, path, settings });
  const known = /^(?:redis|valkey)(s?)(\+sentinel)?$/.exec(scheme);
  if (!known) throw wrong(otherForms.find(([form]) => form.test(scheme))?.[1] ?? `It begins with ${scheme}://`);
  const [, tls, sentinel] = known;
  const places = hosts.split(',').map((host) => placeOf(host, sentinel ? sentinelPort : redisPort));
  const common = { ...credentials, ...(tls && { tls: authoritiesIn(settings) }) };
  const text = `${scheme}://${places.map(placeText).join(',')}`;
  if (sentinel) return sentinelAddress({ common, places, path, settings, text });
  const [place, another] = places;
  if (another || !place)
    throw wrong(`It names ${places.length} servers, which neither Redis nor a Cluster is known by`);
  const db = databaseOf(path === '' ? settings.get('db') : path);
  refuseOthers(settings, ['db', 'family', ...(tls ? ['ca'] : [])]);
  const family = numberIn(settings.get('family') ?? '0', 'What is behind family=');
  return { options: { ...place, ...common, db, family }, text: `${text}${db === 0 ? '' : `/${db}`}` };
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function sentinelAddress({
  common,
  places,
  path,
  settings,
  text,
}: {
  readonly common: RedisOptions;
  readonly places: readonly Place[];
  readonly path: string;
  readonly settings: URLSearchParams;
  readonly text: string;
}): RedisAddress {
  const [name = '', database, ...more] = path.split('/');
  if (name === '') throw wrong('It lacks the name by which the Sentinels know the primary, e.g. /mymaster');
  if (more.length > 0) throw wrong(`Nothing comes after name and database, but it has /${more.join('/')}`);
  refuseOthers(settings, ['db', 'sentinelUsername', 'sentinelPassword', ...(common.tls ? ['ca'] : [])]);
  const db = databaseOf(database ?? settings.get('db'));
  const { tls } = common;
  const [user, password] = [settings.get('sentinelUsername'), settings.get('sentinelPassword')];
  const options: RedisOptions = {
    ...common,
    db,
    name: decoded(name),
    sentinels: [...places],
    ...(user && { sentinelUsername: user }),
    ...(password && { sentinelPassword: password }),
    ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
  return { options, text: `${text}/${name}${db === 0 ? '' : `/${db}`}` };
}

function socketAddress({
  credentials,
  hosts,
  path,
  settings,
}: {
  readonly credentials: RedisOptions;
  readonly hosts: string;
  readonly path: string;
  readonly settings: URLSearchParams;
}): RedisAddress {
  if (hosts !== '' || path === '') throw wrong('A socket is a file: three slashes and its path');
  refuseOthers(settings, ['db']);
  const file = `/${decoded(path)}`;
  return { options: { ...credentials, path: file, db: databaseOf(settings.get('db')) }, text: `unix://${file}` };
}

function authoritiesIn(settings: URLSearchParams): { ca?: Buffer } {
  const file = settings.get('ca');
  if (file === null) return {};
  try {
    return { ca: readFileSync(file) };
  } catch (error) {
    throw wrong(`The file ${file} with the certificate of its authority cannot be read (${String(error)})`);
  }
}

/** Who may listen to what goes there. */
export interface RedisReach {
  readonly encrypted: boolean;
  /** Whether all of it goes through this machine alone. */
  readonly loopback: boolean;
}

/** Throws as `redisAddress` does. */
export function redisReach(url: string): RedisReach {
  const { options } = redisAddress(url);
  const hosts = options.sentinels ? options.sentinels.map(({ host = '' }) => host) : [options.host ?? ''];
  return { encrypted: options.tls !== undefined, loopback: options.path !== undefined || hosts.every(isLoopback) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The address for messages and logs. Throws as `redisAddress` does. */
export function withoutPassword(url: string): string {
  return redisAddress(url).text;
}

/**
 * `REDIS_URL`, with the login of its Sentinels, where that stands in `REDIS_SENTINEL_USERNAME` and
 * `REDIS_SENTINEL_PASSWORD`, and with `REDIS_CA` where it says no `ca` itself; undefined where it is not set. Throws as `redisAddress` does.
 */
export function namedRedis(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const url = environment.REDIS_URL?.trim();
  if (!url) return undefined;
  const { options } = redisAddress(url);
  const user = options.sentinels && environment[sentinelVariables.user];
  const password = options.sentinels && environment[sentinelVariables.password];
  const ca = options.tls && environment.REDIS_CA;
  const more = new URLSearchParams({
    ...(user && !options.sentinelUsername && { sentinelUsername: user }),
    ...(password && !options.sentinelPassword && { sentinelPassword: password }),
    ...(ca && !options.tls?.ca && { ca }),
  }).toString();
  if (more === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${more}`;
}

function loginOf(login: string): RedisOptions {
  if (login === '') return {};
  const colon = login.indexOf(':');
  const [username, password] = colon < 0 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
  return { ...(username && { username: decoded(username) }), password: decoded(password) };
}

function placeOf(text: string, usualPort: number): Place {
  const [, six, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = six ?? plain;
  if (host === undefined) {
    throw wrong(text === '' ? 'It lacks a host' : 'A host is a name or an address, with or without a port');
  }
  const number = Number(port ?? usualPort);
  if (number < 1 || number > 65_535) throw wrong(`Port ${number} is not within 1 to 65535`);
  return { host, port: number };
}

function placeText({ host, port }: Place): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function databaseOf(text: string | null): number {
  return text === null || text === '' ? 0 : numberIn(text, 'The database');
}

/** What it is instead may be the rest of a password that is not encoded. */
function numberIn(text: string, what: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw wrong(`${what} is a number, but it has something else there`);
}

function refuseOthers(settings: URLSearchParams, known: readonly string[]): void {
  const isUnknown = [...settings.keys()].some((name) => !known.includes(name));
  if (isUnknown) throw wrong(`Behind the question mark may be ${known.join(', ')}, but it has something else there`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw wrong('A % in it does not begin a percent-encoded character');
    throw error;
  }
}

function wrong(because: string): RondelError {
  return new RondelError('INVALID_REQUEST', `The address of Redis cannot be used. ${because}. ${forms}`);
}
