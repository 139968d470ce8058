import { isRondelError } from '@rondel/contracts';
import { afterEach, expect, expectTypeOf, test, vi } from 'vitest';
import { connect, type Rondel } from '../connect.js';
import type { BuiltInPlans } from '../generated/built-in-plans.js';
import type { PlanTable, RemoteValue } from '../plan-table.js';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from '../testing/scripted-server.mjs';
import type { LivePlan } from './live-plan.js';
import type { PlanEvent } from './watch.js';
import { isConflictError } from './session.js';

const servers: ScriptedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function rondelWith(...answers: ScriptedAnswer[]): Promise<{ rondel: Rondel; server: ScriptedServer }> {
  const server = await startScriptedServer(answers);
  servers.push(server);
  return { rondel: connect({ url: server.url }), server };
}

const id = '01JD0000000000000000000000';
const expiresAt = '2030-01-01T00:00:00.000Z';

function json(body: unknown, status = 200): ScriptedAnswer {
  return { status, headers: { 'content-type': 'application/json' }, chunks: [JSON.stringify(body)] };
}

function events(...messages: string[]): ScriptedAnswer {
  return { headers: { 'content-type': 'text/event-stream' }, chunks: messages.map((message) => `${message}\n\n`) };
}

function change(version: number, path: string, value: unknown): string {
  return `id: ${version}\nevent: change\ndata: ${JSON.stringify({ version, path, value })}`;
}

const opened = json({ id, version: 3, createdAt: expiresAt, expiresAt, links: {} }, 201);
const changed = json({ id, version: 4, expiresAt, changed: ['parameter.reco.iterations'] });
const tree = { _type: 'RecoPlan{DirectRadonAlgorithm}' };

test.each([
  ['a name', 'radon/fbp', { name: 'radon/fbp' }],
  ['TOML', '_type = "RecoPlan{DirectRadonAlgorithm}"', '_type = "RecoPlan{DirectRadonAlgorithm}"'],
  ['a tree', tree, tree],
  ['explicit TOML', { toml: '# empty' }, '# empty'],
  ['the plan of a job', { job: id }, { job: id }],
])('a session is made from %s', async (_, source, sent) => {
  const { rondel, server } = await rondelWith(opened);
  const plan = await rondel.plan(source);
  expect(plan.id).toBe(id);
  expect(plan.version).toBe(3);
  expect(server.requests[0]).toMatchObject({ method: 'POST', url: '/v1/plans' });
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ plan: sent });
});

