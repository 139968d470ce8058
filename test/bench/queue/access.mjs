// What it costs to find out who asks: APIs that ask nobody, that want a token, and that want one of an identity provider, on one
// Redis and by turns in the same run. Run from the workspace root: npm run bench:access
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openJobs } from '@rondel/jobs';
import { describeMachine } from '../machine.mjs';
import { median } from '../statistics.mjs';
import { startIdentityProvider } from './identity-provider.mjs';
import { processorMilliseconds, processorSeconds } from './processes.mjs';
import { ended, keepInFlight } from './rate.mjs';
import { openRest } from './rest.mjs';
import { startStack, uploadSlices } from './stack.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    modes: { type: 'string', default: 'none,token,oidc' },
    /** Rounds of requests, in each of which every mode has its turn. */
    rounds: { type: 'string', default: '20' },
    requests: { type: 'string', default: '2000' },
    /** The same of empty jobs. */
    batches: { type: 'string', default: '6' },
    jobs: { type: 'string', default: '2000' },
    'in-flight': { type: 'string', default: '32' },
    concurrency: { type: 'string', default: '2' },
  },
});
const [rounds, requests, batches, jobs, inFlight, concurrency] = [
  'rounds',
  'requests',
  'batches',
  'jobs',
  'in-flight',
  'concurrency',
].map((name) => Number(values[name]));
/** Of each, before it counts: processes that have just started have still to compile themselves. */
const warmUp = { rounds: 3, batches: 2 };
const aims = { milliseconds: 0.3, share: 0.05 };

async function withToken(redisUrl) {
  const opened = await openJobs({ redisUrl, onError: console.error });
  const { secret } = await opened.tokens.create({ name: 'bench', role: 'submitter' });
  await opened.close();
  return secret;
}

async function startModes(stack, provider) {
  const mapping = join(stack.directory, 'members.toml');
  await writeFile(mapping, '[[members]]\ngroup = "lab"\nproject = "default"\nrole = "submitter"\n');
  const start = {
    none: async () => ({ args: [] }),
    token: async () => ({ args: ['--auth', 'token'], secret: await withToken(stack.redisUrl) }),
    oidc: async () => ({
      args: [
        ...['--auth', 'oidc', '--oidc-issuer', provider.issuer, '--oidc-client-id', provider.clientId],
        ...['--access-mapping', mapping],
      ],
      secret: await provider.token('lab'),
    }),
  };
  const modes = [];
  for (const name of values.modes.split(',')) {
    const { args, secret } = await start[name]();
    const api = await stack.startApi(args);
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    modes.push({ name, api, rest: openRest(api.url, 256, headers) });
  }
  return modes;
}

/** Each mode once, another one first each time. */
async function byTurns(modes, { turns, before }, measure) {
  const measured = Object.fromEntries(modes.map(({ name }) => [name, []]));
  for (let turn = -before; turn < turns; turn += 1) {
    const first = (turn + before) % modes.length;
    for (const mode of [...modes.slice(first), ...modes.slice(0, first)]) {
      const one = await measure(mode);
      if (turn >= 0) measured[mode.name].push(one);
    }
  }
  return measured;
}

async function readBatch({ api, rest }, path) {
  const before = await processorMilliseconds(api.pid);
  const start = performance.now();
  await keepInFlight(inFlight, requests, () => rest.get(path));
  const wall = (performance.now() - start) / requests;
  const after = await processorMilliseconds(api.pid);
  return { wall, processor: before === undefined ? undefined : (after - before) / requests };
}

