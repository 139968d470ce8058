import type { Server as HttpServer } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import { isRondelError, toFailure } from '@rondel/contracts';
import type { Logger } from '@rondel/telemetry';
import { loadCertificate, type Certificate, type CertificateFiles } from './certificate.js';

const lookEveryMs = 10_000;
const dayMs = 24 * 3_600_000;
/** Days before its end from which a certificate that nobody has renewed is told of, once a day. */
const renewalDays = 14;

export interface CertificateWatch {
  readonly server: HttpServer;
  readonly logger: Logger;
  /** @default 10000 */
  readonly everyMs?: number;
}

/**
 * Shows new connections another certificate when its files have changed. They are read again and compared, because links that
 * are turned round, as those of Kubernetes and certbot, change neither the file's name nor, always, its time. What cannot be
 * used leaves the present one in force, and is told if it is still so at the next look: two files are not replaced at once.
 *
 * Returns the function that stops it.
 */
export function watchCertificate(files: CertificateFiles, first: Certificate, watch: CertificateWatch): () => void {
  const { server, logger, everyMs = lookEveryMs } = watch;
  let present = first;
  let trouble: { readonly message: string; told: boolean } | undefined;
  let toldOfEndAt = -Infinity;
  const failed = (message: string) => {
    if (trouble?.message !== message) {
      trouble = { message, told: false };
      return;
    }
    if (!trouble.told) logger.error({ validTo: present.validTo }, `The certificate in use stays. ${message}`);
    trouble.told = true;
  };
  const look = async () => {
    try {
      const found = await loadCertificate(files);
      trouble = undefined;
      if (found.fingerprint === present.fingerprint) return;
      if (server instanceof TlsServer) server.setSecureContext(found.context);
      present = found;
      toldOfEndAt = -Infinity;
      logger.info({ names: found.names, validTo: found.validTo }, 'new connections get the new certificate');
      warnOfOpenKey(found, files, logger);
    } catch (error) {
      failed(isRondelError(error) ? error.message : toFailure(error).message);
    }
  };
  const tellOfEnd = () => {
    const days = (present.validTo.getTime() - Date.now()) / dayMs;
    if (days > renewalDays || performance.now() - toldOfEndAt < dayMs) return;
    toldOfEndAt = performance.now();
    const end = present.validTo.toISOString();
    if (days > 0) logger.warn({ validTo: end }, `The certificate in ${files.cert} ends ${end}. Renew it.`);
    else
      logger.error(
        { validTo: end },
        `The certificate in use has ended ${end}: clients refuse it. Renew ${files.cert}.`,
      );
  };
  warnOfOpenKey(first, files, logger);
  tellOfEnd();
  let looking = false;
  const timer = setInterval(() => {
    // A file system that does not answer is asked once.
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
      tellOfEnd();
    });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** What an API speaks: TLS where it has files of a certificate. Throws as `loadCertificate`. */
export async function openTls(files: CertificateFiles | undefined, logger: Logger) {
  if (files === undefined) return { scheme: 'http' as const, watch: () => () => undefined };
  const certificate = await loadCertificate(files);
  const watch = (server: HttpServer) => watchCertificate(files, certificate, { server, logger });
  return { scheme: 'https' as const, certificate, watch };
}

function warnOfOpenKey({ keyIsOpen }: Certificate, { key }: CertificateFiles, logger: Logger): void {
  if (keyIsOpen)
    logger.warn(`Every account of this machine may read ${key}: chmod o= it, as whoever has it can pose as this API.`);
}
