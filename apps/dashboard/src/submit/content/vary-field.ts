/** Name of a row of the form's sweep, for problems. */
export function varyFieldName(position: number): string {
  return `vary-${position}`;
}
