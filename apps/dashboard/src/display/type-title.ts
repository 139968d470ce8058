/**
 * The name of a type in words, for people: `TransmissionPreprocessingParameters` is called `Transmission Preprocessing`,
 * `L2Regularization` `L2 Regularization`. Where nothing but the ending would be left, the type itself.
 */
export function typeTitle(type: string): string {
  const words = type
    .replace(/Parameters$/, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return words === '' ? type : words;
}
