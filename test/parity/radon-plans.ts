import { readFileSync } from 'node:fs';
import { newNode, type PlanNode } from '@rondel/plan';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { createRegistry } from '@rondel/reco';

/** What both Julia packages test with: a simulated acquisition of three frames, here only what plans hold of it. */
export const angles = [0, 0.25, 0.5, 0.75].map((turn) => turn * Math.PI);
export const shape = [16, 16, 4];
export const registry = createRegistry([leastSquaresManifest, radonManifest]);
export const { catalog } = registry;

export function node(type: string, properties: Readonly<Record<string, unknown>> = {}): PlanNode {
  return newNode(type, catalog, properties);
}

const regularization = () => [node('L2Regularization', { lambda: 0.001 }), node('PositiveRegularization')];
const recoProperties = () => ({ shape, angles, iterations: 1, reg: regularization(), solver: 'CGNR' });

export const preprocessing = () => node('RadonPreprocessingParameters', { frames: [1, 2, 3] });
export const iterativeReconstruction = () => node('IterativeRadonReconstructionParameters', recoProperties());

/** The plan of the suites' common part, made with constructors. */
export function iterativePlan(): PlanNode {
  const parameter = node('IterativeRadonParameters', { pre: preprocessing(), reco: iterativeReconstruction() });
  return node('IterativeRadonAlgorithm', { parameter });
}

export function fixture(name: string): string {
  return readFileSync(new URL(`plans/${name}.toml`, import.meta.url), 'utf8');
}
