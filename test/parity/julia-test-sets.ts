/**
 * A leaf test set of the Julia packages, with the tests here that hold the same behaviour, or why there can be none. One
 * that has both is held but for what the reason says.
 */
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
const links = 'libs/plan/src/links/links.test.ts';
const sweeps = 'libs/plan/src/sweep/plan-sweep.test.ts';
const build = 'libs/reco/src/build/build.test.ts';

const macro =
  'About the fields and constructors that a Julia macro generates for a mutable struct. Here an algorithm is declared as data and has no state between runs but what its steps keep.';
const warm = 'test/integration/algorithms.redis.test.ts';
const warmRuns = 'test/e2e/algorithms.test.ts';
const warmBuilding = 'test/integration/algorithm-building.redis.test.ts';
const sessions = 'test/integration/plans.redis.test.ts';
const saved = 'test/parity/julia-serialization.test.ts';
const algorithm = 'test/parity/julia-algorithm.test.ts';
const fromJulia = 'test/parity/julia-plans.test.ts';
const sdk = 'test/e2e/sdk.test.ts';
const cachedResults = 'test/integration/results.redis.test.ts';

const everyAlgorithm =
  'An algorithm here brings no methods that could be left out: put, take, isready, wait, lock and parameter are those of every warm algorithm, and what a package can forget, the code of a step, is refused when it is built (`process not defined`).';
const customStyle =
  'About a way to replace how Julia values become text in one file. Packages here describe what properties hold with JSON Schema; there is one text form of each value.';
const moduleTable =
  'About the table in which Julia looks up types of the modules that `loadPlan` was given. Types here are those of the installed packages.';
const sessionEvents = 'test/integration/plan-events.redis.test.ts';
const cacheFleet = 'test/e2e/result-cache.test.ts';
const cacheNames = 'libs/reco/src/build/result-identity.test.ts';
const cacheRuns = 'apps/worker/src/executor/run/run-cached.test.ts';

function sets(file: string, rows: readonly Omit<JuliaTestSet, 'file'>[]): JuliaTestSet[] {
  return rows.map((row) => ({ file, ...row }));
}

/**
 * One thing of a file is not kept: in a table, keys that are whole numbers (`1`, `2`) come before the others when it is
 * read, as in every object of JavaScript, on either end of a connection. No test set asks for their order, no field of a
 * Julia struct has such a name, and Julia itself reads a table into a `Dict`, which has none. Values and names are kept
 * (`keys that are whole numbers` in `libs/plan/src/text/print-plan.test.ts`).
 */
