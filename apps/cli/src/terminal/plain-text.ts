import { stripVTControlCharacters } from 'node:util';

/**
 * Text from a server or a plan without what could steer the terminal: escape sequences and control characters other
 * than line breaks and tabs.
 */
export function plainText(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
