import type { BuiltInPlan } from '@rondel/reco';

const singlePatch = `_module = "MPIReco"
_type = "RecoPlan{SinglePatchReconstructionAlgorithm}"

[parameter]
_type = "RecoPlan{SinglePatchParameters}"

    [parameter.pre]
    _type = "RecoPlan{CommonPreProcessingParameters}"
`;

const snrThreshold = `_type = "RecoPlan{SNRThresholdFrequencyFilterParameter}"`;
const cache = (maxsize: number) => `_module = "AbstractImageReconstruction"
_type = "RecoPlan{ProcessResultCache}"
maxsize = ${maxsize}`;

const sparsePlan: BuiltInPlan = {
  name: 'mpi/single-patch-sparse',
  description: 'MPI with a measured system matrix that is compressed in a Fourier, cosine or sine basis.',
  toml: `${singlePatch}
    [parameter.reco]
    _type = "RecoPlan{SinglePatchReconstructionParameter}"

        [parameter.reco.sfLoad]
        ${cache(3)}

            [parameter.reco.sfLoad.param]
            _type = "RecoPlan{SparseSystemMatrixLoadingParameter}"
            sparseTrafo = "FFT"

                [parameter.reco.sfLoad.param.freqFilter]
                ${snrThreshold}

        [parameter.reco.solverParams]
        _type = "RecoPlan{ElaborateSolverParameters}"
`,
};

const handsFreePlan: BuiltInPlan = {
  name: 'mpi/single-patch-hands-free',
  description: 'MPI with a measured system matrix; weight of the regularization and end of the iteration are found.',
  toml: `${singlePatch}
    [parameter.reco]
    _type = "RecoPlan{SinglePatchHandsFreeReconstructionParameter}"

        [parameter.reco.sfLoad]
        ${cache(3)}

            [parameter.reco.sfLoad.param]
            _type = "RecoPlan{DenseSystemMatixLoadingParameter}"

                [parameter.reco.sfLoad.param.freqFilter]
                ${snrThreshold}

        [parameter.reco.solverParams]
        _type = "RecoPlan{HandsFreeSolverParameters}"
`,
};

const patches = (pre: string) => `_module = "MPIReco"
_type = "RecoPlan{MultiPatchReconstructionAlgorithm}"

[parameter]
_type = "RecoPlan{MultiPatchParameters}"

    [parameter.pre]
    _type = "RecoPlan{${pre}}"
`;

const multiPatchPlan: BuiltInPlan = {
  name: 'mpi/multi-patch',
  description: 'MPI of several patches with one system matrix or more.',
  toml: `${patches('CommonPreProcessingParameters')}
    [parameter.reco]
    _type = "RecoPlan{MultiPatchReconstructionParameter}"

        [parameter.reco.freqFilter]
        ${snrThreshold}

        [parameter.reco.opParams]
        ${cache(3)}

            [parameter.reco.opParams.param]
            _type = "RecoPlan{RegularMultiPatchOperatorParameter}"

        [parameter.reco.solverParams]
        _type = "RecoPlan{ElaborateSolverParameters}"
`,
};

const motionPlan: BuiltInPlan = {
  name: 'mpi/multi-patch-motion',
  description: 'MPI of an object that moves periodically: an image for each state of the motion.',
  toml: `${patches('PeriodicMotionPreProcessing')}
    [parameter.reco]
    _type = "RecoPlan{PeriodicMotionReconstructionParameter}"

        [parameter.reco.freqFilter]
        ${snrThreshold}

        [parameter.reco.solverParams]
        _type = "RecoPlan{SimpleSolverParameters}"
`,
};

/** Plans beside those of a single patch with a dense system matrix. */
export const advancedPlans: readonly BuiltInPlan[] = [sparsePlan, handsFreePlan, multiPatchPlan, motionPlan];
