import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync(new URL('../../apps/docs/how-to/from-julia.md', import.meta.url), 'utf8');

/** What AbstractImageReconstruction.jl and DaggerImageReconstruction.jl export, and what `Base` has methods of. */
const exported = [
  ...['AbstractImageReconstructionAlgorithm', 'AbstractUtilityReconstructionParameters', 'put!', 'take!', 'isready'],
  ...['wait', 'lock', 'unlock', 'reconstruct', 'process', 'parameter', 'validate!', '@reconstruction', '@parameter'],
  ...['@chain', 'RecoPlan', 'toPlan', 'build', 'setAll!', 'clear!', 'parent!', 'parentproperty', 'parentproperties'],
  ...['type', 'types', 'propertynames', 'ismissing', 'on', 'off', 'savePlan', 'loadPlan', 'loadListener', 'plandir'],
  ...['planpath', 'toTOML', 'toDict', 'toKwargs', 'fromKwargs', 'LinkedPropertyListener', 'ProcessResultCache'],
  ...['empty!', 'resize!', 'PlanSweep', '@plan_sweep', 'zip', 'Iterators.product', 'setproperty!', 'loadDaggerPlan'],
  ...[
    'DaggerReconstructionAlgorithm',
    'DaggerReconstructionParameter',
    'DaggerReconstructionUtility',
    'DaggerRecoPlan',
  ],
];

it('P14: the page for those who come from Julia names every call that the packages export', () => {
  const left = [...page.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell).join('\n');
  const missing = exported.filter((name) => !new RegExp(`(^|[\`\\s,;.(])${name}($|[\`\\s,;(])`, 'm').test(left));
  expect(missing).toEqual([]);
});
