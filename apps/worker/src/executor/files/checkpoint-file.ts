import { elementCount, float32Array, RondelError, CarriedWarningsSchema, type Float32NdArray } from '@rondel/contracts';
import type { Checkpoint } from '@rondel/reco';
import type { CheckpointReader } from '@rondel/store';
import { Check, type Static, Type } from '@rondel/contracts/schema';

const name = Type.String({ maxLength: 200 });

const HeaderSchema = Type.Object({
  format: Type.Literal('rondel-checkpoint-1'),
  key: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'What is computed, see `resultIdentities`.' }),
  attempt: Type.Integer({ minimum: 1 }),
  worker: Type.String({ maxLength: 300 }),
  iteration: Type.Integer({ minimum: 0 }),
  iterations: Type.Integer({ minimum: 1 }),
  numbers: Type.Record(name, Type.Number()),
  arrays: Type.Array(
    Type.Object({ name, shape: Type.Array(Type.Integer({ minimum: 0, maximum: 2 ** 40 }), { maxItems: 16 }) }),
    { maxItems: 1000 },
  ),
  warnings: Type.Optional(CarriedWarningsSchema),
});

/** What a checkpoint's file says before its arrays. */
export type CheckpointHeader = Static<typeof HeaderSchema>;

const lengthBytes = 4;
const mostHeaderBytes = 1024 ** 2;

export type CheckpointOrigin = Pick<CheckpointHeader, 'key' | 'attempt' | 'worker'>;

/** Length of the header (uint32), header (JSON), arrays (float32), each in its order, all little-endian. */
export function checkpointBytes(checkpoint: Checkpoint, origin: CheckpointOrigin) {
  const { iteration, iterations, numbers, arrays, warnings } = checkpoint;
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isFinite(value)) continue;
    throw new RondelError('STEP_FAILED', `The number ${name} of a checkpoint must be finite, it is ${value}.`);
  }
  const header: CheckpointHeader = {
    format: 'rondel-checkpoint-1',
    ...origin,
    iteration,
    iterations,
    numbers: { ...numbers },
    arrays: Object.entries(arrays).map(([name, { shape }]) => ({ name, shape: [...shape] })),
    ...(warnings && { warnings: [...warnings] }),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(lengthBytes);
  new DataView(length.buffer).setUint32(0, text.byteLength, true);
  return [length, text, ...Object.values(arrays).map(({ data }) => bytesOf(data))];
}

/** Throws `CONFLICT` for a file that no version like this one wrote. */
export async function readHeader(reader: CheckpointReader): Promise<CheckpointHeader> {
  const length = new Uint8Array(lengthBytes);
  await reader.fill(length);
  const size = new DataView(length.buffer).getUint32(0, true);
  if (size > Math.min(mostHeaderBytes, reader.bytes)) throw notACheckpoint();
  const text = new Uint8Array(size);
  await reader.fill(text);
  const header = parsed(new TextDecoder().decode(text));
  if (!Check(HeaderSchema, header)) throw notACheckpoint();
  const values = header.arrays.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  // Nothing is allocated that the file does not have.
  if (lengthBytes + size + 4 * values !== reader.bytes) throw notACheckpoint();
  return header;
}

/** Reads what comes after the header. Throws `CONFLICT` for a damaged file. */
export async function readCheckpoint(reader: CheckpointReader, header: CheckpointHeader): Promise<Checkpoint> {
  const { iteration, iterations, numbers, warnings } = header;
  const arrays: Record<string, Float32NdArray> = {};
  for (const { name, shape } of header.arrays) {
    const data = new Float32Array(elementCount(shape));
    await reader.fill(bytesOf(data));
    arrays[name] = float32Array(data, shape);
  }
  await reader.check();
  return { iteration, iterations, numbers, arrays, ...(warnings && { warnings }) };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RondelError('CONFLICT', 'The checkpoint is damaged: its header is no JSON.', { cause: error });
  }
}

function notACheckpoint(): RondelError {
  return new RondelError('CONFLICT', 'The checkpoint is damaged or was left by another version of Rondel.');
}
