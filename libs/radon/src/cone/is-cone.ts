import type { ParameterNode } from '@rondel/reco';

/** Whether a node is the geometry of a fan or cone beam. */
export function isCone(geometry: ParameterNode | undefined): geometry is ParameterNode {
  return geometry?.type === 'ConeBeamGeometryParameters';
}
