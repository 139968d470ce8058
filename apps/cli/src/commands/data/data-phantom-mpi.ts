import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import { mdfFacts, RondelError, type Dataset } from '@rondel/contracts';
import { encodeArray, writeMdf } from '@rondel/formats';
import { simulateMpi, type MpiPhantomOptions } from '@rondel/mpi/phantom';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { resultFile, writeWhole } from '../../jobs/result-file.js';
import { integerBetween, positiveNumber, type RunAction } from '../../shell/shell.js';

interface PhantomMpiOptions extends MpiPhantomOptions {
  readonly output: string;
  readonly system: string;
  readonly truth?: string;
}

export function addDataPhantomMpi(data: Command, run: RunAction): void {
  data
    .command('phantom-mpi')
    .description('simulate a scan of magnetic particle imaging and the calibration of its scanner, as MDF files')
    .requiredOption('-o, --output <file>', 'the measurement, .mdf')
    .requiredOption('--system <file>', 'the calibration (system matrix), .mdf; of a second tracer with -2 in its name')
    .option('--truth <file>', 'write the concentrations too, [frame, slice, y, x], .npy or .h5')
    .option('--size <n>', 'voxels along each side of the calibrated square', integerBetween(4, 100), 20)
    .option('--frames <n>', 'frames with the object', integerBetween(1, 1000), 3)
    .option('--background-frames <n>', 'frames without it, behind the others', integerBetween(0, 1000), 0)
    .option('--background <s>', 'signal without an object, as a fraction of the largest sample', positiveNumber)
    .option('--noise <s>', 'noise as a fraction of the largest sample', positiveNumber, 0.001)
    .option('--patches <n>', 'places at which the field-free point is held', integerBetween(1, 16), 1)
    .option('--periods <n>', 'periods at each place', integerBetween(1, 16), 1)
    .option('--tracers <n>', 'kinds of tracer, 1 or 2', integerBetween(1, 2), 1)
    .option('--seed <n>', 'seed of the noise', integerBetween(0, 2 ** 32 - 1), 1)
    .action((options: PhantomMpiOptions) => run((context) => phantomMpi(options, context)));
}

async function phantomMpi(
  { output, system, truth, ...options }: PhantomMpiOptions,
  context: Context,
): Promise<ExitCode> {
  for (const path of [output, system]) requireMdf(path);
  const truthFile = truth === undefined ? undefined : await resultFile(truth);
  const scan = simulateMpi(options);
  await writeScan(output, scan.measurement);
  const systems = scan.calibrations.map((_, tracer) => (tracer === 0 ? system : numbered(system, tracer + 1)));
  for (const [tracer, calibration] of scan.calibrations.entries()) {
    await writeScan(systems[tracer] ?? system, calibration);
  }
  if (truthFile !== undefined) {
    const { parts } = await encodeArray(scan.truth, truthFile.format);
    await writeWhole(truthFile.path, parts);
  }
  const { shape, axes = [] } = scan.measurement.data;
  context.printJson({ scan: output, shape, axes, systems, ...(truth !== undefined && { truth }) });
  context.print(`${output}: measurement [${axes.join(', ')}] = [${shape.join(', ')}]`);
  for (const path of systems)
    context.print(`${path}: system matrix of ${options.size ?? 20} x ${options.size ?? 20} voxels`);
  if (truth !== undefined) context.print(`${truth}: the concentrations`);
  const sf = systems.length === 1 ? `sf=${system}` : `--set 'sf=${JSON.stringify(systems)}'`;
  context.print(`Reconstruct it with: rondel submit mpi/single-patch ${output} ${sf} -o image.npy`);
  return exitCodes.done;
}

async function writeScan(path: string, { data, companions, attributes }: Dataset): Promise<void> {
  const facts = mdfFacts({ attributes });
  if (facts === undefined) throw new RondelError('INTERNAL', 'The simulation says nothing of its scan.');
  await writeMdf(path, { data, companions, facts });
}

/** `sm.mdf` as `sm-2.mdf`. */
function numbered(path: string, tracer: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-${tracer}${extension}`;
}

function requireMdf(path: string): void {
  if (extname(path) === '.mdf') return;
  throw new RondelError(
    'INVALID_REQUEST',
    `${basename(path)}: such a scan is written to .mdf, which keeps what is known of it.`,
  );
}
