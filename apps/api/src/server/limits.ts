import { RondelError, type QuotaName } from '@rondel/contracts';
import type { OpenUploadLimits } from '@rondel/jobs';

/**
 * What one submission, one submitter and all together may take. Each has the option of `rondel api` that sets it in the
 * sentence with which something is refused.
 */
export interface ApiLimits {
  /** Seconds that an attempt may take of a job that does not say so itself; 12 hours. `--default-time` */
  readonly defaultSeconds: number;
  /** Seconds that a job may ask for; 7 days, which is also the most that may be set. `--max-time` */
  readonly maxSeconds: number;
  /** Bytes of an image, or of another array that a job writes; 64 GiB. `--max-output` */
  readonly maxOutputBytes: number;
  /** Bytes of all plan sessions together in Redis; 256 MiB, of which one session has at most a sixteenth. `--max-session-bytes` */
  readonly sessionBytes: number;
  /** Plan sessions that may be there at once; 1,000. `--max-sessions` */
  readonly sessions: number;
  /** Bytes of one upload; 64 GiB. `--max-upload` */
  readonly maxUploadBytes: number;
  /**
   * Open uploads: of one submitter 64, of all 512 (`--max-open-uploads`), with 256 GiB of one and 1 TiB of all together
   * (`--max-open-upload-bytes`).
   */
  readonly openUploads: OpenUploadLimits;
  /** Bytes of the store's disk that uploads leave free, so that running jobs can end; 256 MiB, or a twentieth of a smaller disk. `--min-free` */
  readonly leastFreeBytes: number;
}

/** What each single job of a project may take. */
export interface JobBounds extends ApiLimits {
  /** What of it a quota of the project has made narrower than the installation has it. */
  readonly narrowed: Partial<Record<Extract<QuotaName, 'outputBytes' | 'attemptSeconds'>, number>>;
}

export const apiLimits: ApiLimits = {
  defaultSeconds: 12 * 3600,
  maxSeconds: 7 * 24 * 3600,
  maxOutputBytes: 64 * 2 ** 30,
  sessionBytes: 2 ** 28,
  sessions: 1000,
  maxUploadBytes: 64 * 2 ** 30,
  openUploads: { ofOne: 64, inAll: 512, bytes: 2 ** 40, bytesOfOne: 2 ** 38 },
  leastFreeBytes: 2 ** 28,
};

/** The seconds that each attempt gets. Throws `QUOTA_EXCEEDED` above the maximum. */
export function attemptSeconds(
  asked: number | undefined,
  { defaultSeconds, maxSeconds, narrowed }: ApiLimits & Partial<Pick<JobBounds, 'narrowed'>>,
): number {
  const seconds = asked ?? Math.min(defaultSeconds, maxSeconds);
  if (seconds <= maxSeconds) return seconds;
  const by =
    narrowed?.attemptSeconds === maxSeconds ? 'the quota attemptSeconds of the project' : 'rondel api --max-time';
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `timeoutSeconds is ${seconds}; an attempt gets at most ${maxSeconds} s here (${by}).`,
    {
      details: {
        maxSeconds,
        ...(narrowed?.attemptSeconds === maxSeconds && { quota: 'attemptSeconds', of: 'project', limit: maxSeconds }),
      },
    },
  );
}

/** Bytes that are about to come, and that have come before of the same upload. */
export interface ComingBytes {
  readonly bytes: number;
  readonly arrived?: number;
}

/** What an upload may take. */
export interface UploadRoom {
  /** Bytes that it may have in all. */
  readonly maxBytes: number;
  /** How many more there is room for while it arrives, as others write meanwhile. Throws as `uploadRoom` for fewer than come. */
  readonly room: (coming: number) => Promise<number>;
}

/** Throws `QUOTA_EXCEEDED` for more than is allowed, or than there is room for, which passes. */
export async function uploadRoom(
  { bytes, arrived = 0 }: ComingBytes,
  { maxUploadBytes, leastFreeBytes }: ApiLimits,
  freeBytes: () => Promise<number>,
): Promise<UploadRoom> {
  if (arrived + bytes > maxUploadBytes) {
    throw new RondelError(
      'QUOTA_EXCEEDED',
      `The data has more than the allowed ${maxUploadBytes} bytes (rondel api --max-upload).`,
      { details: { maxBytes: maxUploadBytes } },
    );
  }
  const roomFor = async (coming: number, what: string) => {
    const free = await freeBytes();
    const room = free - leastFreeBytes;
    if (coming <= room && room > 0) return room;
    throw new RondelError(
      'QUOTA_EXCEEDED',
      `${what}, but the artifact store has only ${free} left, of which ${leastFreeBytes} stay free (rondel api --min-free). Free some or give it a larger disk.`,
      { details: { freeBytes: free, leastFreeBytes }, retryable: true },
    );
  };
  await roomFor(bytes, `The data has ${bytes} bytes`);
  return { maxBytes: maxUploadBytes, room: (coming) => roomFor(coming, 'More of the data comes') };
}

const openUploadOptions: Record<keyof OpenUploadLimits, string> = {
  ofOne: 'uploads of yours are open (rondel api --max-open-uploads)',
  inAll: 'uploads are open (rondel api --max-open-uploads has a share of them for each submitter)',
  bytes: 'bytes are the most of all open uploads together (rondel api --max-open-upload-bytes)',
  bytesOfOne:
    'bytes are the most of all open uploads of yours together (rondel api --max-open-upload-bytes has four times as many for all)',
};

export function tooManyUploads(limit: keyof OpenUploadLimits, { openUploads }: ApiLimits): RondelError {
  return new RondelError(
    'QUOTA_EXCEEDED',
    `${openUploads[limit]} ${openUploadOptions[limit]}. Finish some or give them up with DELETE; those that bring nothing for a day are.`,
    { details: { limit, most: openUploads[limit] } },
  );
}
