import { RondelError, type DatasetFacts } from '@rondel/contracts';
import type { Quantity } from '../manifest/quantity.js';

/** What files call each of them, in small letters without what is no letter. */
const words: Readonly<Record<Quantity, RegExp>> = {
  counts: /^(counts?|raw|rawdata|intensity|intensities)$/,
  transmission: /^(transmissions?|transmittance|normali[sz]ed)$/,
  lineIntegrals: /^(lineintegrals?|attenuation|absorption|absorbance)$/,
};

/** What the data says that its values stand for, if it does. Throws `DATA_FORMAT` for a word that nobody knows. */
export function quantityIn({ quantity: said }: DatasetFacts['attributes']): Quantity | undefined {
  if (said === undefined) return undefined;
  const word = typeof said === 'string' ? said.toLowerCase().replaceAll(/[^a-z]/g, '') : '';
  for (const quantity of ['counts', 'transmission', 'lineIntegrals'] as const) {
    if (words[quantity].test(word)) return quantity;
  }
  throw new RondelError(
    'DATA_FORMAT',
    `The data says that its quantity is ${JSON.stringify(said).slice(0, 60)}, which is not known. Set quantity to counts, transmission or lineIntegrals.`,
    { at: 'quantity' },
  );
}
