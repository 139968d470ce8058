import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { roles } from '@rondel/contracts';
import { rondel } from '../../support/machine/rondel-command.js';
import { startStackWithToken, type Stack } from '../../support/machine/stack.js';
import { runSchemathesis, type RunOutcome } from './schemathesis.js';
import { angles, asking, canaryOf, makeThings, rootFile, type Things } from './things.js';

export interface AccessTrial {
  readonly command: string;
  readonly examples: number;
  readonly seed: number;
  readonly phases: string;
  /** One token alone, such as `knee-reader`. */
  readonly only?: string | undefined;
  readonly say: (line: string) => void;
}

const projects = ['knee', 'heart'] as const;
type Project = (typeof projects)[number];

interface Installation {
  readonly stack: Stack;
  readonly url: string;
  readonly admin: string;
  /** A token of each role of each project, by `PROJECT-ROLE`. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Runs schemathesis with one token after the other. Returns how many requests there were, and with which tokens something was wrong. */
export async function tryAccess(trial: AccessTrial): Promise<{ requests: number; failed: string[] }> {
  const stack = await startStackWithToken('--pools', 'default,idle', '--log-level', 'warn');
  const failed: string[] = [];
  let requests = 0;
  const [asked, done] = [new Set<string>(), new Set<string>()];
  try {
    const installation = await furnish(stack);
    // Admins come last: what they make may have something of both projects.
    for (const role of roles) {
      for (const project of projects) {
        const name = `${project}-${role}`;
        if (trial.only !== undefined && trial.only !== name) continue;
        const outcome = await tryToken(installation, trial, { project, role });
        requests += outcome.counts.requests ?? 0;
        for (const name of Object.keys(outcome.counts)) {
          const [how, ...operation] = name.split(' ');
          if (how === 'done' || how === 'asked') asked.add(operation.join(' '));
          if (how === 'done') done.add(operation.join(' '));
        }
        trial.say(`${outcome.passed ? 'ok    ' : 'FAILED'}  ${name}: ${summary(outcome)}`);
        if (outcome.passed) continue;
        failed.push(name);
        trial.say(outcome.text);
      }
    }
  } finally {
    await stack.stop();
  }
  trial.say(
    `${requests} requests. Never answered with 2xx or 3xx: ${[...asked].filter((name) => !done.has(name)).join(', ') || 'none'}`,
  );
  return { requests, failed };
}

function summary({ counts }: RunOutcome): string {
  const classes = ['2xx', '3xx', '4xx', '5xx'].map((name) => `${counts[name] ?? 0} ${name}`);
  return `${counts.requests ?? 0} requests, ${classes.join(', ')}`;
}

async function furnish(stack: Stack): Promise<Installation> {
  await mkdir(join(stack.directory, 'scans'));
  const roots = projects.flatMap((project) => ['--grant', `scans:${project}=${project}/`]);
  await stack.startWorker('--data-root', `scans=${join(stack.directory, 'scans')}`, ...roots);
  const admin = await stack.token();
  const secrets = new Map<string, string>();
  for (const project of projects) {
    for (const role of roles) {
      // Their names are those of submitters.
      secrets.set(`${project}-${role}`, await makeToken(stack.client.url, admin, { project, role }));
    }
  }
  return { stack, url: stack.client.url, admin, secrets };
}

async function makeToken(url: string, admin: string, of: { readonly project: Project; readonly role: string }) {
  const name = `${canaryOf(of.project)}-${of.role}`;
  const made = await asking(url, admin)('POST', '/v1/tokens', { json: { name, ...of } });
  return (made as { secret?: string }).secret ?? '';
}

async function tryToken(
  installation: Installation,
  { command, examples, seed, phases }: AccessTrial,
  { project, role }: { readonly project: Project; readonly role: string },
): Promise<RunOutcome> {
  const { stack, url, secrets } = installation;
  const other = project === 'knee' ? 'heart' : 'knee';
  const [own, foreign] = [await thingsOf(installation, project), await thingsOf(installation, other)];
  const isAdmin = role === 'admin';
  const token = secrets.get(`${project}-${role}`) ?? '';
  return runSchemathesis({
    command,
    url,
    token,
    facts: {
      role,
      angles,
      own: { ...own, ...(await spare(installation)), login: [token] },
      foreign,
      secret: isAdmin ? [] : secretsOf(other, foreign),
    },
    seed,
    examples,
    phases,
    folder: stack.directory,
  });
}

/** Marks, ids and hashes of a project. */
function secretsOf(project: Project, things: Things): string[] {
  const kinds = ['job', 'sweep', 'plan', 'algorithm', 'upload', 'artifact'];
  return [canaryOf(project), ...kinds.flatMap((kind) => things[kind] ?? [])];
}

async function thingsOf({ stack, url, secrets }: Installation, project: Project): Promise<Things> {
  const phantom = join(stack.directory, `${project}.npy`);
  const size = project === 'knee' ? 24 : 25;
  const form = ['--size', `${size}`, '--frames', '1', '--angles', `${angles.length}`];
  const drawn = await rondel(['data', 'phantom', '-o', phantom, ...form], stack.environment);
  if (drawn.code !== 0) throw new Error(drawn.stderr);
  const scans = join(stack.directory, 'scans', project);
  await mkdir(scans, { recursive: true });
  await copyFile(phantom, join(scans, rootFile(project)));
  return makeThings(project, asking(url, secrets.get(`${project}-submitter`) ?? ''), phantom);
}

/** What requests may end: a token, a worker and a pool that nothing else needs. */
async function spare({ stack, url, admin }: Installation): Promise<Things> {
  const made = await asking(url, admin)('POST', '/v1/tokens', {
    json: { name: 'spare', project: 'spare', role: 'reader' },
  });
  const worker = await stack.startWorker('--pool', 'spare');
  return { token: [made.id], worker: [worker.record.id], pool: ['spare', 'idle'], 'spare-project': ['spare'] };
}
