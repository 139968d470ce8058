/**
 * Plan files with the nodes, properties and links of those that MPIReco.jl ships: its caches, the defaults that follow from the
 * system matrix, and nothing set that users set themselves.
 */

type Properties = Readonly<Record<string, string | number>>;

function node(at: string, type: string, properties: Properties = {}): string {
  return table(at, { _module: 'MPIReco', _type: `RecoPlan{${type}}`, ...properties });
}

/** A cache, and what stands in it. */
function cached(at: string, maxsize: number | undefined, type: string): string {
  const cache = { _module: 'AbstractImageReconstruction', _type: 'RecoPlan{ProcessResultCache}' };
  return table(at, { ...cache, ...(maxsize !== undefined && { maxsize }) }) + node(`${at}.param`, type);
}

function table(at: string, properties: Properties): string {
  const lines = Object.entries(properties).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return `${at === '' ? '' : `[${at}]\n`}${lines.join('\n')}\n`;
}

interface Link {
  readonly at: string;
  readonly property: string;
  /** The property of the other plan. */
  readonly field: string;
  readonly plan: string;
  readonly fn: string;
}

function link({ at, property, field, plan, fn }: Link): string {
  const place = `${at}._listener.${property}`;
  const listener = { _module: 'AbstractImageReconstruction', _type: 'LinkedPropertyListener', field };
  const target = `plan = ${JSON.stringify(plan.split('.'))}\n`;
  return `[${table(place, listener).replace(']\n', ']]\n')}${target}${table(`${place}.fn`, { _module: 'MPIReco', _type: fn })}`;
}

const reco = 'parameter.reco';
const loading = `${reco}.sfLoad.param`;
const filter = `${loading}.freqFilter`;
const gridding = `${loading}.gridding`;
const snrThreshold = 'SNRThresholdFrequencyFilterParameter';

const followed = [
  [filter, 'minFreq', 'defaultParameterMinFreq'],
  [filter, 'maxFreq', 'defaultParameterMaxFreq'],
  [gridding, 'fov', 'defaultParameterCalibFov'],
  [gridding, 'center', 'defaultParameterCalibCenter'],
  [gridding, 'gridsize', 'defaultParameterGridSize'],
] as const;

/** Properties that follow the system matrix, at each of them. */
const links = followed.map(([at, property, fn]) => link({ at, property, field: 'sf', plan: reco, fn })).join('');

/** The same, all at the system matrix. */
const linksOfFile = [...followed, [filter, 'recChannels', 'defaultParameterRecChannels'] as const]
  .map(([plan, field, fn]) => link({ at: reco, property: 'sf', field, plan, fn }))
  .join('');

function singlePatch(algorithm: string, load: string, rest: string): string {
  return [
    node('', 'SinglePatchReconstructionAlgorithm'),
    node('parameter', 'SinglePatchParameters'),
    node(reco, algorithm),
    cached(`${reco}.sfLoad`, 3, load),
    node(filter, snrThreshold),
    node(gridding, 'SystemMatrixGriddingParameter'),
    cached(`${reco}.weightingParams`, 1, 'NoWeightingParameters'),
    cached('parameter.pre', undefined, 'CommonPreProcessingParameters'),
    node('parameter.post', 'NoPostProcessing'),
    rest,
  ].join('');
}

function multiPatch(algorithm: string, pre: string, rest: string): string {
  return [
    node('', 'MultiPatchReconstructionAlgorithm'),
    node('parameter', 'MultiPatchParameters'),
    node(reco, algorithm),
    node(`${reco}.freqFilter`, snrThreshold),
    cached(`${reco}.weightingParams`, 1, 'NoWeightingParameters'),
    pre,
    node('parameter.post', 'NoPostProcessing'),
    rest,
  ].join('');
}

const elaborate = node(`${reco}.solverParams`, 'ElaborateSolverParameters');
const [usual, handsFree] = ['SinglePatchReconstructionParameter', 'SinglePatchHandsFreeReconstructionParameter'];

export const planFiles = {
  singlePatch: singlePatch(usual, 'DenseSystemMatrixLoadingParameter', elaborate + links),
  sparse: singlePatch(
    usual,
    'SparseSystemMatrixLoadingParameter',
    elaborate + links + node('parameter.pre.param.bgParams', 'NoBackgroundCorrectionParameters'),
  ),
  handsFree: singlePatch(
    handsFree,
    'DenseSystemMatrixLoadingParameter',
    node(`${reco}.solverParams`, 'HandsFreeSolverParameters') + linksOfFile,
  ),
  multiPatch: multiPatch(
    'MultiPatchReconstructionParameter',
    node('parameter.pre', 'CommonPreProcessingParameters') +
      node('parameter.pre.bgParams', 'NoBackgroundCorrectionParameters'),
    cached(`${reco}.opParams`, 3, 'RegularMultiPatchOperatorParameter') +
      node(`${reco}.ffPos`, 'DefaultFocusFieldPositions') +
      node(`${reco}.ffPosSF`, 'DefaultFocusFieldPositions') +
      elaborate,
  ),
  motion: multiPatch(
    'PeriodicMotionReconstructionParameter',
    cached('parameter.pre', undefined, 'PeriodicMotionPreProcessing'),
    node(`${reco}.solverParams`, 'SimpleSolverParameters'),
  ),
  lowLevel:
    node('', 'LowLevelReconstructionAlgorithm') +
    node('parameter', 'LeastSquaresParameters') +
    node('parameter.solverParams', 'ElaborateSolverParameters'),
} as const;
