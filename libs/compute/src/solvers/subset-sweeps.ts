import { RondelError } from '@rondel/contracts';
import { add, dispose, minimum, sub, tidy, zerosLike, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';
import type { LeastSquaresMap, LeastSquaresTerms, Solver, SolverMethod, SolverState } from './least-squares.js';
import { checkParameters, convergence, standingAtStart, standingFrom, stillActive } from './solve.js';
import type { SolverParameters } from './solver-parameters.js';
import { takeSnapshot, tensorFrom } from './solver-snapshot.js';
import { checkTerms } from './terms.js';
import { subsetOrder, viewSubsets, type ViewSubset, type ViewSubsets } from './view-subsets.js';

export interface SweepState extends SolverState {
  /** Data of each subset. */
  readonly parts: Tensor[];
  /** A x, where all views are one subset: what the next iteration begins with. */
  readonly projections: Tensor[];
}

/** What an update knows of the data of one subset. */
export interface SubsetData extends ViewSubset {
  readonly b: Tensor;
  /** A x */
  readonly projection: Tensor;
}

/** A method that goes from subset to subset of the views. */
export interface SweepRule {
  /** Data as the method takes them; a new tensor. */
  readonly data: (b: Tensor) => Tensor;
  /** Where it begins, unless it is told; [...image, batch of the data], a new tensor. */
  /** What it makes of an image that it is told to begin with; a new tensor. */
  readonly begin: (guess: Tensor, subsets: readonly ViewSubset[]) => Tensor;
  readonly startsAtZero: boolean;
  readonly guess: (subsets: readonly ViewSubset[], shape: readonly number[]) => Tensor;
  /** The next x; entries that are not active stay as they are. Called inside a `tidy`. */
  readonly update: (x: Tensor, subset: SubsetData, step: { factor: number; active: Tensor1D }) => Tensor;
}

/** Parameters of the methods; each has some of them. */
export type SweepParameters = Pick<SolverParameters, 'iterations' | 'relTol' | 'discrepancy'> &
  Partial<Pick<SolverParameters, 'relaxation' | 'reduction' | 'order' | 'seed'>>;

/**
 * A solver that updates x with one subset of the views after the other. `norm` is that of b - A x: of the x that an iteration
 * ends with where there is one subset, else of the x that each subset has met in it, as another projection of all views would
 * cost as much as the iteration.
 *
 * @param rule of the parameters and constraints.
 */
export function subsetSweeps(
  name: string,
  {
    subsets: { subsets, partsOf },
    rule,
    parameters,
    imageShape,
  }: {
    readonly subsets: ViewSubsets;
    readonly rule: SweepRule;
    readonly parameters: SweepParameters;
    readonly imageShape: readonly number[];
  },
): Solver<SweepState> {
  checkParameters(name, parameters);
  const [first] = subsets;
  const isWhole = subsets.length === 1;
  const project = (x: Tensor) => (isWhole && first !== undefined ? [first.apply(x)] : []);
  const projectGuess = (x: Tensor | undefined, guess: Tensor, parts: readonly Tensor[]) =>
    x === undefined && rule.startsAtZero
      ? parts.map((part) => zerosLike(part))
      : subsets.map(({ apply }) => apply(guess));
  const isActive = (state: Pick<SolverState, 'norm' | 'initialNorm' | 'active'>, values: number) =>
    stillActive(state, parameters.relTol, values * parameters.discrepancy ** 2);
  const valuesOf = (parts: readonly Tensor[]) =>
    parts.reduce((sum, { size, shape }) => sum + size / (shape.at(-1) ?? 1), 0);
  return {
    iterations: parameters.iterations,
    start: (b, guess) =>
      tidy(() => {
        const parts = partsOf(rule.data(b));
        const x = (guess && rule.begin(guess, subsets)) ?? rule.guess(subsets, [...imageShape, b.shape.at(-1) ?? 1]);
        const all = projectGuess(guess, x, parts);
        const projections = isWhole ? all : [];
        const norm = sumOf(parts.map((part, at) => misfitNorm(part, partAt(all, at))));
        const standing = relativeToData(standingAtStart(norm), sumOf(parts.map((part) => batchDot(part, part))));
        const active = isActive(standing, valuesOf(parts));
        const started = { ...standing, active, x, parts, projections };
        return { ...started, ...convergence(name, started) };
      }),
    iterate(state) {
      const next = tidy(() => {
        const swept = sweep(subsets, state, { rule, parameters });
        const projections = project(swept.x);
        const norm = isWhole ? misfitNorm(partAt(state.parts, 0), partAt(projections, 0)) : swept.norm;
        const moved = {
          iteration: state.iteration + 1,
          x: swept.x,
          parts: state.parts.map((part) => part.clone()),
          projections,
          norm,
          initialNorm: state.initialNorm.clone(),
          active: isActive({ ...state, norm }, valuesOf(state.parts)),
        };
        return { ...moved, ...convergence(name, moved) };
      });
      dispose({ ...state });
      return next;
    },
    snapshot: ({ iteration, x, norm, initialNorm, active }) =>
      takeSnapshot({ iteration }, { x, norm, initialNorm, active }),
    resume: (b, snapshot) =>
      tidy(() => {
        const batch = b.shape.at(-1) ?? 1;
        const x = tensorFrom(snapshot, 'x', [...imageShape, batch]);
        const parts = partsOf(rule.data(b));
        const state = { ...standingFrom(snapshot, batch), x, parts, projections: project(x) };
        return { ...state, ...convergence(name, state) };
      }),
    solution: ({ x }) => x.clone(),
  };
}

/** x after all subsets, and what b - A x was where each of them met it. */
function sweep(
  subsets: readonly ViewSubset[],
  { x, parts, projections, iteration, active }: SweepState,
  { rule, parameters }: { readonly rule: SweepRule; readonly parameters: SweepParameters },
): { readonly x: Tensor; readonly norm: Tensor1D } {
  const { relaxation = 1, reduction = 1, order = 'interleaved', seed = 0 } = parameters;
  const factor = relaxation * reduction ** iteration;
  let current = x.clone();
  let norm: Tensor1D | undefined;
  for (const at of subsetOrder(subsets.length, { order, seed, iteration })) {
    const subset = subsets[at];
    if (subset === undefined) continue;
    const [nextX, nextNorm] = tidy((): [Tensor, Tensor1D] => {
      const b = partAt(parts, at);
      const projection = projections[at] ?? subset.apply(current);
      const own = misfitNorm(b, projection);
      const moved = rule.update(current, { ...subset, b, projection }, { factor, active });
      return [moved, norm === undefined ? own : add<Tensor1D>(norm, own)];
    });
    dispose([current, ...(norm === undefined ? [] : [norm])]);
    [current, norm] = [nextX, nextNorm];
  }
  return { x: current, norm: norm ?? misfitNorm(x, x) };
}

function partAt(parts: readonly Tensor[], at: number): Tensor {
  const part = parts[at];
  if (part === undefined) throw new RangeError(`There is no subset ${at} of ${parts.length}.`);
  return part;
}

function misfitNorm(b: Tensor, projection: Tensor): Tensor1D {
  return tidy(() => {
    const misfit = sub(b, projection);
    return batchDot(misfit, misfit);
  });
}

/**
 * The first residual is at most that of x = 0: what an image to begin with has too much says nothing of the data, and after one step
 * would stand for convergence where the data are small beside it.
 */
function relativeToData<S extends Pick<SolverState, 'initialNorm'>>(standing: S, ofZero: Tensor1D): S {
  return { ...standing, initialNorm: minimum<Tensor1D>(standing.initialNorm, ofZero) };
}

function sumOf(norms: readonly Tensor1D[]): Tensor1D {
  return norms.reduce((sum, norm) => add<Tensor1D>(sum, norm));
}

/**
 * A method of the kind, whose subsets are made once for each number of them.
 *
 * @param defaults of its parameters.
 * @param subsetsOf how many subsets the parameters ask for, of so many views.
 */
export function sweepMethod(
  name: string,
  {
    defaults,
    subsetsOf,
    ruleOf,
  }: {
    readonly defaults: SweepParameters & { readonly subsets?: number };
    readonly subsetsOf: (asked: number, views: number) => number;
    readonly ruleOf: (terms: LeastSquaresTerms) => SweepRule;
  },
): SolverMethod {
  return {
    prepare(map: LeastSquaresMap, imageShape) {
      let held: { readonly count: number; readonly subsets: ViewSubsets } | undefined;
      const clear = () => {
        held?.subsets.dispose();
        held = undefined;
      };
      const take = (count: number) => {
        if (held?.count !== count) {
          clear();
          held = { count, subsets: viewSubsets(map, imageShape, count) };
        }
        return held.subsets;
      };
      return {
        solving(terms, use) {
          checkTerms(name, terms.terms, { most: 0 });
          const parameters = { ...defaults, ...terms };
          const count = subsetCount(name, map, (views) => subsetsOf(parameters.subsets ?? 1, views));
          return use(subsetSweeps(name, { subsets: take(count), rule: ruleOf(terms), parameters, imageShape }));
        },
        dispose: clear,
      };
    },
  };
}

/** Throws `PLAN_INVALID_VALUE` for several subsets of a map that cannot be taken in parts: one of all would be another method. */
function subsetCount(name: string, { views }: LeastSquaresMap, asked: (views: number) => number): number {
  if (views !== undefined) return Math.max(1, Math.min(views.count, asked(views.count)));
  if (asked(Infinity) <= 1) return 1;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${name} takes some views after others, and these projections have no views: take SIRT or MLEM, which take all at once.`,
    { at: 'solver' },
  );
}
