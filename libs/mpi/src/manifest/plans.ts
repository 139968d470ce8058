import type { BuiltInPlan } from '@rondel/reco';

/** Spectra of the measurement, in plans whose preprocessing is the usual one. */
const preprocessing = `
    [parameter.pre]
    _module = "MPIReco"
    _type = "RecoPlan{CommonPreProcessingParameters}"

        [parameter.pre.bgParams]
        _module = "MPIReco"
        _type = "RecoPlan{NoBackgroundCorrectionParameters}"
`;

export const singlePatchPlan: BuiltInPlan = {
  name: 'mpi/single-patch',
  description: 'MPI with a measured system matrix: one patch, by the Kaczmarz method with Tikhonov regularization.',
  toml: `_module = "MPIReco"
_type = "RecoPlan{SinglePatchReconstructionAlgorithm}"

[parameter]
_module = "MPIReco"
_type = "RecoPlan{SinglePatchParameters}"
${preprocessing}
    [parameter.reco]
    _module = "MPIReco"
    _type = "RecoPlan{SinglePatchReconstructionParameter}"

        [[parameter.reco.reg]]
        _module = "RegularizedLeastSquares"
        _type = "L2Regularization"
        lambda = 0.01

        [parameter.reco.sfLoad]
        _module = "AbstractImageReconstruction"
        _type = "RecoPlan{ProcessResultCache}"
        maxsize = 3

            [parameter.reco.sfLoad.param]
            _module = "MPIReco"
            _type = "RecoPlan{DenseSystemMatixLoadingParameter}"

                [parameter.reco.sfLoad.param.freqFilter]
                _module = "MPIReco"
                _type = "RecoPlan{SNRThresholdFrequencyFilterParameter}"
                SNRThresh = 5.0

                [parameter.reco.sfLoad.param.gridding]
                _module = "MPIReco"
                _type = "RecoPlan{SystemMatrixGriddingParameter}"

        [parameter.reco.solverParams]
        _module = "MPIReco"
        _type = "RecoPlan{ElaborateSolverParameters}"
        iterations = 10

            [parameter.reco.solverParams.solver]
            _module = "RegularizedLeastSquares"
            _type = "Type"
            _value = "Kaczmarz"

        [parameter.reco.weightingParams]
        _module = "MPIReco"
        _type = "RecoPlan{NoWeightingParameters}"

    [parameter.post]
    _module = "MPIReco"
    _type = "RecoPlan{NoPostProcessing}"
`,
};

export const lowLevelPlan: BuiltInPlan = {
  name: 'mpi/low-level',
  description: 'Least squares with a system matrix and data that are arrays.',
  toml: `_module = "MPIReco"
_type = "RecoPlan{LowLevelReconstructionAlgorithm}"

[parameter]
_module = "MPIReco"
_type = "RecoPlan{LeastSquaresParameters}"

    [[parameter.reg]]
    _module = "RegularizedLeastSquares"
    _type = "L2Regularization"
    lambda = 0.01

    [parameter.solverParams]
    _module = "MPIReco"
    _type = "RecoPlan{ElaborateSolverParameters}"
`,
};
