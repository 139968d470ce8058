import type { SessionProperty } from '@rondel/contracts';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { readEvents, type EventReader } from '../support/api/event-reader.js';
import { startPlanApi } from '../support/api/plan-api.js';
import { averages, frames, iterations, pathOf, startPlanSessions } from '../support/api/plan-sessions.js';

const { redis, api, other, newSession, set, get, stop } = await startPlanSessions();
afterAll(stop);

async function dataOf(events: EventReader): Promise<unknown> {
  return (await events.next()).data;
}

describe('event streams', () => {
  it('tell an observer of one process what was changed in another', async () => {
    const id = await newSession();
    const events = await readEvents(`${api.url}/v1/plans/${id}/events?property=${iterations}`);
    expect(await events.next()).toEqual({ id: '0', event: 'open', data: { version: 0 } });
    await set(id, averages, 2, { on: other });
    await set(id, iterations, 3, { on: other });
    await set(id, iterations, 3, { on: other });
    expect(await events.next()).toEqual({ id: '2', event: 'change', data: { path: iterations, version: 2, value: 3 } });
    expect(await events.next()).toMatchObject({ id: '3', data: { value: 3 } });
    await other.call('DELETE', pathOf(id, iterations));
    expect(await dataOf(events)).toEqual({ path: iterations, version: 4, missing: true });
    await events.close();
  });

  it('of a property with a transform never send the value', async () => {
    const id = await newSession();
    const events = await readEvents(`${api.url}/v1/plans/${id}/events?property=parameter.reco.angles&transform=length`);
    await events.next();
    await set(
      id,
      'parameter.reco.angles',
      Array.from({ length: 10_000 }, (_, index) => index / 7),
      { on: other },
    );
    expect(await dataOf(events)).toEqual({
      path: 'parameter.reco.angles',
      version: 1,
      transform: 'length',
      value: 10_000,
    });
    expect(events.length).toBeLessThan(1000);
    await events.close();
  });

  it('P8: of what lies in a node that is cleared are told so and end; others go on', async () => {
    const id = await newSession();
    const read = (property: string) => readEvents(`${api.url}/v1/plans/${id}/events?property=${property}`);
    const [inside, node, elsewhere] = [await read(iterations), await read('parameter.reco'), await read(averages)];
    for (const events of [inside, node, elsewhere]) await events.next();
    await other.call('POST', `/v1/plans/${id}/clear`, { body: { path: 'parameter.reco' } });
    await set(id, iterations, 3);
    await set(id, averages, 2);
    expect(await dataOf(inside)).toEqual({ path: iterations, version: 1, missing: true });
    expect(await inside.next()).toEqual({ id: '1', event: 'cleared', data: { path: iterations } });
    await expect(inside.next()).rejects.toThrow('has ended');
    let last: SessionProperty;
    do last = (await dataOf(node)) as SessionProperty;
    while (last.version < 2);
    expect(last).toMatchObject({ path: iterations, value: 3 });
    expect(await dataOf(elsewhere)).toMatchObject({ value: 2 });
    await Promise.all([node.close(), elsewhere.close()]);
    // Who was away while it was cleared learns of it too.
    const late = await readEvents(`${api.url}/v1/plans/${id}/events?property=${iterations}`, { 'last-event-id': '0' });
    expect([(await late.next()).event, (await late.next()).event, (await late.next()).event]).toEqual([
      'open',
      'change',
      'cleared',
    ]);
  });

  it('of the whole plan replay to the tree, links and replaced nodes included', async () => {
    const id = await newSession();
    const events = await readEvents(`${other.url}/v1/plans/${id}/events`);
    await events.next();
    await api.call('PUT', `/v1/plans/${id}/links/${averages}`, { body: { source: frames, function: 'length' } });
    await set(id, frames, [1, 2]);
    await set(id, 'parameter.pre', { _type: 'TransmissionPreprocessingParameters', numAverages: 4 });
    const heard = [];
    for (let count = 0; count < 4; count += 1) heard.push(await dataOf(events));
    expect(heard).toMatchObject([
      { version: 1, path: 'parameter.pre._listener' },
      { version: 2, path: frames, value: [1, 2] },
      { version: 2, path: averages, value: 2 },
      { version: 3, path: 'parameter.pre', value: { numAverages: 4 } },
    ]);
    await events.close();
  });

  it('resume where a reader left off, in a process that was started since', async () => {
    const id = await newSession();
    await set(id, iterations, 1, { on: other });
    await set(id, iterations, 2);
    await set(id, iterations, 3);
    const fresh = await startPlanApi(redis.url);
    expect(await get(id, iterations, fresh)).toMatchObject({ version: 3, value: 3 });
    const whole = await readEvents(`${fresh.url}/v1/plans/${id}/events`, { 'last-event-id': '1' });
    await whole.next();
    const last = async (): Promise<unknown> => {
      const data = (await dataOf(whole)) as SessionProperty;
      return data.version === 3 ? data : last();
    };
    expect(await last()).toEqual({ path: iterations, version: 3, value: 3 });
    const property = await readEvents(`${fresh.url}/v1/plans/${id}/events?property=${averages}`, {
      'last-event-id': '1',
    });
    await property.next();
    await set(id, averages, 8);
    expect(await dataOf(property)).toEqual({ path: averages, version: 4, value: 8 });
    await Promise.all([whole.close(), property.close()]);
    await fresh.close();
  });

  it('begin anew when it is not known any more what was missed', async () => {
    const id = await newSession({
      _type: 'RecoPlan{WeightAlgorithm}',
      parameter: { _type: 'RecoPlan{WeightParameters}' },
    });
    const weights = Array.from({ length: 40_000 }, (_, index) => index / 3);
    for (let round = 0; round < 4; round += 1) await set(id, 'parameter.weights', weights);
    const fresh = await startPlanApi(redis.url);
    const whole = await readEvents(`${fresh.url}/v1/plans/${id}/events`, { 'last-event-id': '0' });
    await whole.next();
    expect(await whole.next()).toEqual({ id: '4', event: 'restart', data: { version: 4 } });
    const one = await readEvents(`${fresh.url}/v1/plans/${id}/events?property=parameter.weights&transform=length`, {
      'last-event-id': '0',
    });
    await one.next();
    expect(await one.next()).toMatchObject({ id: '4', event: 'change', data: { value: 40_000 } });
    await Promise.all([whole.close(), one.close()]);
    await fresh.close();
  });

  it('end with the session', async () => {
    const id = await newSession();
    const events = await readEvents(`${api.url}/v1/plans/${id}/events`);
    await events.next();
    await other.call('DELETE', `/v1/plans/${id}`);
    expect((await events.next()).event).toBe('end');
    await expect(events.next()).rejects.toThrow('ended');
  });
});

