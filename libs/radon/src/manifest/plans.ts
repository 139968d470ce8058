import type { BuiltInPlan } from '@rondel/reco';

export const fbpPlan: BuiltInPlan = {
  name: 'radon/fbp',
  description: 'CT by filtered backprojection, from raw counts or from line integrals.',
  toml: `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"

[parameter]
_type = "RecoPlan{DirectRadonParameters}"

    [parameter.pre]
    _type = "RecoPlan{TransmissionPreprocessingParameters}"

    [parameter.reco]
    _type = "RecoPlan{RadonFilteredBackprojectionParameters}"
    filter = "ramp"
`,
};

export const backprojectionPlan: BuiltInPlan = {
  name: 'radon/backprojection',
  description: 'Unfiltered backprojection, for looking at data and for tests.',
  toml: `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"

[parameter]
_type = "RecoPlan{DirectRadonParameters}"

    [parameter.pre]
    _type = "RecoPlan{TransmissionPreprocessingParameters}"

    [parameter.reco]
    _type = "RecoPlan{RadonBackprojectionParameters}"
`,
};

export const fdkPlan: BuiltInPlan = {
  name: 'radon/fdk',
  description: 'CT of fan and cone beams by filtered backprojection (FDK); set the distances of your scanner.',
  toml: `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"

[parameter]
_type = "RecoPlan{DirectRadonParameters}"

    [parameter.pre]
    _type = "RecoPlan{TransmissionPreprocessingParameters}"
    beam = "cone"

    [parameter.reco]
    _type = "RecoPlan{FdkReconstructionParameters}"
    filter = "ramp"

        [parameter.reco.geometry]
        _type = "RecoPlan{ConeBeamGeometryParameters}"
        sourceOrigin = 500.0
        sourceDetector = 1000.0
        detectorPixel = [0.4, 0.4]
`,
};

export const iterativePlan: BuiltInPlan = {
  name: 'radon/iterative',
  description: 'CT by regularized least squares (POGM) with positivity, from raw counts or from line integrals.',
  toml: `_module = "RondelRadon"
_type = "RecoPlan{IterativeRadonAlgorithm}"

[parameter]
_type = "RecoPlan{IterativeRadonParameters}"

    [parameter.pre]
    _type = "RecoPlan{TransmissionPreprocessingParameters}"

    [parameter.reco]
    _type = "RecoPlan{IterativeRadonReconstructionParameters}"
    iterations = 20

        [parameter.reco.solver]
        _type = "Type"
        _module = "RegularizedLeastSquares"
        _value = "POGM"

        [[parameter.reco.reg]]
        _module = "RegularizedLeastSquares"
        _type = "L2Regularization"
        lambda = 0.001

        [[parameter.reco.reg]]
        _module = "RegularizedLeastSquares"
        _type = "PositiveRegularization"
`,
};
