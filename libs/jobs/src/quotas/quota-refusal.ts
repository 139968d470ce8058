import { quotaNames, quotaScopes, quotaWords, RondelError, type Failure, type QuotaName } from '@rondel/contracts';
import { Check, Type, type Static } from '@rondel/contracts/schema';

const RefusalSchema = Type.Object({
  of: Type.Enum(quotaScopes),
  quota: Type.Enum(quotaNames),
  limit: Type.Number(),
  used: Type.Number(),
});
export type QuotaRefusal = Static<typeof RefusalSchema>;

const answered = /^QUOTA (\{.*\})/s;
const daySeconds = 24 * 3600;

/** When it is worth to try again: jobs and uploads end all the time, what is stored goes when somebody erases it. */
const retrySeconds: Readonly<Record<QuotaName, number>> = {
  waiting: 30,
  running: 30,
  uploads: 30,
  uploadBytes: 30,
  plans: 60,
  algorithms: 60,
  secondsPerDay: daySeconds,
  storedBytes: 3600,
  outputBytes: daySeconds,
  attemptSeconds: daySeconds,
};

/** What somebody can do who does not want to wait. */
const nextSteps: Readonly<Record<QuotaName, string>> = {
  waiting: 'Wait until some have run, or cancel some',
  running: 'Wait until some have ended',
  uploads: 'Finish some or give them up',
  uploadBytes: 'Finish some uploads or give them up',
  plans: 'Delete some with DELETE /v1/plans/{id}',
  algorithms: 'Close one that is not needed',
  secondsPerDay: 'Come back after midnight UTC',
  storedBytes: 'Erase jobs whose data are not needed any more',
  outputBytes: 'Ask for a smaller image',
  attemptSeconds: 'Ask for less time',
};

/** A refusal by a script that counts, see `quota.lua`; undefined for any other error. */
export function quotaRefusal(error: unknown, now = Date.now()): RondelError | undefined {
  const [, text] = (error instanceof Error && answered.exec(error.message)) || [];
  if (text === undefined) return undefined;
  const refusal: unknown = JSON.parse(text);
  return Check(RefusalSchema, refusal) ? quotaExceeded(refusal, now) : undefined;
}

function quotaExceeded({ of, quota, limit, used }: QuotaRefusal, now: number): RondelError {
  const untilMidnight = daySeconds - Math.floor((now / 1000) % daySeconds);
  const whose = of === 'project' ? 'The project has' : 'You have';
  return new RondelError(
    'QUOTA_EXCEEDED',
    `${whose} a quota of ${limit} ${quotaWords[quota]} (${quota}), of which ${rounded(used)} are used. ${nextSteps[quota]}, or ask whoever runs this server for more: rondel quota.`,
    {
      details: {
        quota,
        of,
        limit,
        used,
        retryAfterSeconds: quota === 'secondsPerDay' ? untilMidnight : retrySeconds[quota],
      },
      retryable: true,
    },
  );
}

/** A failure that names the quota of the project where an image or a part is larger than that. Waiting does not help against it. */
export function namingOutputQuota(failed: Failure): Failure {
  const { code, message, details = {} } = failed;
  if (code !== 'QUOTA_EXCEEDED' || details.limit !== 'maxOutputBytes') return failed;
  return {
    ...failed,
    message: `${message} It is the project's quota outputBytes: rondel quota.`,
    details: { ...details, quota: 'outputBytes', of: 'project', limit: details.maxBytes },
  };
}

function rounded(used: number): number {
  return Math.round(used * 10) / 10;
}
