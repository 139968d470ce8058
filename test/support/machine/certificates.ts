import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its private key, both in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateFacts {
  /** Names and IPv4 addresses of the server. */
  readonly names?: readonly string[];
  /** Who signs it; itself unless told. */
  readonly issuer?: TestAuthority;
  /** Days from now on, negative for the past. @default -1 */
  readonly fromDays?: number;
  /** @default 30 */
  readonly toDays?: number;
}

export interface TestAuthority extends TestCertificate {
  readonly name: string;
  readonly signingKey: KeyObject;
}

/** Makes certificates as RFC 5280 has them, with keys on the curve P-256: what is needed to speak TLS in tests, and no more. */
export function makeCertificate(facts: CertificateFacts = {}): TestCertificate {
  const { names = ['localhost', '127.0.0.1'], issuer } = facts;
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const alternatives = names.map((name) =>
    isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  const extension = sequence(objectId('551d11'), octets(sequence(...alternatives)));
  const signed = { subject: names[0] ?? 'none', issuer: issuer?.name ?? names[0] ?? 'none', extension };
  return {
    cert: certificate({
      ...facts,
      ...signed,
      subjectKey: pair.publicKey,
      signingKey: issuer?.signingKey ?? pair.privateKey,
    }),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A private authority, as hospitals have one. */
export function makeAuthority(name = 'Lab authority'): TestAuthority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const yes = der(0x01, Buffer.from([0xff]));
  const extension = sequence(objectId('551d13'), yes, octets(sequence(yes)));
  const cert = certificate({
    subject: name,
    issuer: name,
    extension,
    subjectKey: pair.publicKey,
    signingKey: pair.privateKey,
  });
  return {
    name,
    signingKey: pair.privateKey,
    cert,
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface Signing extends Pick<CertificateFacts, 'fromDays' | 'toDays'> {
  readonly subject: string;
  readonly issuer: string;
  readonly extension: Buffer;
  readonly subjectKey: KeyObject;
  readonly signingKey: KeyObject;
}

function certificate(facts: Signing): string {
  const { subject, issuer, extension, subjectKey, signingKey, fromDays = -1, toDays = 30 } = facts;
  const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(fromDays), time(toDays)),
    commonName(subject),
    subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', body, signingKey);
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: readonly Buffer[]) => der(0x30, ...contents);
const octets = (content: Buffer) => der(0x04, content);
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const commonName = (name: string) => sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(name)))));

/** UTCTime, YYMMDDHHMMSSZ. */
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString();
  return der(0x17, Buffer.from(`${text.replace(/\D/g, '').slice(2, 14)}Z`));
}
