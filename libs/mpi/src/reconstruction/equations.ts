import type { LinearSystem } from '@rondel/least-squares';
import type { StepContext } from '@rondel/reco';
import { isRegularized, type SolverChoice } from './solver.js';

/** With fewer real equations than this share of the unknowns, what an image shows is mostly what regularization makes up. */
const fewEquations = 0.2;

/** Warns where equations and regularization leave much of the image to chance. */
export function warnOfEquations(
  { rows, columns, complex }: LinearSystem,
  choice: SolverChoice,
  { warn }: Pick<StepContext, 'warn'>,
): void {
  const equations = rows * (complex ? 2 : 1);
  if (equations < fewEquations * columns) {
    warn(
      'EQUATIONS_FEW',
      `There are ${equations} real equations for ${columns} unknowns. Use more rows of the system matrix: a lower SNRThresh, a wider band, more channels.`,
      { property: 'sfLoad' },
    );
  }
  if (isRegularized(choice)) return;
  warn(
    'REGULARIZATION_MISSING',
    `${choice.solver} runs without a regularization that limits the size of the image, so it may follow the noise. Set reg to an L2Regularization with λ > 0, or lower iterations.`,
    { property: 'reg' },
  );
}

/** Of the rows of a system matrix, so many may have a background by chance. */
const fewRows = 0.01;

/** Warns of a background in the system matrix, which images then have with opposite sign. */
export function warnOfMatrixBackground(
  {
    backgroundRows,
    system,
    label,
  }: { readonly backgroundRows: number; readonly label: string } & {
    readonly system: Pick<LinearSystem, 'rows'>;
  },
  { warn }: Pick<StepContext, 'warn'>,
): void {
  if (backgroundRows <= fewRows * system.rows) return;
  warn(
    'BACKGROUND_KEPT',
    `In ${backgroundRows} rows of ${label} the frames without a sample have more than noise, but this background is not subtracted. Set bgCorrection of sfLoad to true.`,
    { property: 'sfLoad.bgCorrection' },
  );
}
