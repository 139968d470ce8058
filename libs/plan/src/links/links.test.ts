import { isRondelError, type RondelError } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../text/parse-plan.js';
import { printPlan } from '../text/print-plan.js';
import { fbpToml } from '../sample.test.support.js';
import { said, watchedPlan } from '../live/live.test.support.js';

const averages = 'parameter.pre.numAverages';
const iterations = 'parameter.reco.iterations';
const frames = 'parameter.pre.frames';

function refusal(action: () => void): RondelError {
  try {
    action();
  } catch (error) {
    if (isRondelError(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function listener(
  target: string,
  { field, fn, plan = '"parameter", "pre"' }: Record<'field' | 'fn', string> & { plan?: string },
) {
  return `
[[parameter.pre._listener.${target}]]
_module = "AbstractImageReconstruction"
_type = "LinkedPropertyListener"
field = "${field}"
plan = [${plan}]

    [parameter.pre._listener.${target}.fn]
    _module = "Base"
    _type = "${fn}"
`;
}

describe('a linked property', () => {
  it('follows until it is set by hand', () => {
    const { plan } = watchedPlan();
    plan.link(averages, frames, 'length');
    expect(plan.get(averages)).toBeUndefined();
    plan.set(frames, [1, 2, 3, 4, 5]);
    expect(plan.get(averages)).toBe(5n);
    plan.set(averages, 50);
    plan.set(frames, [1]);
    expect(plan.get(averages)).toBe(50n);
    expect(plan.released).toEqual([`${averages}#1`]);
  });

  it('is heard of together with what it follows, which is complete by then', () => {
    const { plan } = watchedPlan();
    plan.link(averages, frames, 'length');
    const heard: unknown[] = [];
    plan.on('', (event) => heard.push([event.version, ...(said(event) as unknown[])]));
    plan.set(frames, [1, 2]);
    expect(heard).toEqual([
      [2, frames, [1n, 2n]],
      [2, averages, 2n],
    ]);
  });

  it('follows through other nodes and other links, and is missing when its source is', () => {
    const { plan } = watchedPlan();
    plan.link(averages, frames, 'length');
    plan.link(iterations, averages);
    plan.set(frames, [1, 2, 3]);
    expect(plan.get(iterations)).toBe(3n);
    plan.remove(frames);
    expect([plan.get(averages), plan.get(iterations)]).toEqual([undefined, undefined]);
  });

  it('wins when it is set together with what it follows', () => {
    const { plan } = watchedPlan();
    plan.link(averages, frames, 'length');
    plan.setAll({ frames: [1, 2, 3], numAverages: 9 });
    expect(plan.get(averages)).toBe(9n);
  });

  it('follows no more after a clear, or when unlinked, and the tables are gone', () => {
    const { plan } = watchedPlan();
    plan.link(averages, frames, 'length');
    plan.unlink(averages);
    expect(printPlan(plan.tree, 'toml')).not.toContain('_listener');
    plan.link(averages, frames, 'length');
    plan.clear();
    plan.set(frames, [1]);
    expect(plan.get(averages)).toBeUndefined();
    expect(printPlan(plan.tree, 'toml')).not.toContain('_listener');
  });

  it('follows again when it is linked anew, and in a fork as in the original', () => {
    const { plan } = watchedPlan();
    plan.link(averages, frames, 'length');
    plan.set(averages, 2);
    const fork = plan.fork();
    fork.set(frames, [1, 2, 3]);
    expect(fork.get(averages)).toBe(2n);
    plan.unlink(averages);
    plan.link(averages, frames, 'length');
    plan.set(frames, [1, 2, 3]);
    expect(plan.get(averages)).toBe(3n);
  });

  it('refuses a change that it can not follow, as a whole', () => {
    const { plan } = watchedPlan();
    plan.set('parameter.reco.eltype', 'Float32');
    plan.link(averages, 'parameter.reco.eltype');
    const before = plan.tree;
    expect(refusal(() => plan.set('parameter.reco.eltype', 'Float64')).message).toContain(averages);
    expect(plan.tree).toBe(before);
    plan.unlink(averages);
    plan.link(averages, 'parameter.reco.shape', 'length');
    const remote = refusal(() => plan.set('parameter.reco.shape', { _remote: 'npy', uri: 'root://a/b.npy' }));
    expect(remote.message).toContain('_remote');
  });
});

describe('listeners in files', () => {
  it('are written as Julia does and work when read again', () => {
    const { plan } = watchedPlan();
    plan.link(iterations, frames, 'length');
    const text = printPlan(plan.tree, 'toml');
    expect(text.replaceAll(/^ +/gm, '')).toContain(`[[parameter.reco._listener.iterations]]
_module = "AbstractImageReconstruction"
_type = "LinkedPropertyListener"
field = "frames"
plan = ["parameter", "pre"]

[parameter.reco._listener.iterations.fn]
_module = "Base"
_type = "length"
`);
    const { plan: copy } = watchedPlan(parsePlan(text));
    copy.set(frames, [1, 2, 3]);
    expect(copy.get(iterations)).toBe(3n);
    copy.set(iterations, 11);
    copy.set(frames, [1]);
    expect(copy.get(iterations)).toBe(11n);
  });

  it('name functions with their module when it was registered so', () => {
    for (const name of ['Lab.half', 'half']) {
      const { plan } = watchedPlan();
      plan.link(averages, iterations, name);
      plan.set(iterations, 8);
      expect(plan.get(averages)).toBe(4n);
      expect(printPlan(plan.tree, 'toml')).toContain('_module = "Lab"');
    }
  });

  it('that name an unknown function are told the known ones, each once', () => {
    const { message } = refusal(() => watchedPlan().plan.link(averages, frames, 'third'));
    expect(message).toContain('through the function "third", which is not registered here.');
    expect(message).toMatch(/Registered: identity, length, first, last, minimum, maximum, half\.$/);
  });

  it('that name a function that is not registered are refused, also ones that every object has', () => {
    for (const fn of ['defaultParameterMinFreq', 'constructor', '__proto__', 'eval']) {
      const error = refusal(() => watchedPlan(parsePlan(fbpToml + listener('numAverages', { field: 'frames', fn }))));
      expect([error.code, error.failure.at]).toEqual(['PLAN_INVALID_VALUE', averages]);
      expect(error.message).toContain(fn);
    }
  });

  it('that lead in a circle are refused, through any number of links and through nodes', () => {
    const circle =
      listener('numAverages', { field: 'frames', fn: 'length' }) +
      listener('frames', { field: 'numAverages', fn: 'identity' });
    expect(refusal(() => watchedPlan(parsePlan(fbpToml + circle))).message).toBe(
      `Links lead in a circle: ${averages} sets ${frames} sets ${averages}. Remove one of them.`,
    );
    const { plan } = watchedPlan();
    expect(refusal(() => plan.link(averages, averages)).message).toContain('circle');
    expect(refusal(() => plan.link(averages, 'parameter.pre')).message).toContain('circle');
    plan.link(averages, iterations);
    expect(refusal(() => plan.link(iterations, averages)).message).toContain('circle');
  });

  it('are refused when they come with a node that is set', () => {
    const { plan } = watchedPlan();
    const node = {
      _type: 'RadonPreprocessingParameters',
      _listener: { numAverages: [{ _type: 'LinkedPropertyListener', plan: [], field: 'x', fn: { _type: 'rm' } }] },
    };
    const before = plan.tree;
    expect(refusal(() => plan.set('parameter.pre', node)).code).toBe('PLAN_INVALID_VALUE');
    expect(plan.tree).toBe(before);
  });

  it.each([
    ['another type', `[[parameter.pre._listener.frames]]\n_type = "OwnListener"`, 'PLAN_UNKNOWN_TYPE'],
    ['no list', `[parameter.pre._listener]\nframes = 5`, 'PLAN_INVALID_VALUE'],
    [
      'no field',
      `[[parameter.pre._listener.frames]]\n_type = "LinkedPropertyListener"\nplan = []`,
      'PLAN_INVALID_VALUE',
    ],
  ])('with %s are refused', (_what, text, code) => {
    expect(refusal(() => watchedPlan(parsePlan(`${fbpToml}\n${text}`))).code).toBe(code);
  });
});
