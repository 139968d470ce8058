const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeLength = 10;
const randomLength = 16;

/**
 * Id of the job that runs a combination: a ULID of the sweep's own millisecond, so that jobs sort by time and then by
 * combination. Always the same for the same sweep and index, so that adding a job twice is harmless.
 *
 * @param index From 0.
 */
export function sweepJobId(sweep: string, index: number): string {
  const random = Array.from(sweep.slice(timeLength)).reduce(
    (value, digit) => value * 32n + BigInt(alphabet.indexOf(digit)),
    0n,
  );
  return sweep.slice(0, timeLength) + encode((random + BigInt(index) + 1n) % 32n ** BigInt(randomLength));
}

function encode(value: bigint): string {
  const digits: string[] = [];
  for (let rest = value; digits.length < randomLength; rest /= 32n) digits.push(alphabet.charAt(Number(rest % 32n)));
  return digits.reverse().join('');
}
