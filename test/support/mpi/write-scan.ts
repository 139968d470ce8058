import { mdfFacts, type Dataset } from '@rondel/contracts';
import { writeMdf } from '@rondel/formats';

/** Writes a simulated measurement or calibration as an MDF file. */
export async function writeScan(path: string, { data, companions, attributes }: Dataset): Promise<void> {
  const facts = mdfFacts({ attributes });
  if (facts === undefined) throw new Error('The simulation says nothing of its scan.');
  await writeMdf(path, { data, companions, facts });
}
