import { basename } from 'node:path';
import type { Command } from 'commander';
import { RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { applyParameters, parsePlan, printPlan } from '@rondel/plan';
import { sheppLoganConeScan, sheppLoganImage, sheppLoganScan, type PhantomOptions } from '@rondel/radon/phantom';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { localRegistry } from '../../plans/local-catalog.js';
import { resultFile, writeWhole, type ResultFile } from '../../jobs/result-file.js';
import { integerBetween, positiveNumber, type RunAction } from '../../shell/shell.js';

interface PhantomCommandOptions extends PhantomOptions {
  readonly output: string;
  readonly truth?: string;
  readonly cone?: boolean;
}

export function addDataPhantom(data: Command, run: RunAction): void {
  data
    .command('phantom')
    .description('simulate a scan of a 3D Shepp-Logan head that changes over time, and a plan that reconstructs it')
    .requiredOption('-o, --output <file>', 'the sinogram [frame, slice, angle, detector], .npy or .h5')
    .option('--truth <file>', 'write the head itself too, [frame, slice, y, x]')
    .option('--size <n>', 'pixels along each axis', integerBetween(8, 512), 64)
    .option('--cone', 'a cone beam, over a full turn: [frame, detector row, angle, detector column]')
    .option('--frames <n>', 'frames in time', integerBetween(1, 1000), 5)
    .option(
      '--angles <n>',
      'projections over half a turn, of a cone beam over a full one',
      integerBetween(1, 10_000),
      256,
    )
    .option('--noise <s>', 'noise as a fraction of the largest line integral', positiveNumber)
    .option('--seed <n>', 'seed of the noise', integerBetween(0, 2 ** 32 - 1), 1)
    .action((options: PhantomCommandOptions) => run((context) => phantom(options, context)));
}

async function phantom(
  { output, truth, cone = false, ...options }: PhantomCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const scanFile = await arrayFile(output);
  const truthFile = truth === undefined ? undefined : await arrayFile(truth);
  const { scan, plan: planName, parameters, method } = cone ? coneScan(options) : parallelScan(options);
  await writeArray(scan.data, scanFile);
  if (truthFile !== undefined) await writeArray(sheppLoganImage(options), truthFile);
  const plan = `${output.replace(/\.[^.]*$/, '')}.plan.toml`;
  const planText = await planWith(planName, parameters, context.environment);
  await writeWhole(plan, [new TextEncoder().encode(planText)]);
  const { shape, axes } = scan.data;
  context.printJson({ scan: output, shape, axes, plan, ...(truth !== undefined && { truth }) });
  context.print(`${output}: sinogram [${(axes ?? []).join(', ')}] = [${shape.join(', ')}]`);
  if (truth !== undefined) context.print(`${truth}: the head itself`);
  context.print(`${plan}: ${method}`);
  context.print(`Reconstruct it with: rondel submit ${plan} ${output} -o image.npy`);
  return exitCodes.done;
}

/** A file of an array alone has no angles, so they travel in the plan. */
function anglesOf({ companions: { angles } }: Dataset): number[] {
  return angles === undefined ? [] : Array.from(angles.data);
}

function parallelScan(options: PhantomOptions) {
  const scan = sheppLoganScan(options);
  const method = 'filtered backprojection with the angles of this scan';
  return { scan, plan: 'radon/fbp', parameters: { angles: anglesOf(scan) }, method } as const;
}

function coneScan(options: PhantomOptions) {
  const { scan, geometry } = sheppLoganConeScan(options);
  const { sourceOrigin, sourceDetector, detectorPixel } = geometry;
  const parameters = { sourceOrigin, sourceDetector, detectorPixel: [...detectorPixel], angles: anglesOf(scan) };
  const method = 'FDK with the distances and angles of this scan';
  return { scan, plan: 'radon/fdk', parameters, method } as const;
}

async function planWith(
  name: string,
  parameters: Readonly<Record<string, number | number[]>>,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const registry = await localRegistry(environment);
  const template = parsePlan(registry.plan(name).toml, { format: 'toml' });
  return printPlan(applyParameters(template, parameters, registry.catalog).plan, 'toml');
}

async function arrayFile(path: string): Promise<ResultFile> {
  const file = await resultFile(path);
  if (file.format !== 'png') return file;
  throw new RondelError('INVALID_REQUEST', `${basename(path)}: a phantom is written to .npy or .h5.`);
}

async function writeArray(array: NdArray, { path, format }: ResultFile): Promise<void> {
  const { parts } = await encodeArray(array, format);
  await writeWhole(path, parts);
}
