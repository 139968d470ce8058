/** A test set of the Julia packages, with the tests here that hold the same behaviour, or why there can be none. */
export interface JuliaTestSet {
  readonly file: string;
  readonly set: string;
  /** Titles by file, from the root of the workspace. */
  readonly here?: Readonly<Record<string, readonly string[]>>;
  readonly reason?: string;
}

const julia = 'AbstractImageReconstruction.jl/test';
const dagger = 'DaggerImageReconstruction.jl/test';
const recoPlan = 'test/parity/reco-plan.test.ts';
const daggerPlan = 'test/parity/dagger-plan.test.ts';
const livePlan = 'libs/plan/src/live/live-plan.test.ts';
const links = 'libs/plan/src/live/links.test.ts';
const sweeps = 'libs/plan/src/sweep/plan-sweep.test.ts';
const build = 'libs/reco/src/build.test.ts';

const macro =
  'About the fields and constructors that a Julia macro generates for a mutable struct. Here an algorithm is declared as data and has no state between runs but what its steps keep.';
const warm = 'test/integration/algorithms.redis.test.ts';
const warmRuns = 'test/e2e/algorithms.test.ts';
const warmBuilding = 'test/integration/algorithm-building.redis.test.ts';
const sessions = 'test/integration/plans.redis.test.ts';
const sessionEvents = 'test/integration/plan-events.redis.test.ts';
const cacheFleet = 'test/e2e/result-cache.test.ts';
const cacheNames = 'libs/reco/src/result-identity.test.ts';
const cacheRuns = 'apps/worker/src/executor/run-cached.test.ts';

function sets(file: string, rows: readonly Omit<JuliaTestSet, 'file'>[]): JuliaTestSet[] {
  return rows.map((row) => ({ file, ...row }));
}

/**
 * One thing of a file is not kept: in a table, keys that are whole numbers (`1`, `2`) come before the others when it is
 * read, as in every object of JavaScript, on either end of a connection. No test set asks for their order, no field of a
 * Julia struct has such a name, and Julia itself reads a table into a `Dict`, which has none. Values and names are kept
 * (`keys that are whole numbers` in `libs/plan/src/print-plan.test.ts`).
 */