test.each([id, { session: id }])('a session that exists is opened, not copied', async (source) => {
  const { rondel, server } = await rondelWith(opened);
  await rondel.plan(source);
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET /v1/plans/${id}`]);
});

test('properties are reached by name and set, read and cleared by path', async () => {
  const { rondel, server } = await rondelWith(
    opened,
    changed,
    json({ path: 'parameter.reco.iterations', version: 4, value: 20 }),
    json({ path: 'parameter.pre.frames', version: 4, value: 3, transform: 'length' }),
    json({ path: 'parameter.pre.frames', version: 4, missing: true }),
    changed,
  );
  const plan = await rondel.plan('radon/iterative');
  await plan.parameter.reco.iterations.set(20);
  expect(await plan.parameter.reco.iterations.get()).toBe(20);
  expect(await plan.parameter.pre.frames.get({ transform: 'length' })).toBe(3);
  expect(await plan.parameter.pre.frames.get()).toBeUndefined();
  await plan.parameter.reco.iterations.clear();
  const iterations = `/v1/plans/${id}/properties/parameter.reco.iterations`;
  const frames = `/v1/plans/${id}/properties/parameter.pre.frames`;
  expect(server.requests.slice(1).map(({ method, url }) => `${method} ${url}`)).toEqual([
    `PUT ${iterations}`,
    `GET ${iterations}`,
    `GET ${frames}?transform=length`,
    `GET ${frames}`,
    `DELETE ${iterations}`,
  ]);
  expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({ value: 20 });
  expect(plan.version).toBe(4);
});

test('a name that a call has, a position in a list and an odd name are reached by path', async () => {
  const { rondel } = await rondelWith(opened);
  const plan = await rondel.plan<{ parameter: { reg: { 1: { lambda: number } }; 'a.b': number } }>(tree);
  expect(plan.property('parameter.set').path).toBe('parameter.set');
  expect(plan.parameter.property('set').property('[2]').path).toBe('parameter.set[2]');
  expect(plan.parameter.reg[1].lambda.path).toBe('parameter.reg[1].lambda');
  expect(plan.parameter['a.b'].path).toBe('parameter."a.b"');
});

test('a change for a version that is not the newest is recognised as a conflict', async () => {
  const problem = { code: 'CONFLICT', detail: 'somebody changed it', details: { ifMatch: 3, version: 9 } };
  const { rondel, server } = await rondelWith(opened, json(problem, 412));
  const plan = await rondel.plan('radon/iterative');
  const error: unknown = await plan.parameter.reco.iterations
    .set(5, { ifVersion: plan.version })
    .catch((e: unknown) => e);
  expect(server.requests[1]?.headers['if-match']).toBe('"3"');
  expect(isConflictError(error) && error.failure.details.version).toBe(9);
  expect(isConflictError(new Error('other'))).toBe(false);
});

test('many are set, the plan is cleared, linked, built, copied, printed and closed by one call each', async () => {
  const { rondel, server } = await rondelWith(
    opened,
    changed,
    changed,
    changed,
    changed,
    json({ ready: true, version: 8, sha256: 'aa' }),
    opened,
    { chunks: ['_type = "A"'] },
    json(tree),
    { status: 204 },
  );
  const plan = await rondel.plan('radon/iterative');
  await plan.setAll({ iterations: 5 }, { ifVersion: 4 });
  await plan.clear({ path: 'parameter.pre', keepStructure: false });
  await plan.parameter.reco.angles.follow(plan.parameter.pre.frames, { function: 'length' });
  await plan.parameter.reco.angles.unfollow();
  expect(await plan.build()).toEqual({ ready: true, version: 8, sha256: 'aa' });
  expect((await plan.fork()).parameter.reco.iterations.path).toBe('parameter.reco.iterations');
  expect(await plan.toToml()).toBe('_type = "A"');
  expect(await plan.tree()).toEqual(tree);
  await plan.close();
  expect(plan.version).toBe(8);
  const link = `/v1/plans/${id}/links/parameter.reco.angles`;
  expect(server.requests.slice(1).map(({ method, url, body }) => [method, url.replace(id, 'ID'), body])).toEqual([
    ['POST', '/v1/plans/ID/set-all', '{"iterations":5}'],
    ['POST', '/v1/plans/ID/clear', '{"path":"parameter.pre","keepStructure":false}'],
    ['PUT', link.replace(id, 'ID'), '{"source":"parameter.pre.frames","function":"length"}'],
    ['DELETE', link.replace(id, 'ID'), ''],
    ['POST', '/v1/plans/ID/build', ''],
    ['POST', '/v1/plans/ID/fork', ''],
    ['GET', '/v1/plans/ID/toml', ''],
    ['GET', '/v1/plans/ID/tree', ''],
    ['DELETE', '/v1/plans/ID', ''],
  ]);
});

test('a listener hears every change once over broken connections, from what the plan has seen last on', async () => {
  const path = 'parameter.pre.frames';
  const { rondel, server } = await rondelWith(
    opened,
    { ...events('id: 3\nevent: open\ndata: {"version":3}', change(4, path, 2)), cut: true },
    events(change(5, path, 7), ': still here'),
    events(
      `id: 6\nevent: change\ndata: {"version":6,"path":"${path}","missing":true}`,
      'event: end\ndata: {"reason":"gone"}',
    ),
  );
  const plan = await rondel.plan('radon/iterative');
  const seen: unknown[] = [];
  const error = await new Promise((resolve) => {
    plan.parameter.pre.frames.on(
      (length, { version }) => {
        expectTypeOf(length).toEqualTypeOf<number | undefined>();
        seen.push([version, length]);
      },
      { transform: 'length', onError: resolve },
    );
  });
  expect(seen).toEqual([
    [4, 2],
    [5, 7],
    [6, undefined],
  ]);
  expect(isRondelError(error) && [error.code, error.message]).toEqual(['NOT_FOUND', 'gone']);
  expect(plan.version).toBe(6);
  const streams = server.requests.slice(1);
  expect(streams.map(({ headers }) => headers['last-event-id'])).toEqual(['3', '4', '5']);
  expect(streams[0]?.url).toBe(`/v1/plans/${id}/events?property=parameter.pre.frames&transform=length`);
});

test('what a listener throws is reported, and it is called again', async () => {
  const { rondel } = await rondelWith(
    opened,
    events(change(4, 'a', 1), change(5, 'a', 2), 'event: end\ndata: {"reason":"gone"}'),
  );
  const plan = await rondel.plan('radon/iterative');
  const errors: unknown[] = [];
  const calls: unknown[] = [];
  await new Promise((resolve) => {
    plan.parameter.reco.iterations.on(
      (value) => {
        calls.push(value);
        throw new Error(`no ${String(value)}`);
      },
      {
        onError: (error) => {
          if (errors.push(String(error)) === 3) resolve(undefined);
        },
      },
    );
  });
  expect(calls).toEqual([1, 2]);
  expect(errors).toEqual(['Error: no 1', 'Error: no 2', 'RondelError: gone']);
});

test('whoever stops listening hears nothing any more, no error either', async () => {
  const { rondel } = await rondelWith(opened, events(change(4, 'a', 1), change(5, 'a', 2)));
  const plan = await rondel.plan('radon/iterative');
  const onError = vi.fn();
  const calls: unknown[] = [];
  await new Promise((resolve) => {
    const off = plan.parameter.reco.iterations.on(
      (value) => {
        calls.push(value);
        off();
        resolve(undefined);
      },
      { onError },
    );
  });
  await plan.parameter.reco.iterations.read().catch(() => undefined);
  expect(calls).toEqual([1]);
  expect(onError).not.toHaveBeenCalled();
});

test('what a reference stands for is asked of the server, with a transform as told', async () => {
  const value = [0, 1.5];
  const { rondel, server } = await rondelWith(
    opened,
    json({ path: 'a', version: 3, value, remote: true, resolvedBy: 'w1' }),
    json({ path: 'a', version: 3, value: 2, transform: 'length', remote: true, resolvedBy: 'w1' }),
    json({ path: 'a', version: 3, missing: true }),
  );
  const { angles } = (await rondel.plan('radon/fbp')).parameter.reco;
  expect(await angles.resolved()).toEqual(value);
  expect(await angles.resolved({ transform: 'length' })).toBe(2);
  expect(await angles.resolved()).toBeUndefined();
  const property = `/v1/plans/${id}/properties/parameter.reco.angles`;
  expect(server.requests.slice(1, 3).map(({ url }) => url)).toEqual([
    `${property}?resolve=true`,
    `${property}?transform=length&resolve=true`,
  ]);
  expectTypeOf(() => angles.resolved({ transform: 'shape' })).returns.resolves.toEqualTypeOf<
    readonly number[] | undefined
  >();
  expectTypeOf<Awaited<ReturnType<typeof angles.resolved>>>().not.toExtend<RemoteValue>();
});

test('a reference has no length here', async () => {
  const reference = { _remote: 'npy', uri: 'root://scans/theta.npy' };
  const { rondel } = await rondelWith(opened, json({ path: 'a', version: 3, value: reference, remote: true }));
  const { angles } = (await rondel.plan('radon/iterative')).parameter.reco;
  expect(await angles.get()).toEqual(reference);
  expect(await angles.get({ transform: 'length' })).toBeUndefined();
});

test('the whole plan is watched with all that happens to it', async () => {
  const { rondel } = await rondelWith(
    opened,
    events(change(4, 'a', 1), 'id: 9\nevent: restart\ndata: {"version":9}', 'event: end\ndata: {"reason":"gone"}'),
  );
  const plan = await rondel.plan('radon/iterative');
  const seen: PlanEvent[] = [];
  await new Promise((onError) => plan.on((event) => seen.push(event), { onError }));
  expect(seen).toEqual([
    { type: 'change', version: 4, path: 'a', value: 1 },
    { type: 'restart', version: 9 },
  ]);
});

test('types are those of the catalog', () => {
  type Plan = LivePlan<BuiltInPlans['radon/iterative']>;
  type Reco = Plan['parameter']['reco'];
  expectTypeOf<Parameters<Reco['iterations']['set']>[0]>().toEqualTypeOf<number | RemoteValue | null>();
  expectTypeOf<'CGNR'>().toExtend<Parameters<Reco['solver']['set']>[0]>();
  expectTypeOf<Parameters<Plan['parameter']['set']>[0]>().toEqualTypeOf<PlanTable | null>();
  expectTypeOf<'wavelet'>().not.toExtend<Parameters<Plan['parameter']['pre']['ringSuppression']['set']>[0]>();
});
