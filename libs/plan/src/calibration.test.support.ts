import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';

function property(name: string, facts: Partial<CatalogProperty>): CatalogProperty {
  return { name, description: `What ${name} does.`, optional: false, ...facts };
}

function type(kind: CatalogNode['kind'], name: string, properties: CatalogProperty[]): CatalogNode {
  return { module: 'Scan', type: name, package: '@lab/scan', kind, description: name, properties };
}

const reference = Type.String({ format: 'data-reference', minLength: 1, maxLength: 4096 });
const iterative = ['FISTA', 'ADMM'];

/** A package whose plans name calibration files, with properties that depend on the solver and links that need a file. */
export const calibrationCatalog: Catalog = {
  packages: [{ name: '@lab/scan', version: '1.0.0', module: 'Scan', aliases: [], description: 'Scan' }],
  nodes: [
    type('algorithm', 'ScanAlgorithm', [property('parameter', { accepts: ['ScanParameters'] })]),
    type('pipeline', 'ScanParameters', [
      property('reco', { accepts: ['ScanReconstruction'] }),
      property('post', { accepts: ['NoPost'], optional: true, default: { _type: 'NoPost' } }),
    ]),
    type('step', 'NoPost', []),
    type('step', 'ScanReconstruction', [
      property('sf', { schema: reference, local: true }),
      property('empty', { schema: Type.Array(reference, { minItems: 1 }), local: true, optional: true }),
      property('load', { accepts: ['MatrixLoading'], optional: true, default: { _type: 'MatrixLoading' } }),
      property('minFreq', { schema: Type.Number(), optional: true, unit: 'Hz' }),
      property('solver', { accepts: ['Kaczmarz', ...iterative], typeReference: true, default: 'Kaczmarz' }),
      property('rho', {
        schema: Type.Number({ minimum: 0 }),
        default: 0.5,
        onlyFor: { property: 'solver', values: iterative },
      }),
      property('shuffle', {
        schema: Type.Boolean(),
        default: false,
        onlyFor: { property: 'solver', values: ['Kaczmarz'] },
      }),
    ]),
    {
      ...type('value', 'MatrixLoading', [property('gridding', { accepts: ['Gridding'], optional: true })]),
      alsoKnownAs: ['MatixLoading'],
    },
    type('value', 'Gridding', [property('fov', { schema: Type.Array(Type.Number()), optional: true })]),
  ],
  plans: [],
  linkFunctions: ['identity'],
  workerLinkFunctions: ['minimumFrequency', 'Scan.minimumFrequency', 'fieldOfView', 'Scan.fieldOfView'],
};

/** A link as files of Julia have it. */
export function follows(target: string, field: string, fn: string, module = 'Scan') {
  return {
    [target]: [
      {
        _module: 'AbstractImageReconstruction',
        _type: 'LinkedPropertyListener',
        field,
        plan: ['parameter', 'reco'],
        fn: { _module: module, _type: fn },
      },
    ],
  };
}

/** A plan of the package; `reco` has what its step says. */
export function scanPlan(reco: Readonly<Record<string, unknown>> = {}) {
  return {
    _module: 'Scan',
    _type: 'RecoPlan{ScanAlgorithm}',
    parameter: {
      _type: 'RecoPlan{ScanParameters}',
      reco: { _type: 'RecoPlan{ScanReconstruction}', ...reco },
    },
  };
}
