import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryPlan } from '../arbitrary-plan.test.support.js';
import { clearAt, setAt } from '../value/edit.js';
import { calibrationCatalog, scanPlan } from '../calibration.test.support.js';
import { parsePlan } from '../text/parse-plan.js';
import { planFromTree } from '../text/tree-reader.js';
import { formatPlanTree } from './plan-lines.js';
import { fbpToml, iterativeToml, sampleCatalog } from '../sample.test.support.js';

function show(plan: ReturnType<typeof parsePlan>, catalog = true): string[] {
  const lines = formatPlanTree(plan, catalog ? sampleCatalog : undefined);
  return lines.map(({ depth, text, kind }) => `${'  '.repeat(depth)}${text} (${kind})`);
}

describe('formatPlanTree', () => {
  it('shows nodes, values with units, defaults and what is left out', () => {
    expect(show(parsePlan(fbpToml))).toEqual([
      'DirectRadonAlgorithm (node)',
      '  parameter: DirectRadonParameters (node)',
      '    pre: RadonPreprocessingParameters (node)',
      '      frames = [1, 2, 3] (value)',
      '      numAverages = 1 (default)',
      '    reco: RadonFilteredBackprojectionParameters (node)',
      '      filter = "hann" (value)',
      '      spacing = 1.0 mm (value)',
      '      angles (absent)',
      '      center = nothing (default)',
    ]);
  });

  it('shows only what is there without a catalog', () => {
    const lines = show(parsePlan(iterativeToml), false);
    expect(lines).toContain('      solver = CGNR (value)');
    expect(lines).toContain('      reg[1]: L2Regularization (node)');
    expect(lines).toContain('        λ = 0.001 (value)');
  });

  it('marks what is missing, unknown or a tag, and shortens long arrays', () => {
    const long = Array.from({ length: 720 }, (_value, position) => position / 720);
    const plan = setAt(clearAt(parsePlan(iterativeToml), 'parameter.reco.shape'), 'parameter.reco.angles', long);
    const lines = show(setAt(plan, 'parameter.reco.colour', 'red'));
    expect(lines).toContain('      angles = an array of 720 numbers rad (value)');
    expect(lines).toContain('      shape (missing)');
    expect(lines).toContain('      colour = "red" (unknown)');
    expect(show(parsePlan('_type = "T"\n_listener = { x = 1 }'))).toEqual([
      'T (unknown)',
      '  _listener: a table with x (tag)',
    ]);
  });

  it('keeps control characters out of the terminal', () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        for (const { text } of formatPlanTree(plan, sampleCatalog)) {
          expect(text).not.toMatch(/[\p{Cc}\u2028-\u202e]/u);
        }
      }),
    );
  });
});

describe('formatPlanTree of a package with files', () => {
  const lines = (reco: Readonly<Record<string, unknown>>) =>
    formatPlanTree(planFromTree(scanPlan(reco)), calibrationCatalog).map(
      ({ depth, text, kind }) => `${'  '.repeat(depth)}${text} (${kind})`,
    );

  it('shows nodes that stand there by default with what is in them, and only properties that there are', () => {
    expect(lines({ sf: 'root://a/b', solver: 'FISTA' })).toEqual([
      'ScanAlgorithm (node)',
      '  parameter: ScanParameters (node)',
      '    reco: ScanReconstruction (node)',
      '      sf = "root://a/b" (value)',
      '      solver = "FISTA" (value)',
      '      empty (absent)',
      '      load: MatrixLoading (default)',
      '        gridding (absent)',
      '      minFreq (absent)',
      '      rho = 0.5 (default)',
      '    post: NoPost (default)',
    ]);
  });
});