export const juliaTestSets: readonly JuliaTestSet[] = [
  ...sets(`${julia}/reco_plan.jl`, [
    {
      set: 'RecoPlan / Construction',
      here: {
        [recoPlan]: [
          'gives the same algorithm from constructors, from properties set one by one, and from a built algorithm',
        ],
        'libs/reco/src/build/to-plan.test.ts': ['gives a %s plan from which the same algorithm is built'],
      },
    },
    {
      set: 'RecoPlan / Properties / Setter/Getter',
      here: {
        [recoPlan]: [
          'begin as missing, are set and read, and refuse what they do not take',
          'that are missing have their default when the algorithm is built',
        ],
        'libs/plan/src/set/property.test.ts': [
          'tells missing from nothing, and what may be missing from what must not',
        ],
        [fromJulia]: ['P3: takes nothing as a filter for the ramp, and numbers as a response'],
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
          'P8: hear of a clear once and are gone after it, unless they watch the cleared node or more',
        ],
      },
    },
    { set: 'RecoPlan / Traversal', here: { [recoPlan]: ['leads from the root to the steps and back'] } },
  ]),
  ...sets(`${julia}/serialization.jl`, [
    {
      set: 'Serialization / Basic save and load',
      here: { [recoPlan]: ['gives back a plan from which the same algorithm is built'] },
    },
    {
      set: 'Serialization / RecoPlan lower - basic',
      here: { [saved]: ['has its tags, what is set, and nothing that is missing'] },
    },
    {
      set: 'Serialization / RecoPlan lower - all fields',
      here: { [saved]: ['has its tags, what is set, and nothing that is missing'] },
    },
    {
      set: 'Serialization / RecoPlan lower - missing values',
      here: { [saved]: ['has its tags, what is set, and nothing that is missing'] },
    },
    {
      set: 'Serialization / Nested RecoPlan serialization',
      here: { [saved]: ['holds plans inside plans and lists of them, and each knows what it is in'] },
    },
    {
      set: 'Serialization / Lower primitive types',
      here: {
        [saved]: ['keeps numbers, text, flags, lists, complex numbers as text, nothing, types, functions and modules'],
      },
    },
    {
      set: 'Serialization / Lower special types',
      here: {
        [saved]: ['keeps numbers, text, flags, lists, complex numbers as text, nothing, types, functions and modules'],
      },
    },
    {
      set: 'Serialization / Lower arrays',
      here: {
        [saved]: ['keeps numbers, text, flags, lists, complex numbers as text, nothing, types, functions and modules'],
      },
    },
    {
      set: 'Serialization / Lower tuples',
      here: {
        [saved]: ['keeps numbers, text, flags, lists, complex numbers as text, nothing, types, functions and modules'],
      },
    },
    {
      set: 'Serialization / Lower complex numbers',
      here: {
        [saved]: ['keeps numbers, text, flags, lists, complex numbers as text, nothing, types, functions and modules'],
      },
    },
    {
      set: 'Serialization / Lower array of RecoPlan',
      here: { [saved]: ['holds plans inside plans and lists of them, and each knows what it is in'] },
    },
    {
      set: 'Serialization / Lift primitive types',
      here: {
        [saved]: ['keeps numbers, text, flags, lists, complex numbers as text, nothing, types, functions and modules'],
      },
    },
    {
      set: 'Serialization / Lift Symbol',
      here: {
        [saved]: ['keeps numbers, text, flags, lists, complex numbers as text, nothing, types, functions and modules'],
      },
    },
    {
      set: 'Serialization / Lift Type',
      here: { [saved]: ['reads types, nothing, lists and tuples as the properties mean them'] },
    },
    {
      set: 'Serialization / Lift Nothing',
      here: { [saved]: ['reads types, nothing, lists and tuples as the properties mean them'] },
    },
    {
      set: 'Serialization / Lift arrays',
      here: { [saved]: ['reads types, nothing, lists and tuples as the properties mean them'] },
    },
    {
      set: 'Serialization / Lift tuples',
      here: { [saved]: ['reads types, nothing, lists and tuples as the properties mean them'] },
    },
    {
      set: 'Serialization / Make RecoPlan - basic',
      here: { [saved]: ['has its tags, what is set, and nothing that is missing'] },
    },
    {
      set: 'Serialization / Make RecoPlan - all fields',
      here: { [saved]: ['has its tags, what is set, and nothing that is missing'] },
    },
    {
      set: 'Serialization / Make RecoPlan for algorithm',
      here: { [saved]: ['is the same after a way through a file'] },
    },
    { set: 'Serialization / Round-trip with IOBuffer', here: { [saved]: ['is the same after a way through a file'] } },
    { set: 'Serialization / Round-trip with file', here: { [saved]: ['is the same after a way through a file'] } },
    {
      set: 'Serialization / Round-trip with nested plans',
      here: { [saved]: ['holds plans inside plans and lists of them, and each knows what it is in'] },
    },
    {
      set: 'Serialization / Round-trip with array of plans',
      here: { [saved]: ['holds plans inside plans and lists of them, and each knows what it is in'] },
    },
    {
      set: 'Serialization / Empty plan round-trip',
      here: { [saved]: ['has its tags, what is set, and nothing that is missing'] },
    },
    { set: 'Serialization / Custom style - lower override', reason: customStyle },
    { set: 'Serialization / Custom style - fallback behavior', reason: customStyle },
    {
      set: 'Serialization / Parent relationships after load',
      here: { [saved]: ['holds plans inside plans and lists of them, and each knows what it is in'] },
    },
    { set: 'Serialization / ModuleDict construction', reason: moduleTable },
    {
      set: 'Serialization / ModuleDict getindex',
      here: { [saved]: ['is refused with a type or module that there is not, and without a type'] },
    },
    {
      set: 'Serialization / ModuleDict - nonexistent type',
      here: { [saved]: ['is refused with a type or module that there is not, and without a type'] },
    },
    { set: 'Serialization / Scoped MODULE_DICT', reason: moduleTable },
    {
      set: 'Serialization / Build after load preserves structure',
      here: { [recoPlan]: ['gives back a plan from which the same algorithm is built'] },
    },
    {
      set: 'Serialization / Parametric types serialization',
      reason:
        'Type parameters of a struct follow from its values in Julia; a step here has no parameters but its properties.',
    },
    {
      set: 'Serialization / Error - invalid TYPE_TAG',
      here: { [saved]: ['is refused with a type or module that there is not, and without a type'] },
    },
    {
      set: 'Serialization / Error - missing module in ModuleDict',
      here: { [saved]: ['is refused with a type or module that there is not, and without a type'] },
    },
    {
      set: 'Serialization / Enum serialization / Lower enum to string',
      here: {
        [saved]: ['are text, alone, in lists, nested, as defaults, and refused when there is none of that name'],
      },
    },
    {
      set: 'Serialization / Enum serialization / Lower enum in parameter',
      here: {
        [saved]: ['are text, alone, in lists, nested, as defaults, and refused when there is none of that name'],
      },
    },
    {
      set: 'Serialization / Enum serialization / Lift string to enum',
      here: {
        [saved]: ['are text, alone, in lists, nested, as defaults, and refused when there is none of that name'],
      },
    },
    {
      set: 'Serialization / Enum serialization / Round-trip enum parameter',
      here: {
        [saved]: ['are text, alone, in lists, nested, as defaults, and refused when there is none of that name'],
      },
    },
    {
      set: 'Serialization / Enum serialization / Array of enums',
      here: {
        [saved]: ['are text, alone, in lists, nested, as defaults, and refused when there is none of that name'],
      },
    },
    {
      set: 'Serialization / Enum serialization / Enum with different underlying types',
      reason: 'How many bits an enum takes in memory is not told by its name, which is all that a file has.',
    },
    {
      set: 'Serialization / Enum serialization / Enum default values',
      here: {
        [saved]: ['are text, alone, in lists, nested, as defaults, and refused when there is none of that name'],
      },
    },
    {
      set: 'Serialization / Enum serialization / Enum in nested parameters',
      here: {
        [saved]: ['are text, alone, in lists, nested, as defaults, and refused when there is none of that name'],
      },
    },
    {
      set: 'Serialization / Enum serialization / Invalid enum value error',
      here: {
        [saved]: ['are text, alone, in lists, nested, as defaults, and refused when there is none of that name'],
      },
    },
    {
      set: 'Serialization / Union field serialization / Basic Union',
      here: { [saved]: ['keep their tags and the kind of %s', 'are checked and built as what they hold'] },
    },
    {
      set: 'Serialization / Union field serialization / Union round-trip',
      here: { [saved]: ['keep their tags and the kind of %s', 'are checked and built as what they hold'] },
    },
    {
      set: 'Serialization / Union field serialization / Union with parametric type',
      here: { [saved]: ['keep their tags and the kind of %s', 'are checked and built as what they hold'] },
    },
    {
      set: 'Serialization / Union field serialization / Union ambiguity resolution',
      here: { [saved]: ['keep their tags and the kind of %s', 'are checked and built as what they hold'] },
    },
    {
      set: 'Serialization of whole files',
      here: {
        [fromJulia]: ['P4: loads there, as %s did, and again after a way through JSON'],
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
    // An algorithm has no state of its own here that a hash could cover, as the set wants: a step that has some says so
    // and is computed every time, cached or not.
    {
      set: 'Caching / Stateful Process',
      here: { [cacheRuns]: ['passes through where maxsize is 0, and from a step on that is not pure'] },
      reason: 'Hits of a stateful step are not held: its results are never kept, since its state cannot be compared.',
    },
    {
      set: 'Caching / Stateful Process / Resize',
      here: { [cacheRuns]: ['passes through where maxsize is 0, and from a step on that is not pure'] },
      reason: 'As for the set before it.',
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
          'P6: are forgotten for one node or for a whole plan on request, and those of other plans stay',
          'make room for others beyond maxsize, the one used longest ago first, and never take a file of an image',
        ],
        [cachedResults]: [
          'P6: is emptied of the results of some steps and keeps all others; what is being computed is kept then',
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
    {
      set: 'PlanSweep / Error detection / Root mismatch in product/zip',
      here: { [sweeps]: ['is refused when it varies a property twice, however it is spelled, or different plans'] },
    },
  ]),
  ...sets(`${julia}/algorithm_api.jl`, [
    {
      set: 'API',
      here: {
        [warmRuns]: ['is built once and answers in order with the images of plain jobs'],
        [sdk]: ['P7: keeps an algorithm warm that takes arrays, answers its plan, and reconstructs this very input'],
      },
    },
    {
      set: '@reconstruction / Basic algorithm definition',
      here: { [build]: ['hands defaults, type names and child nodes to the step'] },
    },
    { set: '@reconstruction / Nested Parametric algorithm definition', reason: macro },
    { set: '@reconstruction / No supertype', reason: macro },
    { set: '@reconstruction / State fields with defaults and different types', reason: macro },
    {
      set: '@reconstruction / @init',
      here: { [algorithm]: ['sets up its state once, from its parameters, and keeps it between runs'] },
    },
    {
      set: '@reconstruction / Generic algorithm with type parameter',
      here: {
        'libs/plan/src/check/check-plan.test.ts': ['refuses a node of a type that the property does not accept'],
      },
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
      here: {
        [sdk]: ['P7: keeps an algorithm warm that takes arrays, answers its plan, and reconstructs this very input'],
      },
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
      here: { [algorithm]: ['takes several inputs, as companions of the first'] },
    },
    {
      set: '@reconstruction / Error: process not defined',
      here: {
        [algorithm]: ['is not built with parameters that do not fit together, or of a step without code'],
      },
    },
    { set: '@reconstruction / Algorithm fields are mutable', reason: macro },
    {
      set: '@reconstruction / reconstruct() with algorithm',
      here: {
        [build]: ['runs its stages in the order in which the pipeline declares them'],
        [warm]: [
          'P7: passes over inputs whose result is for whoever put them, and forgets their place when they have ended',
        ],
      },
    },
    {
      set: '@reconstruction / reconstruct() is thread-safe',
      here: { [algorithm]: ['answers each of many that reconstruct at once with its own result'] },
    },
    { set: '@reconstruction / Custom constructor with @reconstruction_internals', reason: macro },
    { set: '@reconstruction / Custom constructor with complex type parameters', reason: macro },
    {
      set: '@reconstruction / @init hook with state initialization',
      here: { [algorithm]: ['sets up its state once, from its parameters, and keeps it between runs'] },
    },
    {
      set: '@reconstruction / @init hook receives correct algorithm state',
      here: { [algorithm]: ['sets up its state once, from its parameters, and keeps it between runs'] },
    },
    { set: '@reconstruction / Constructor generation can be disabled', reason: macro },
    { set: '@reconstruction / Custom constructor with manual initialization', reason: macro },
    { set: '@reconstruction / Custom constructor with process interface', reason: macro },
    {
      set: '@reconstruction / @init with multiple state fields',
      here: { [algorithm]: ['sets up its state once, from its parameters, and keeps it between runs'] },
    },
    { set: '@reconstruction / Const fields', reason: macro },
    { set: '@reconstruction / Atomic fields', reason: macro },
    { set: '@reconstruction / Fields without type information', reason: macro },
    { set: '@reconstruction / Mixed field types', reason: macro },
    { set: '@reconstruction / Error: field without default and constructor=true', reason: macro },
    { set: '@reconstruction / Constructor=false allows fields without defaults', reason: macro },
    {
      set: '@parameter / Basic parameter definition with explicit base',
      here: { [build]: ['hands defaults, type names and child nodes to the step'] },
    },
    {
      set: '@parameter / Parameter definition without explicit base',
      here: { [build]: ['hands defaults, type names and child nodes to the step'] },
    },
    {
      set: '@parameter / Documented parameter',
      reason: 'About the docstring of a Julia struct; every node and property here must have a description to compile.',
    },
    {
      set: '@parameter / Empty parameter',
      here: { [algorithm]: ['is not built with parameters that do not fit together, or of a step without code'] },
    },
    { set: '@parameter / Parametric parameter type', reason: macro },
    { set: '@parameter / Parametric base type', reason: macro },
    {
      set: '@parameter / @validate',
      here: { [algorithm]: ['is not built with parameters that do not fit together, or of a step without code'] },
    },
    {
      set: '@chain / Basic chain definition',
      here: { [algorithm]: ['runs a chain of steps in order, each on what the one before has made'] },
    },
    {
      set: '@chain / Chain with multiple steps',
      here: { [algorithm]: ['runs a chain of steps in order, each on what the one before has made'] },
    },
    { set: '@chain / Documented parameter', reason: 'About the docstring of a Julia struct.' },
    { set: '@chain / Parametric chain with custom base', reason: macro },
    { set: 'Default error methods / Algorithm must implement put!', reason: everyAlgorithm },
    { set: 'Default error methods / Algorithm must implement take!', reason: everyAlgorithm },
    { set: 'Default error methods / Algorithm must implement isready', reason: everyAlgorithm },
    { set: 'Default error methods / Algorithm must implement wait', reason: everyAlgorithm },
    { set: 'Default error methods / Algorithm must implement lock', reason: everyAlgorithm },
    { set: 'Default error methods / Algorithm must implement parameter', reason: everyAlgorithm },
    { set: 'Default error methods / reconstruct() fails with incomplete algorithm', reason: everyAlgorithm },
    { set: 'Default error methods / Custom utility parameter without parameter throws error', reason: everyAlgorithm },
  ]),
  ...sets(`${dagger}/DaggerRecoPlan.jl`, [
    {
      set: 'RecoPlan Interface / Property Interface',
      here: {
        [daggerPlan]: ['are read, cleared and set as those of the plain one', 'are all set by name from a dictionary'],
        'libs/plan/src/value/wrapper.test.ts': [
          'is the same for get, set and clear',
          'reaches any depth of wrappers by a bare name and by a path, and what it set is there',
        ],
        [sessions]: ['is read and changed property by property, in wrappers and lists too'],
      },
      reason:
        'Setting a property to what code makes on the worker is held by remote values instead: plans carry no code.',
    },
    {
      set: 'RecoPlan Interface / Observables',
      here: {
        [livePlan]: [
          'find their property behind a wrapper',
          'are told of a value that was accepted, and no longer once they are off',
        ],
        [sessionEvents]: ['P8: of what lies in a node that is cleared are told so and end; others go on'],
        [sdk]: ['P8: hears of a clear, and no more of what was cleared'],
      },
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
        'libs/reco/src/build/to-plan.test.ts': ['gives what the plain one gives, also through a result cache'],
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
