import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const run = promisify(execFile);
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A page that is only looked at needs none of what a browser does in the background. */
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Names that lead here as those of a rebound host do; nobody has them (RFC 2606).
  '--host-resolver-rules=MAP *.example 127.0.0.1',
];

/**
 * The program of a Chromium that this machine has, or that Debian has and root may install; else nothing, with the
 * reason printed.
 */
export async function findChromium(): Promise<string | undefined> {
  const found = programs.find((program) => existsSync(program)) ?? (await installChromium());
  return found;
}

/** An own browser with an empty profile. */
export function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: switches });
}

async function installChromium(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.warn(
      `Tests in a browser are skipped: none of ${programs.join(', ')} is here, and only root can install it.`,
    );
    return undefined;
  }
  try {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 2 ** 20,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 500) : String(error);
    console.warn(`Tests in a browser are skipped: Chromium cannot be installed here. ${reason}`);
    return undefined;
  }
  return programs.find((program) => existsSync(program));
}
