import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createSecureContext, type SecureVersion } from 'node:tls';
import { RondelError } from '@rondel/contracts';

/** The two files that make an API speak TLS, in PEM. */
export interface CertificateFiles {
  /** The certificate of the server, below it those of its issuers as far as clients do not have them. */
  readonly cert: string;
  /** Its private key, without a passphrase. */
  readonly key: string;
}

/** A certificate with its key that clients can be shown. */
export interface Certificate {
  /** For the server: it takes nothing older than TLS 1.2. */
  readonly context: { readonly cert: Buffer; readonly key: Buffer; readonly minVersion: SecureVersion };
  /** SHA-256 over both files; another one says that they have changed. */
  readonly fingerprint: string;
  /** The names it was made for, as the certificate has them. */
  readonly names: string;
  readonly validTo: Date;
  /** Whether every account of the machine may read the key. */
  readonly keyIsOpen: boolean;
}

/** Chains of certificates have some 10 KB. */
const longestFile = 2 ** 20;

/**
 * Reads and checks both files. Throws `INVALID_REQUEST`, with the file, the cause and what to do, where one is not there, may
 * not be read or is something else, where they do not belong together, and outside of the time for which the certificate holds.
 */
export async function loadCertificate(files: CertificateFiles, now = new Date()): Promise<Certificate> {
  const [cert, key] = [await readPem('--tls-cert', files.cert), await readPem('--tls-key', files.key)];
  const certificate = certificateOf(cert.bytes, files);
  if (!certificate.checkPrivateKey(keyOf(key.bytes, files))) {
    throw refused(
      `--tls-key ${files.key} does not belong to the certificate in ${files.cert}, which is for ${namesOf(certificate)}. Name the key that it was made with.`,
    );
  }
  checkTime(certificate, files, now);
  const context = { cert: cert.bytes, key: key.bytes, minVersion: 'TLSv1.2' as const };
  try {
    createSecureContext(context);
  } catch (error) {
    throw refused(
      `No TLS can be spoken with --tls-cert ${files.cert} and --tls-key ${files.key}: ${reasonOf(error)}. Have a certificate made with a key of 2048 bits (RSA) or 256 bits (EC) at least.`,
      error,
    );
  }
  return {
    context,
    fingerprint: createHash('sha256').update(cert.bytes).update('\0').update(key.bytes).digest('hex'),
    names: namesOf(certificate),
    validTo: new Date(certificate.validTo),
    keyIsOpen: (key.mode & 0o007) !== 0,
  };
}

async function readPem(option: string, path: string): Promise<{ readonly bytes: Buffer; readonly mode: number }> {
  try {
    const file = await open(path);
    try {
      const { mode, size } = await file.stat();
      if (size > longestFile) throw refused(`${option} ${path} has ${size} bytes, and no PEM file is that long.`);
      return { bytes: await file.readFile(), mode };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(option, path, error);
  }
}

function unreadable(option: string, path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error) || error instanceof RondelError) return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    return refused(
      `${option} ${path}: there is no such file. Name the PEM file, as the account sees it that runs the API.`,
    );
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return refused(
      `${option} ${path}: the account that runs the API may not read it. Give it or its group the right to.`,
    );
  return refused(`${option} ${path} cannot be read: ${reasonOf(error)}.`, error);
}

function certificateOf(bytes: Buffer, { cert }: CertificateFiles): X509Certificate {
  try {
    // Others than PEM are parsed, too, but not by the server.
    if (bytes.includes('-----BEGIN ')) return new X509Certificate(bytes);
  } catch (error) {
    throw refused(`--tls-cert ${cert} holds no certificate: ${reasonOf(error)}. ${pemCertificate}`, error);
  }
  throw refused(`--tls-cert ${cert} holds no certificate in PEM. ${pemCertificate}`);
}

const pemCertificate =
  'It begins with -----BEGIN CERTIFICATE----- and has the certificates of the issuers below; `openssl x509 -in FILE -inform DER` makes it of others.';

function keyOf(bytes: Buffer, { key }: CertificateFiles): KeyObject {
  const isEncrypted = /^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(bytes.toString('latin1'));
  if (isEncrypted) {
    throw refused(
      `--tls-key ${key} is locked with a passphrase, which nobody could type when the API starts. Write it without one (openssl pkey -in ${key} -out NEW), readable for the account of the API alone.`,
    );
  }
  try {
    return createPrivateKey(bytes);
  } catch (error) {
    throw refused(
      `--tls-key ${key} holds no private key: ${reasonOf(error)}. It begins with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA or EC PRIVATE KEY-----.`,
      error,
    );
  }
}

function checkTime(certificate: X509Certificate, { cert }: CertificateFiles, now: Date): void {
  if (new Date(certificate.validTo) < now) {
    throw refused(
      `The certificate in --tls-cert ${cert} has expired on ${certificate.validTo}: no client would take it. Renew it.`,
    );
  }
  if (new Date(certificate.validFrom) > now) {
    throw refused(
      `The certificate in --tls-cert ${cert} holds from ${certificate.validFrom} on, and here it is ${now.toISOString()}. Look at the clock of this machine, or take another certificate until then.`,
    );
  }
}

function namesOf({ subjectAltName, subject }: X509Certificate): string {
  return subjectAltName ?? subject.replaceAll('\n', ', ');
}

function refused(message: string, cause?: unknown): RondelError {
  return new RondelError('INVALID_REQUEST', message, { cause });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
