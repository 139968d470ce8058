import {
  checkPlan,
  formatPlanTree,
  ignoredProperties,
  parsePlan,
  planHash,
  printPlan,
  toTree,
  valueAt,
} from '@rondel/plan';
import { describe, expect, it } from 'vitest';
import { catalog, fixture } from './radon-plans.js';

const files = ['mpi-single-patch', 'mpi-multi-patch', 'radon-iterative'];

describe('a plan file as Julia writes it', () => {
  it.each(files)('%s loads unchanged and saves back without loss', (name) => {
    const plan = parsePlan(fixture(name));
    for (const format of ['toml', 'json'] as const) {
      const saved = printPlan(plan, format);
      expect(parsePlan(saved)).toEqual(plan);
      expect(printPlan(parsePlan(saved), format)).toBe(saved);
    }
    // Every key and value of the file is there; only their layout may differ.
    const words = (text: string) => text.match(/[^\s=[\]{},]+/g)?.sort();
    const headers = /^\s*\[.*\]$/gm;
    expect(
      words(
        printPlan(plan, 'toml')
          .replace(headers, '')
          .replace(/\b\w+ = \{ /g, ''),
      ),
    ).toEqual(
      words(
        fixture(name)
          .replace(headers, '')
          .replace(/\b\w+ = \{ /g, ''),
      ),
    );
  });

  it('keeps what Julia types hold that JSON has no word for', () => {
    const plan = parsePlan(fixture('mpi-single-patch'));
    const at = (path: string) => valueAt(plan, path);
    expect(at('parameter.pre.numAverages')).toBe(1n);
    expect(at('parameter.reco.sfLoad.freqFilter.minFreq')).toBe(60000);
    expect(at('parameter.reco.sfLoad.freqFilter.SNRThresh')).toMatchObject({
      kind: 'union',
      unionType: 'Float64',
      value: 2,
    });
    expect(at('parameter.reco.solverParams.solver')).toMatchObject({ kind: 'type', name: 'Kaczmarz' });
    expect(at('parameter.reco.transferFunction')).toEqual(['1.5 + 0.25im', '0.0 - 1.0im']);
    expect(at('parameter.reco.solverParams.startVector')).toEqual({ kind: 'table', entries: new Map() });
    expect(at('parameter.reco.solverParams.reg[2]')).toMatchObject({ type: 'TVRegularization', wrapped: false });
  });

  it('shows what no package knows, and check names each with its path', () => {
    const plan = parsePlan(fixture('mpi-multi-patch'));
    const unknown = formatPlanTree(plan, catalog).filter(({ kind }) => kind === 'unknown');
    expect(unknown.map(({ text }) => text)).toContain('patches[2]: PatchParameters');
    expect(checkPlan(plan, catalog).map(({ code, at }) => [code, at])).toEqual(
      [
        '',
        'parameter',
        'parameter.patches[1]',
        'parameter.patches[1].weighting',
        'parameter.patches[2]',
        'parameter.reco.param',
        'parameter.reco.param.fn',
      ].map((at) => ['PLAN_UNKNOWN_TYPE', at]),
    );
  });

  it('is in order where its types are known, with a warning for a field that has no meaning here', () => {
    const plan = parsePlan(fixture('radon-iterative'));
    expect(checkPlan(plan, catalog)).toEqual([]);
    expect(ignoredProperties(plan, catalog).map(({ at }) => at)).toEqual(['parameter.reco.verboseOutput']);
  });

  it.each([
    ['PlugAndPlayRegularization', /There are L2Regularization.* here\./],
    ['NoNormalization', /must be a node of type .*L2Regularization.*, got a node of type NoNormalization/],
  ])('with %s of RegularizedLeastSquares.jl loads, and check says which terms there are', (type, sentence) => {
    const plan = parsePlan(fixture('radon-iterative').replace('"PositiveRegularization"', `"${type}"`));
    expect(printPlan(plan, 'toml')).toContain(type);
    expect(checkPlan(plan, catalog).map(({ message }) => message)).toContainEqual(expect.stringMatching(sentence));
  });

  it('with a solver of RegularizedLeastSquares.jl that is not there loads, and check says which ones are', () => {
    const plan = parsePlan(fixture('radon-iterative').replace('"CGNR"', '"PseudoInverse"'));
    expect(printPlan(plan, 'toml')).toContain('PseudoInverse');
    expect(checkPlan(plan, catalog).map(({ at, message }) => [at, message])).toEqual([
      ['parameter.reco.solver', expect.stringMatching(/one of CGNR.*; got "?(the type )?"?PseudoInverse/)],
    ]);
  });

  it('has the same hash after any number of savings', () => {
    for (const name of files) {
      const plan = parsePlan(fixture(name));
      const again = parsePlan(printPlan(parsePlan(printPlan(plan, 'json')), 'toml'));
      expect(planHash(again)).toBe(planHash(plan));
      expect(toTree(again)).toEqual(toTree(plan));
    }
  });
});