export const juliaTestSets: readonly JuliaTestSet[] = [
  ...sets(`${julia}/reco_plan.jl`, [
    {
      set: 'RecoPlan / Construction',
      here: {
        [recoPlan]: [
          'gives the same algorithm from constructors, from properties set one by one, and from a built algorithm',
        ],
        'libs/reco/src/to-plan.test.ts': ['gives a %s plan from which the same algorithm is built'],
      },
    },
    {
      set: 'RecoPlan / Properties / Setter/Getter',
      here: {
        [recoPlan]: [
          'begin as missing, are set and read, and refuse what they do not take',
          'that are missing have their default when the algorithm is built',
        ],
        'libs/plan/src/property.test.ts': ['tells missing from nothing, and what may be missing from what must not'],
      },
    },
    {
      set: 'RecoPlan / Properties / Nested Plans',
      here: { [recoPlan]: ['that hold nodes check their type, and are cleared with or without their structure'] },
    },
    {
      set: 'RecoPlan / Properties / SetAll!',
      here: { [recoPlan]: ['are set everywhere by name and from a dictionary, and an unknown name is reported'] },
    },
    {
      set: 'RecoPlan / Properties / Property names',
      here: { [recoPlan]: ['have names also when they are missing, and tags are none'] },
    },
    {
      set: 'RecoPlan / Observables',
      here: {
        [livePlan]: [
          'are told of a value that was accepted, and no longer once they are off',
          'hear of a clear once and are gone after it, unless they watch the cleared node or more',
        ],
      },
    },
    { set: 'RecoPlan / Traversal', here: { [recoPlan]: ['leads from the root to the steps and back'] } },
  ]),
  ...sets(`${julia}/serialization.jl`, [
    {
      set: 'Serialization',
      here: {
        [recoPlan]: ['gives back a plan from which the same algorithm is built'],
        'test/parity/plan-files.test.ts': ['%s loads unchanged and saves back without loss'],
      },
    },
  ]),
  ...sets(`${julia}/linkedproperty.jl`, [
    { set: 'LinkedProperty / Observable', here: { [links]: ['follows until it is set by hand'] } },
    {
      set: 'LinkedProperty / Serialization',
      here: { [links]: ['are written as Julia does and work when read again'] },
    },
  ]),
  ...sets(`${julia}/caching.jl`, [
    {
      set: 'Caching / Constructor',
      here: {
        [recoPlan]: ['has its size set by name, passes properties on, and is kept when the plan is saved'],
      },
    },
    // An algorithm has no state of its own here; a step that has some says so and is computed every time.
    {
      set: 'Caching / Stateful Process',
      here: { [cacheRuns]: ['passes through where maxsize is 0, and from a step on that is not pure'] },
    },
    {
      set: 'Caching / Stateful Process / Resize',
      here: { [cacheRuns]: ['passes through where maxsize is 0, and from a step on that is not pure'] },
    },
    {
      set: 'Caching / Pure Process',
      here: {
        [cacheRuns]: ['begins after the last step whose result is there, and reads nothing'],
        [cacheNames]: [
          'changes with the parameters of the step and of those before it, and not with those after it',
          'changes with the input, the engine and the version of the package; only the input makes it another slot',
        ],
      },
    },
    {
      set: 'Caching / Pure Process / Resize',
      here: {
        [cacheFleet]: [
          'make room for others beyond maxsize, the one used longest ago first, and never take a file of an image',
        ],
      },
    },
    {
      set: 'Caching / RecoPlan',
      here: {
        [recoPlan]: [
          'has its size set by name, passes properties on, and is kept when the plan is saved',
          'builds the algorithm of the plan without it',
        ],
        // Results belong to no plan object: whichever plan asks for the same thing shares them.
        [cacheFleet]: [
          'let a sweep run the step before what it varies once in the whole fleet, with the images it has without',
        ],
      },
    },
  ]),
  ...sets(`${julia}/reco_plan_sweeps.jl`, [
    {
      set: 'PlanSweep / Construction',
      here: { [sweeps]: ['gives one complete plan per value and leaves the template alone'] },
    },
    {
      set: 'PlanSweep / Iteration',
      here: { [sweeps]: ['gives one complete plan per value and leaves the template alone'] },
    },
    {
      set: 'PlanSweep / Single Parameter Sweep / SweepParams: Not nested',
      here: { [sweeps]: ['varies a bare name on every node that has it'] },
    },
    {
      set: 'PlanSweep / Single Parameter Sweep / SweepParams: Not nested via macro',
      reason: 'Another notation of the set before it: a path is a string here.',
    },
    {
      set: 'PlanSweep / Single Parameter Sweep / SweepParams: nested',
      here: { [sweeps]: ['gives one complete plan per value and leaves the template alone'] },
    },
    {
      set: 'PlanSweep / Single Parameter Sweep / SweepParams: nested via macro',
      reason: 'Another notation of the set before it: a path is a string here.',
    },
    {
      set: 'PlanSweep / Multiple Sweeps / Zip',
      here: { [sweeps]: ['goes through all properties side by side, which must have as many values'] },
    },
    {
      set: 'PlanSweep / Multiple Sweeps / Product',
      here: { [sweeps]: ['has all combinations, the first property changing fastest'] },
    },
    {
      set: 'PlanSweep / Error detection / Invalid values',
      here: { [sweeps]: ['refuses values that the property does not take, all at once, and names that there are not'] },
    },
    {
      set: 'PlanSweep / Error detection / Field is not part of RecoPlan',
      here: { [sweeps]: ['refuses values that the property does not take, all at once, and names that there are not'] },
    },
    {
      set: 'PlanSweep / Error detection / Duplicate field in product',
      here: { [sweeps]: ['is refused when it varies a property twice, however it is spelled, or different plans'] },
    },
    {
      set: 'PlanSweep / Error detection / Duplicate field in zip',
      here: { [sweeps]: ['goes through all properties side by side, which must have as many values'] },
    },
    {
      set: 'PlanSweep / Error detection / Length mismatch in zip',
      here: { [sweeps]: ['goes through all properties side by side, which must have as many values'] },
    },
  ]),
  ...sets(`${julia}/algorithm_api.jl`, [
    {
      set: 'API',
      here: {
        [warmRuns]: ['is built once and answers in order with the images of plain jobs'],
      },
    },
    {
      set: '@reconstruction / Basic algorithm definition',
      here: { [build]: ['hands defaults, type names and child nodes to the step'] },
    },
    { set: '@reconstruction / Nested Parametric algorithm definition', reason: macro },
    { set: '@reconstruction / No supertype', reason: macro },
    { set: '@reconstruction / State fields with defaults and different types', reason: macro },
    { set: '@reconstruction / @init', reason: macro },
    {
      set: '@reconstruction / Generic algorithm with type parameter',
      here: { 'libs/plan/src/check-plan.test.ts': ['refuses a node of a type that the property does not accept'] },
    },
    {
      set: '@reconstruction / put! and take! interface',
      here: {
        [warm]: ['gives results in the order of the inputs, failures in their place, each once'],
        [warmRuns]: ['delivers failures in their place'],
      },
    },
    {
      set: '@reconstruction / isready and wait',
      here: {
        [warmRuns]: ['is built once and answers in order with the images of plain jobs'],
        'libs/client/src/algorithm.test.ts': ['waiting ends when something is ready, or nothing ever will be'],
      },
    },
    {
      set: '@reconstruction / lock and unlock',
      here: {
        [warmBuilding]: ['keeps others out until it is given back, and says for how long'],
        [warmRuns]: ['keeps a second client out while the first one holds the lock'],
      },
    },
    {
      set: '@reconstruction / parameter accessor',
      here: { [recoPlan]: ['leads from the root to the steps and back'] },
    },
    {
      set: '@reconstruction / Channel FIFO behavior',
      here: {
        [warm]: ['gives results in the order of the inputs, failures in their place, each once'],
        [warmRuns]: ['loses nothing and keeps the order when its worker is killed in the middle'],
      },
    },
    { set: '@reconstruction / Algorithm with many state fields', reason: macro },
    {
      set: '@reconstruction / Process with multiple inputs',
      reason: 'A step takes one dataset, whose companions are the further inputs.',
    },
    {
      set: '@reconstruction / Error: process not defined',
      here: {
        'libs/radon/src/manifest.test.ts': [
          'has code for every step it declares and declares every step it has code for',
        ],
      },
    },
    { set: '@reconstruction / Algorithm fields are mutable', reason: macro },
    {
      set: '@reconstruction / reconstruct() with algorithm',
      here: { [build]: ['runs its stages in the order in which the pipeline declares them'] },
    },
    {
      set: '@reconstruction / reconstruct() is thread-safe',
      reason: 'A worker runs one job per slot in a process of its own; algorithms are not shared between threads.',
    },
    { set: '@reconstruction / Custom constructor with @reconstruction_internals', reason: macro },
    { set: '@reconstruction / Custom constructor with complex type parameters', reason: macro },
    { set: '@reconstruction / @init hook with state initialization', reason: macro },
    { set: '@reconstruction / @init hook receives correct algorithm state', reason: macro },
    { set: '@reconstruction / Constructor generation can be disabled', reason: macro },
    { set: '@reconstruction / Custom constructor with manual initialization', reason: macro },
    { set: '@reconstruction / Custom constructor with process interface', reason: macro },
    { set: '@reconstruction / @init with multiple state fields', reason: macro },
  ]),
  ...sets(`${dagger}/DaggerRecoPlan.jl`, [
    {
      set: 'RecoPlan Interface / Property Interface',
      here: {
        [daggerPlan]: ['are read, cleared and set as those of the plain one', 'are all set by name from a dictionary'],
        'libs/plan/src/wrapper.test.ts': [
          'is the same for get, set and clear',
          'reaches any depth of wrappers by a bare name and by a path, and what it set is there',
        ],
      },
    },
    {
      set: 'RecoPlan Interface / Observables',
      here: { [livePlan]: ['find their property behind a wrapper'] },
    },
    {
      set: 'RecoPlan Interface / Tree Traversal',
      here: { [daggerPlan]: ['is connected from the wrapper to the steps and back'] },
    },
  ]),
  ...sets(`${dagger}/DaggerRecoAlgorithm.jl`, [
    {
      set: 'Algorithm Interface',
      here: {
        'test/parity/distributed-algorithm.test.ts': [
          'runs on that worker, has the plan hash of the plain plan and gives its image bit for bit',
        ],
        'libs/reco/src/to-plan.test.ts': ['gives what the plain one gives, also through a result cache'],
      },
    },
    {
      set: 'Algorithm Interface: isready, wait and take!',
      here: {
        [warm]: ['gives results in the order of the inputs, failures in their place, each once'],
        'libs/client/src/algorithm.test.ts': ['waiting ends when something is ready, or nothing ever will be'],
      },
    },
    {
      set: 'RecoPlan Interface',
      here: {
        [daggerPlan]: [
          'is made from nodes, by distributing a plan, or by distributing the plan of a built one',
          'runs where its wrapper says',
          'moves to another worker with what it holds',
        ],
      },
    },
    {
      set: 'RecoPlan Interface: the chunk on the other worker',
      here: {
        [sessions]: ['is read and changed property by property, in wrappers and lists too'],
        [sessionEvents]: ['tell an observer of one process what was changed in another'],
      },
    },
    {
      set: 'RecoPlan Interface / Serialization / Basic save and load',
      here: { [daggerPlan]: ['is saved without its worker and is the same algorithm when it is read again'] },
    },
    {
      set: 'RecoPlan Interface / Serialization / loadDaggerPlan integration',
      here: { [daggerPlan]: ['is made from a file of a plain plan, as loadDaggerPlan does'] },
    },
  ]),
  ...sets(`${dagger}/DaggerReconstructionUtility.jl`, [
    {
      set: 'Direct',
      here: {
        'test/e2e/distributed.test.ts': ['gives bit for bit the image of the unsplit run on one worker'],
      },
    },
    {
      set: 'To Plan',
      here: { [daggerPlan]: ['keeps its worker and properties on the way to a plan and back'] },
    },
    {
      set: 'From Plan',
      here: { [daggerPlan]: ['keeps its worker and properties on the way to a plan and back'] },
    },
    {
      set: 'From "file"',
      here: { [daggerPlan]: ['is made from nodes, and its file names no worker'] },
    },
  ]),
];
