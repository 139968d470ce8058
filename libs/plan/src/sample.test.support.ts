import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';

type Facts = Partial<CatalogProperty>;

function property(name: string, facts: Facts): CatalogProperty {
  return { name, description: `What ${name} does.`, optional: false, ...facts };
}

function type(kind: CatalogNode['kind'], name: string, properties: CatalogProperty[]): CatalogNode {
  return { module: 'RondelRadon', type: name, package: '@rondel/radon', kind, description: name, properties };
}

const regularizations = ['L2Regularization', 'PositiveRegularization'];

/** A small catalog with every kind of property. */
export const sampleCatalog: Catalog = {
  packages: [
    {
      name: '@rondel/radon',
      version: '1.0.0',
      module: 'RondelRadon',
      aliases: ['OurRadonReco', 'RegularizedLeastSquares'],
      description: 'Radon',
    },
    { name: '@rondel/other', version: '1.0.0', module: 'Other', aliases: [], description: 'Other' },
  ],
  nodes: [
    type('algorithm', 'DirectRadonAlgorithm', [property('parameter', { accepts: ['DirectRadonParameters'] })]),
    type('algorithm', 'IterativeRadonAlgorithm', [property('parameter', { accepts: ['IterativeRadonParameters'] })]),
    type('pipeline', 'DirectRadonParameters', [
      property('pre', { accepts: ['RadonPreprocessingParameters'], optional: true }),
      property('reco', { accepts: ['RadonFilteredBackprojectionParameters', 'RadonBackprojectionParameters'] }),
    ]),
    type('pipeline', 'IterativeRadonParameters', [
      property('pre', { accepts: ['RadonPreprocessingParameters'], optional: true }),
      property('reco', { accepts: ['IterativeRadonReconstructionParameters'] }),
    ]),
    type('step', 'RadonPreprocessingParameters', [
      property('frames', { schema: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }), optional: true }),
      property('numAverages', { schema: Type.Integer({ minimum: 1 }), default: 1 }),
    ]),
    type('step', 'RadonBackprojectionParameters', [
      property('angles', { schema: Type.Array(Type.Number(), { minItems: 1 }), unit: 'rad' }),
    ]),
    type('step', 'RadonFilteredBackprojectionParameters', [
      property('angles', { schema: Type.Array(Type.Number(), { minItems: 1 }), unit: 'rad', optional: true }),
      property('filter', { schema: Type.Enum(['ramp', 'hann', 'hamming', 'cosine']), default: 'ramp' }),
      property('spacing', { schema: Type.Number({ exclusiveMinimum: 0 }), default: 1, unit: 'mm' }),
      property('center', { schema: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]), default: null }),
    ]),
    type('step', 'IterativeRadonReconstructionParameters', [
      property('angles', { schema: Type.Array(Type.Number(), { minItems: 1 }), unit: 'rad' }),
      property('shape', { schema: Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })]) }),
      property('iterations', { schema: Type.Integer({ minimum: 1 }), default: 10 }),
      property('solver', { accepts: ['CGNR', 'FISTA', 'Kaczmarz'], typeReference: true, default: 'CGNR' }),
      property('reg', { accepts: regularizations, list: true, optional: true }),
      property('eltype', { schema: Type.Enum(['Float32', 'Float64']), default: 'Float32' }),
    ]),
    type('value', 'L2Regularization', [property('lambda', { schema: Type.Number({ minimum: 0 }) })]),
    type('value', 'PositiveRegularization', []),
    { ...type('value', 'Shared', []), module: 'RondelRadon' },
    { ...type('value', 'Shared', []), module: 'Other', package: '@rondel/other' },
  ],
  plans: [],
};

export const fbpToml = `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"

[parameter]
_module = "RondelRadon"
_type = "RecoPlan{DirectRadonParameters}"

    [parameter.pre]
    _module = "RondelRadon"
    _type = "RecoPlan{RadonPreprocessingParameters}"
    frames = [1, 2, 3]

    [parameter.reco]
    _module = "RondelRadon"
    _type = "RecoPlan{RadonFilteredBackprojectionParameters}"
    filter = "hann"
    spacing = 1.0
`;

/** As Julia writes it: a `Type` table for the solver, structs without `RecoPlan{}`, the module of the documentation. */
export const iterativeToml = `_module = "Main.OurRadonReco"
_type = "RecoPlan{IterativeRadonAlgorithm}"

[parameter]
_module = "Main.OurRadonReco"
_type = "RecoPlan{IterativeRadonParameters}"

    [parameter.reco]
    _module = "Main.OurRadonReco"
    _type = "RecoPlan{IterativeRadonReconstructionParameters}"
    angles = [0.0, 1.0, 2.0]
    shape = [64, 64]
    iterations = 20

        [parameter.reco.solver]
        _module = "RegularizedLeastSquares"
        _type = "Type"
        _value = "CGNR"

        [[parameter.reco.reg]]
        _module = "RegularizedLeastSquares"
        _type = "L2Regularization"
        "λ" = 0.001

        [[parameter.reco.reg]]
        _module = "RegularizedLeastSquares"
        _type = "PositiveRegularization"
`;