describe('a plan that holds an array of a hundred thousand numbers', { timeout: 180_000 }, () => {
  const count = 100_000;
  // Neither HTTP nor Redis may move more than this for one number in it: heads, keys and answers, but no array.
  const small = 16 * 1024;

  it('moves no more than what is set', async () => {
    const weights = Array.from({ length: count }, (_, index) => Math.sin(index));
    const tree = { _type: 'RecoPlan{WeightAlgorithm}', parameter: { _type: 'RecoPlan{WeightParameters}', weights } };
    const id = await newSession(tree);
    await get(id, 'parameter.scale', other);
    const traffic = await redisTraffic();
    const before = await traffic.bytes();
    const events = await readEvents(`${other.url}/v1/plans/${id}/events?property=parameter.weights&transform=length`);
    await events.next();
    let moved = 0;
    for (let round = 1; round <= 5; round += 1) {
      const answer = await set(id, 'parameter.scale', round);
      expect(answer.status).toBe(200);
      moved += answer.length;
      expect(await get(id, 'parameter.scale', other)).toMatchObject({ value: round });
      const length = await other.call<SessionProperty>('GET', `${pathOf(id, 'parameter.weights')}?transform=length`);
      expect(length.body).toMatchObject({ value: count });
      moved += length.length;
    }
    expect(moved + events.length).toBeLessThan(small);
    expect((await traffic.bytes()) - before).toBeLessThan(small);
    await events.close();
    traffic.close();
  });
});

/** Bytes that Redis has received and sent since it was started, heartbeats of idle clients included. */
async function redisTraffic() {
  const connection = new Redis(redis.url);
  await connection.ping();
  const field = (info: string, name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return {
    async bytes() {
      const info = await connection.info('stats');
      return field(info, 'total_net_input_bytes') + field(info, 'total_net_output_bytes');
    },
    close: () => connection.disconnect(),
  };
}
