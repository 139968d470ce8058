import type { ParameterNode } from '@rondel/reco';
import type { ConeParameters } from '../manifest/cone-beam.js';

/** What the catalog has checked of a node, as what it is. */
export function coneParametersOf({ parameters }: ParameterNode): ConeParameters {
  const number = (name: string) => (typeof parameters[name] === 'number' ? parameters[name] : undefined);
  const numbers = (name: string) => (Array.isArray(parameters[name]) ? parameters[name].map(Number) : undefined);
  const { vectors } = parameters;
  return {
    sourceOrigin: number('sourceOrigin'),
    sourceDetector: number('sourceDetector'),
    detectorPixel: numbers('detectorPixel'),
    detectorOffset: numbers('detectorOffset') ?? [0, 0],
    detectorShape: parameters['detectorShape'] === 'curved' ? 'curved' : 'flat',
    detectorTilt: number('detectorTilt') ?? 0,
    centerShift: number('centerShift') ?? 0,
    voxel: number('voxel'),
    shape: numbers('shape'),
    angles: numbers('angles'),
    direction: parameters['direction'] === 'cw' ? 'cw' : 'ccw',
    vectors: Array.isArray(vectors) ? vectors.map((view) => (Array.isArray(view) ? view.map(Number) : [])) : undefined,
  };
}
