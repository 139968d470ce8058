import { marked, markOf, type Reach } from '@rondel/jobs';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Characters of a ULID that count: behind its time and the mark of who may open it. */
const countLength = 11;

/**
 * Id of the job that runs a combination: a ULID of the sweep's own millisecond, so that jobs sort by time and then by
 * combination. Always the same for the same sweep and index, so that adding a job twice is harmless.
 *
 * @param index From 0.
 * @param reach Whose workers may open the jobs of the sweep.
 */
export function sweepJobId(sweep: string, index: number, reach: Reach): string {
  const random = Array.from(sweep.slice(-countLength)).reduce(
    (value, digit) => value * 32n + BigInt(alphabet.indexOf(digit)),
    0n,
  );
  const counted = encode((random + BigInt(index) + 1n) % 32n ** BigInt(countLength));
  return marked(sweep.slice(0, -countLength) + counted, markOf(reach));
}

function encode(value: bigint): string {
  const digits: string[] = [];
  for (let rest = value; digits.length < countLength; rest /= 32n) digits.push(alphabet.charAt(Number(rest % 32n)));
  return digits.reverse().join('');
}
