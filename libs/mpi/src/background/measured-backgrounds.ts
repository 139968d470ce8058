import { RondelError } from '@rondel/contracts';
import type { ParameterNode, ParametersOf, StepContext } from '@rondel/reco';
import { listedPositions } from '../frequencies/positions.js';
import type { measurementDictionary, systemMatrixDictionary } from '../manifest/background-estimation.js';
import { averagedBlocks } from '../preprocessing/averaging.js';
import { frameKinds } from '../preprocessing/background.js';
import { signalLayout } from '../preprocessing/signal.js';
import { framesFrom, openFrames, responseFor, spectraMaker } from '../preprocessing/spectra.js';
import type { ImagingFacts } from '../reconstruction/imaging-matrix.js';
import { selectedData } from '../reconstruction/selected-data.js';

type Measurement = ParametersOf<typeof measurementDictionary.properties>;
type SystemMatrix = ParametersOf<typeof systemMatrixDictionary.properties>;

/**
 * Backgrounds that a node names, each with one complex value for every row of the system matrix, interleaved.
 *
 * Throws `PLAN_INVALID_VALUE` for a file without frames of background.
 */
export async function measuredBackgrounds(
  { type, parameters }: ParameterNode,
  facts: ImagingFacts,
  context: Pick<StepContext, 'file'>,
): Promise<Float64Array[]> {
  // A plan is checked against the definitions before its nodes get here.
  const given = parameters as Partial<Measurement> & SystemMatrix;
  const file = await context.file(given.file);
  const { label } = file;
  const has = file.facts.companions.isBackgroundFrame !== undefined;
  const flags = has ? (await file.read('isBackgroundFrame')).data : undefined;
  const layout = signalLayout(file.facts, label);
  const { all, background } = frameKinds(flags, layout.frames);
  const frames =
    given.bgFrames === undefined
      ? background
      : framesFrom(listedPositions(given.bgFrames), { among: all, label, at: 'bgDict.loader' });
  if (frames.length === 0) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${label} marks no frame as background${type === 'MeasurementBGDictLoader' ? '; name some with bgFrames' : ''}.`,
      { at: 'bgDict.loader' },
    );
  }
  const opened = await openFrames(file, frames, false);
  const place = { wanted: undefined, label, at: 'bgDict.loader' };
  const response = await responseFor(file.facts, place, (name) => file.read(name));
  const options = {
    spectralLeakageCorrection: false,
    isLeakageCorrected: true,
    numPeriodAverages: given.numPeriodAverages ?? 1,
    numPeriodGrouping: given.numPeriodGrouping ?? 1,
  };
  const maker = spectraMaker(opened.signal, options, response);
  const { periods, channels, frequencies } = maker.shape;
  return averagedBlocks(opened.frames, given.bgAverages ?? 1).map((block) => {
    const spectra = maker.spectra(maker.mean(block));
    const data = {
      dtype: 'complex64' as const,
      data: Float32Array.from(spectra),
      shape: [1, periods, channels, frequencies],
    };
    return Float64Array.from(selectedData({ data, companions: {}, attributes: {} }, { ...facts, isReal: false }).data);
  });
}