/** From the first submission until the last record; how many there are is asked of another API. */
async function jobBatch({ api, rest }, { stack, submission }) {
  const done = await ended(stack.rest);
  const all = await processorSeconds({ ...stack.pids, api: api.pid });
  const own = await processorMilliseconds(api.pid);
  const start = performance.now();
  await keepInFlight(inFlight, jobs, () => rest.submit(submission));
  const accepting = ((await processorMilliseconds(api.pid)) - own) / jobs;
  for (let now = done; now.completed - done.completed < jobs; now = await ended(stack.rest)) {
    if (now.failed > done.failed) throw new Error(`${now.failed - done.failed} empty jobs failed.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const rate = jobs / ((performance.now() - start) / 1000);
  const after = await processorSeconds({ ...stack.pids, api: api.pid });
  const together = Object.keys(after ?? {}).reduce((sum, name) => sum + after[name] - all[name], 0);
  return { rate, accepting, together: (together / jobs) * 1000 };
}

/** Of the differences to the mode that asks nobody, round by round, so that both see the same machine. */
function against(measured, name, field) {
  const differences = measured[name].map((one, round) => one[field] - measured.none[round][field]);
  const sorted = differences.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return { median: median(differences), lower: at(0.25), upper: at(0.75) };
}

const middle = (measured, name, field) => median(measured[name].map((one) => one[field]));
const range = ({ median: value, lower, upper }, digits = 3) =>
  `${value.toFixed(digits)} (quartiles ${lower.toFixed(digits)} to ${upper.toFixed(digits)})`;

function reportReads(reads) {
  const found = {};
  for (const name of Object.keys(reads)) {
    const [wall, processor] = ['wall', 'processor'].map((field) => middle(reads, name, field));
    found[name] = { wall, processor };
    console.log(
      `${name.padEnd(6)} ${wall.toFixed(3)} ms a request, ${processor.toFixed(3)} ms of the API's processor time`,
    );
    if (name === 'none' || reads.none === undefined) continue;
    found[name].more = { wall: against(reads, name, 'wall'), processor: against(reads, name, 'processor') };
    console.log(`       more than none: ${range(found[name].more.wall)} and ${range(found[name].more.processor)} ms`);
  }
  console.log(`(aim: less than ${aims.milliseconds} ms more)\n`);
  return found;
}

function reportJobs(measured) {
  const found = {};
  for (const name of Object.keys(measured)) {
    const [rate, accepting, together] = ['rate', 'accepting', 'together'].map((field) => middle(measured, name, field));
    found[name] = { rate, accepting, together };
    console.log(
      `${name.padEnd(6)} ${rate.toFixed(0)} jobs/s, processor time ${accepting.toFixed(3)} ms of the API to accept one, ${together.toFixed(2)} ms of all`,
    );
    if (name === 'none' || measured.none === undefined) continue;
    const more = against(measured, name, 'accepting');
    const ratio = median(measured[name].map((one, round) => one.rate / measured.none[round].rate));
    const share = more.median / middle(measured, 'none', 'together');
    found[name] = { ...found[name], more, ratio, share };
    console.log(
      `       more than none: ${range(more)} ms, ${(share * 100).toFixed(1)} % of all; rate : rate of none ${ratio.toFixed(2)}`,
    );
  }
  console.log(`(aim: less than ${aims.share * 100} % of the rate)`);
  return found;
}

const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node.js ${machine.node}`);
console.log(
  `load average ${machine.loadAverage.toFixed(2)}: what else runs here takes from the times of the wall, and hardly from those of the processor`,
);
const provider = await startIdentityProvider();
const stack = await startStack({ concurrency });
const results = { rounds, requests, batches, jobs, inFlight };
let modes = [];
try {
  modes = await startModes(stack, provider);
  const submission = JSON.stringify({ plan: { name: 'lab/empty' }, data: await uploadSlices(stack.rest, 1) });
  const { id } = await stack.rest.run(submission);
  console.log(
    `${stack.redisVersion}; ${inFlight} in flight; medians of ${rounds} rounds of ${requests} requests for a job:`,
  );
  const ofReads = await byTurns(modes, { turns: rounds, before: warmUp.rounds }, (mode) =>
    readBatch(mode, `/v1/jobs/${id}`),
  );
  results.reads = reportReads(ofReads);
  console.log(`medians of ${batches} batches of ${jobs} empty jobs, ${concurrency} slots:`);
  const ofJobs = await byTurns(modes, { turns: batches, before: warmUp.batches }, (mode) =>
    jobBatch(mode, { stack, submission }),
  );
  results.jobs = reportJobs(ofJobs);
} finally {
  for (const { api, rest } of modes) {
    rest.close();
    await api.stop();
  }
  await stack.stop();
  provider.stop();
}
if (values.json !== undefined) {
  const document = { machine, redis: stack.redisVersion, date: new Date().toISOString(), ...results };
  await writeFile(values.json, `${JSON.stringify(document, null, 2)}\n`);
}
